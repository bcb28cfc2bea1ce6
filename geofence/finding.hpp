// Findings: what the detectors noticed, in the one form that the fusion adds up.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <vector>

namespace liuhen::geofence {

/// What was noticed. Each has one unit for its amount, and a weight in the rule set.
enum class Sign : std::uint8_t {
    off_route,         ///< metres beyond the corridor's half width
    detour,            ///< extra metres driven against the approved way, the largest of all scales
    turned_back,       ///< metres driven against the direction of the route
    stopped,           ///< seconds of standing where trucks may not
    creeping,          ///< seconds of slow driving, without a queue around
    lock_open,         ///< seconds that a watched lock is open away from its places
    lock_cut,          ///< 1: rope or rod cut, or its body opened
    lock_silent,       ///< seconds of silence while the truck reports
    load_fell,         ///< share of the load that went in one step, 0..1
    load_leaks,        ///< share of the load lost slowly, 0..1
    body_lifted,       ///< seconds with the body tipped, its cover open or unloading reported
    silent,            ///< seconds without a position, no cause known
    power_cut,         ///< seconds
    jammed,            ///< seconds without satellites while the link lives
    frozen,            ///< metres by the odometer while the place stands still
    odometer_differs,  ///< share of the distance, 0..1
    lock_apart,        ///< metres between the lock's own place and the truck's
    too_smooth,        ///< seconds of a track without noise, or that repeats an old one
    jumped,            ///< metres of an impossible step that was confirmed
    clock_set,         ///< seconds that the device's clock was off
    near_water,        ///< metres to a protected zone, counted while something else is found
    in_zone,           ///< seconds inside a protected zone off the approved road
    night,             ///< 1: between the rule set's hours
    suspect_place,     ///< 1: a place where many trucks stood away from known sites
    wrong_place,       ///< seconds at a site that takes waste and is not the destination
    overdue,           ///< seconds after the planned arrival
    slow,              ///< seconds of driving slowly in one piece, without a queue around
    unplugged,         ///< metres driven since all wires of the truck fell silent at a stop
    count_,
};

/// One piece of evidence at one instant of device time. What lasts is told again at each fix.
struct Finding {
    Sign sign{};
    Instant at;
    double amount{};
};
using Findings = std::vector<Finding>;

}  // namespace liuhen::geofence
