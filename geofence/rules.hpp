// Every threshold of the watch in one versioned set, stored with each alert by its version.
#pragma once

#include "base/units.hpp"
#include "geofence/fusion_rules.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace liuhen::geofence {

using Seconds = std::chrono::seconds;

/// Thresholds. A change of any default is a new `version`.
struct RuleSet {
    std::string version = "2026-6";

    // Which fixes move the truck.
    Speed impossible = from_kmh(160);  ///< a jump faster than this, there and back, is an outlier
    Metres outlier_allowance{100};     ///< error granted to a step before its speed is judged

    // Departure and arrival.
    int departure_fixes = 2;     ///< fixes in a row beyond the origin's hysteresis
    Seconds arrival_dwell{120};  ///< inside the destination
    Seconds dwell_step_cap{60};  ///< a step between fixes counts as dwell at most this

    // ROUTE_DEVIATION: S <- max(0, S + clip((d - W) / scale, -clip, clip) (1 - exp(-dt / tau))).
    Metres off_scale{15};
    double off_clip = 4;
    Seconds off_tau{20};
    Seconds off_step_cap{30};
    double off_alarm = 4;      ///< raised when S exceeds it, over when S is 0 again
    double off_ceiling = 12;   ///< S grows no further, so that a return ends it in time
    Seconds off_serious{600};  ///< grade 2 from this duration
    int off_satellites = 7;    ///< for each one less the width grows by `off_satellite_slack`
    double off_satellite_slack = 0.25;
    double off_most_slack = 2;
    double off_parallel = 0.85;      ///< share of what is driven that is gained beside the route
    Speed off_parallel_speed{5};     ///< and no slower
    double off_parallel_slack = 2;   ///< widths that it may lie off then
    Metres off_parallel_reach{200};  ///< so far from the line a road beside it may lie,
    double off_parallel_clip = 1;    ///< and a fix there says no more than this
    Seconds off_calm{60};            ///< who never drove for so long before it left the corridor
    double off_calm_clip = 0.2;      ///< drifts or is carried: a fix says no more than this
    Metres off_end_yard{150};        ///< around the ends of a route whose sites are not known

