// Which manifest a vehicle, a terminal or a lock served at an instant.
//
// A fix or a lock event belongs to the trip whose time range holds its device time: from the
// driver's signature on the load to the arrival. What was seen before or after is the vehicle's
// history, not the trip's.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "manifest/manifest.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace liuhen::manifest {

/// One loaded leg: who carried which manifest with which devices, and when (half-open).
struct Service {
    ManifestId manifest;
    std::string no;
    std::uint8_t leg_no{};
    VehicleId vehicle;
    TerminalId terminal;
    std::vector<LockId> locks;
    Interval during;
    friend bool operator==(const Service&, const Service&) = default;
};

/// The legs that were loaded, in order. A leg ends with its arrival, with the loading of the next
/// leg or with the end of the manifest, whichever is first; a leg under way has no end.
std::vector<Service> services(const Manifest& manifest);

/// Services that hold `at`, in the order given. Several when one truck carries for several
/// producers (Order 23 art. 16).
std::vector<Service> serving(std::span<const Service> all, const VehicleId& vehicle, Instant at);
std::vector<Service> serving(std::span<const Service> all, const TerminalId& terminal, Instant at);
std::vector<Service> serving(std::span<const Service> all, const LockId& lock, Instant at);

/// A device mounted on a vehicle for a time.
template <class Device>
struct Mounting {
    Device device;
    VehicleId vehicle;
    Interval during;
};
/// The vehicle a device was mounted on; the store refuses overlapping mountings, so there is at
/// most one. Nullopt when it lay on a shelf.
template <class Device>
std::optional<VehicleId> vehicle_of(std::span<const Mounting<Device>> mountings,
                                    const Device& device, Instant at) {
    for (const auto& one : mountings) {
        if (one.device == device && one.during.contains(at)) return one.vehicle;
    }
    return std::nullopt;
}

}  // namespace liuhen::manifest
