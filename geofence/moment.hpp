// One accepted fix held against the trip: all that a detector needs to know of it.
#pragma once

#include "base/observation.hpp"
#include "geofence/corridor.hpp"
#include "geofence/detect/motion.hpp"
#include "geofence/episode.hpp"
#include "geofence/trip.hpp"

#include <optional>
#include <vector>

namespace liuhen::geofence {

struct Moment {
    Fix fix;
    LatLon held;                      ///< where the truck is: the fix, or the place where it parked
    Gait gait{};                      ///< by what is known so far
    std::optional<LatLon> stands_at;  ///< the place of its stand; nullopt while it drives
    bool queues = false;              ///< small steps and rests in turn
    double step_s{};                  ///< seconds since the fix before; 0 for the first
    std::optional<RouteOffset> route;  ///< nullopt: the trip has no corridor
    Metres half_width;                 ///< of the corridor there, or of the diversion taken
    bool diverted = false;             ///< off the route, on a diversion in force
    std::vector<Presence> nearby;      ///< sites within `max_reach`
    bool under_way = false;            ///< departed and not arrived
    bool stops_allowed = false;        ///< within a site where trucks may stand
    bool at_gate = false;              ///< on the corridor, before a gate or a weighbridge
    bool at_end = false;  ///< stands or is off the corridor in a yard at an end of unknown site
    const Site* protects = nullptr;  ///< a protected zone that contains the fix

    [[nodiscard]] bool is_off_corridor() const { return route && route->off > half_width; }
};

/// Looks a fix up in the trip's corridor (around `before`) and places, where `motion`, which has
/// seen it, holds the truck.
Moment moment_of(const Fix& fix, const Motion& motion, const Trip& trip,
                 const std::optional<RouteOffset>& before);

/// The nearest protected zone within `reach` of the moment; null when there is none.
const Presence* nearest_protected(const Moment& moment, Metres reach);

/// True when a lock may be open at the place: origin, destination, or a site of a kind that loads.
bool lock_may_open(LatLon where, Instant at, const Trip& trip);

/// True for a lock that the trip is about: one of its own, or any when it names none.
bool is_watched(const LockId& lock, const Trip& trip);

/// True between `night_from_hour` and `night_until_hour`, China standard time.
bool is_night(Instant at, const RuleSet& rules);

/// Seconds of a rule as a number.
inline double seconds(Seconds duration) { return static_cast<double>(duration.count()); }

}  // namespace liuhen::geofence
