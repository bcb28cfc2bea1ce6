// Talks with a device, whatever it speaks and whatever carries it.
#pragma once

#include "server/device_floor.hpp"

#include <memory>

namespace liuhen::server {

/// How a session ended, for those who count.
enum class Ending : std::uint8_t {
    usual,
    stranger,  ///< what it sent was refused, and it never made itself known
};

/// Talks with one device until it leaves, is hung up on, or is ended. Runs on the floor's shard.
awaitable<Ending> converse(DeviceFloor& floor, std::shared_ptr<Line> line);

}  // namespace liuhen::server
