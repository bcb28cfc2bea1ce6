// A manifest's way through its events, as producer, carrier, driver and receiver walk it.
#pragma once

#include "simulators/fleet.hpp"

#include <cstdint>
#include <string>

namespace liuhen::simulators {

/// One manifest under way.
struct Consignment {
    std::string id;
    std::string no;
    std::int64_t net_kg{};
};

inline constexpr std::int64_t truck_tare_kg = 9'000;

/// The producer files and submits, the carrier accepts. Throws `Refusal`, as all of these do.
awaitable<Consignment> file_manifest(const Fleet& fleet, const TruckPlan& truck, Instant now);
/// The producer weighs and signs, then the driver.
awaitable<void> sign_load(const Fleet& fleet, const TruckPlan& truck, Consignment consignment);
/// State of the manifest as the producer sees it: "IN_TRANSIT".
awaitable<std::string> state_of(const Fleet& fleet, const TruckPlan& truck, std::string id);
/// The receiver weighs in and accepts, the producer closes.
awaitable<void> receive_load(const Fleet& fleet, const TruckPlan& truck, Consignment consignment);
/// Walks the truck's open manifests of an earlier run to their end; the number of them.
awaitable<std::size_t> finish_leftovers(const Fleet& fleet, const TruckPlan& truck);

}  // namespace liuhen::simulators
