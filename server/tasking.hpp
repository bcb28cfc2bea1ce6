// From what people filed to what the watch judges: where manifests, fleet and geofence meet.
#pragma once

#include "geofence/trip.hpp"
#include "server/store/directory.hpp"
#include "server/store/legs.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace liuhen::server {

/// The trip of a leg under the directory's places and routes.
std::shared_ptr<const geofence::Trip> make_trip(const store::Leg& leg, const Directory& directory);

/// A vehicle between its trips: no corridor; `legs` say when a load was signed for.
std::shared_ptr<const geofence::Trip> make_roaming(const VehicleId& vehicle,
                                                   std::span<const store::Leg> legs,
                                                   const Directory& directory);

/// True when folding under either would be the same.
bool same_task(const geofence::Trip& a, const geofence::Trip& b);

/// The id under which a vehicle is watched between its trips.
TripId roaming_trip(const VehicleId& vehicle);
/// True for such an id.
bool is_roaming(const TripId& trip);

}  // namespace liuhen::server
