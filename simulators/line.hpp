// A device on the wire: connects, carries bytes both ways, connects again.
#pragma once

#include "simulators/device.hpp"
#include "simulators/http_client.hpp"
#include "simulators/server_clock.hpp"

#include <memory>

namespace liuhen::simulators {

/// Set once; every actor of a play looks at it.
struct Curtain {
    bool down = false;
};

/// Keeps `device` connected until the curtain falls and returns then. While the device is out of
/// radio reach there is no connection.
awaitable<void> keep_connected(std::shared_ptr<Device> device, HostPort server,
                               const ServerClock& clock, const Curtain& curtain);

}  // namespace liuhen::simulators
