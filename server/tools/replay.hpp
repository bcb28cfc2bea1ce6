// `liuhen replay`: a recorded drive through the very watch that the server runs. No database.
#pragma once

#include "geofence/alert.hpp"
#include "geofence/trip.hpp"
#include "server/tools/replay_input.hpp"

#include <iosfwd>
#include <vector>

namespace liuhen::server::replay {

/// The trip of a recorded drive. Without `sites`, places within 500 m of the route's ends take the
/// part of producer and receiver. Origin and destination are the producer and the receiver (or
/// storage) within 500 m of the ends; where there is none, the trip is under way from its first
/// fix, or never arrives.
geofence::Trip trip_of(const Route& route, std::vector<geofence::Site> sites, Instant armed_at);

/// What a replay came to. `detected_at` is the device time of the observation that decided.
struct Replayed {
    std::vector<geofence::AlertChange> changes;
    std::vector<geofence::Alert> alerts;  ///< final ones by `since`
    std::size_t fixes{};
    double hours{};  ///< from the first to the last fix
};

/// Folds the sightings by device time.
Replayed replay(geofence::Trip trip, std::vector<Sighting> seen);

/// The program: 0 done, 1 a file cannot be used, 2 wrong usage.
int main_of(int argc, const char* const* argv, std::ostream& out, std::ostream& error);

}  // namespace liuhen::server::replay
