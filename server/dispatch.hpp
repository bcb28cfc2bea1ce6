// From what people and registers say to what the shards watch. The one place where manifest, fleet
// and geofence meet.
#pragma once

#include "base/ids.hpp"
#include "geofence/watch.hpp"
#include "server/database.hpp"

#include <vector>

namespace liuhen::server {

class DirectoryBoard;
class ShardSet;
class Clock;

/// Called by HTTP handlers after their own commit. Each returns once every shard knows, so that a
/// device that connects after the answer is treated accordingly. Throws DatabaseDown; what was
/// missed is then caught up with by the next call or the minute's reload.
class Dispatch {
public:
    Dispatch(Database& database, DirectoryBoard& board, ShardSet& shards, const Clock& clock);

    /// A manifest took a transition: arms, retasks or ends the watch of its trip.
    awaitable<void> manifest_changed(ManifestId manifest);
    /// A window was granted or closed, or an inspection entered: the vehicle's open trips are
    /// judged again, so that a grant that comes after the opening says the same as one before it.
    awaitable<void> openings_changed(VehicleId vehicle);
    /// Vehicles, terminals, locks or bindings changed. Routes are looked at as well.
    awaitable<void> fleet_changed();
    /// Sites changed; or a version of a route was approved or withdrawn, a diversion published or
    /// ended, and then only trips that are concerned are folded again.
    awaitable<void> places_changed();

    /// Watches every trip that is open in the database; what is watched already stays.
    awaitable<void> catch_up();

    /// A fence saw a departure or an arrival: lets the manifest desk act as the system (T12, T18).
    /// Refusals are logged, never thrown.
    awaitable<void> reached(geofence::Milestone milestone);

private:
    awaitable<void> arm(std::vector<VehicleId> vehicles);

    Database& database_;
    DirectoryBoard& board_;
    ShardSet& shards_;
    const Clock& clock_;
};

}  // namespace liuhen::server