    // Detours: metres that brought the truck no farther.
    Metres detour_within_1_km{400};  ///< driven
    Metres detour_within_4_km{1'000};
    Metres detour_within_16_km{2'500};
    Metres turned_back_least{300};  ///< behind the farthest point reached

    // The stop machine: moving, creeping, stopped, parked.
    Speed still{1.25};       ///< slower for some seconds: it stands
    Speed going{2};          ///< faster: it drives again
    Speed waking{2.5};       ///< faster wakes a parked truck whose speed only its places tell
    Speed fast{4};           ///< slower than this it creeps
    Seconds gait_back{10};   ///< a fix is judged by this long before it
    Seconds gait_ahead{15};  ///< and after it
    Seconds parked_after{240};
    Metres parked_leave{40};   ///< two places in a row this far, and farther, wake it by `waking`
    Metres parked_drift{100};  ///< a parked truck's fixes stray this far without moving it
    Speed creep_most{6};       ///< slow driving is slower than this
    Seconds creep_least{30};   ///< shorter slow driving is none
    Seconds queue_pause{180};  ///< a queue takes a step at least this often
    int queue_steps = 2;       ///< steps in a row that make a queue

    // Stops.
    Metres stop_radius{50};
    Metres stop_break{150};  ///< one fix this far away ends a stop, nearer it takes two
    Speed stop_speed{4};     ///< a reported speed above it ends a stop with one fix
    Seconds stop_unplanned{900};
    /// On the approved road, with no other sign, it is a note until then: a driver's longest
    /// prescribed break, 45 min (Regulation (EC) 561/2006, art. 7; 20 min in China, Regulations on
    /// the Implementation of the Road Traffic Safety Law, art. 62).
    Seconds stop_on_road{2700};
    Metres gate_reach{300};  ///< waiting on the corridor this near a gate or weighbridge is none
    Seconds stop_step_cap{600};     ///< a longer gap does not count as standing
    Seconds stop_watched{300};      ///< unplanned already from here when the truck is under watch
    Seconds stop_turned_back{200};  ///< and from here after it turned back or went round plainly

    // SUSPECTED_DUMPING: what every sign weighs.
    FusionRules fusion = FusionRules::standard();
    int night_from_hour = 22;  ///< China standard time, inclusive
    int night_until_hour = 5;  ///< exclusive

    // ZONE_ENTRY
    int zone_fixes = 2;          ///< in a row inside; as many outside end it
    Seconds zone_stop{60};       ///< standing this long counts even on the approved road
    Seconds zone_foresight{60};  ///< an entry expected within this is foreseen: one fix less
    Metres zone_graze{20};       ///< so deep the way between two fixes has to run to count

    // TERMINAL_SILENT
    Seconds silent{600};
    Seconds silent_serious{1800};

    // LOCK_OPENED_EN_ROUTE
    Seconds lock_granted_slack{120};  ///< of a lock's clock, to either side of a granted window

    // LOCK_LOST: silent for more than `factor` medians of its last intervals, and `least`.
    double lock_lost_factor = 3;
    Seconds lock_lost_least{1800};
    std::size_t lock_lost_window = 20;  ///< intervals remembered
    std::size_t lock_lost_known = 5;    ///< intervals needed to know what is usual

    // The load by the truck's own scale.
    Seconds load_window{60};     ///< of a median while standing
    double load_share = 0.03;    ///< a fall is more than this share,
    double load_least_kg = 300;  ///< and more than this
    double load_slope = 0.1;     ///< against another place: a smaller one waits for driving

    // TRIP_OVERDUE and WRONG_DESTINATION
    Seconds overdue_unexplained{900};    ///< late beyond what a queue or the gate explains
    Seconds overdue_at_most{7200};       ///< late for whatever reason
    Seconds wrong_place_unloading{180};  ///< at another site, with a sign of unloading
    Seconds wrong_place_stay{1200};      ///< without one
    Seconds wrong_place_late{1800};      ///< late, and standing off the route

    // DEVICE_FAULT
    Seconds fault_lasts{300};       ///< an alarm of power, antenna or receiver
    Seconds jammed{90};             ///< no satellites while the link lives
    Seconds silent_sign{300};       ///< a silence that counts as a sign of dumping
    Metres odometer_window{2'000};  ///< lengths are held against each other over this
    double odometer_share = 0.1;    ///< they differ by more, two windows in a row
    Seconds clock_overlap{600};     ///< device times that overlap longer were set back

    // POSITION_FORGED
    Metres frozen{500};        ///< rolled at one place
    Metres jump{2'000};        ///< beyond reach
    Seconds jump_stands{120};  ///< without coming back
    Metres two_places{1'000};  ///< fixes of another place, this far away
    Seconds two_places_last{180};
    Metres lock_apart{300};  ///< the lock from the truck
    Seconds lock_apart_lasts{60};
    Seconds smooth{240};  ///< moving without the noise of a receiver
    int smooth_fixes = 10;
    Metres smooth_length{1'500};
    Metres smooth_spread{1.5};  ///< of the distances from the corridor's line
    Seconds smooth_step{60};    ///< a longer step ends it

    // TRIP_WITHOUT_MANIFEST
    Seconds loading_stay{300};  ///< inside a producer's fence

    // Place memory: where trucks stand away from known sites.
    Seconds memory_stay{600};  ///< a shorter stay is not remembered
    Metres memory_reach{50};   ///< stays no farther from each other are at one place
    int memory_trucks = 5;     ///< so many different trucks make a suspect place
    int memory_days = 90;      ///< how long stays are counted

    /// The set in force.
    static RuleSet standard() { return {}; }
};

}  // namespace liuhen::geofence
