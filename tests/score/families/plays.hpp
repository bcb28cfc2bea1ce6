// Each family as one function; the table in table.cpp names them all.
#pragma once

#include "tests/score/scene.hpp"

namespace liuhen::score {

// dumping.cpp
void dump_off_corridor(Scene& scene);
void short_dump(Scene& scene);
void creeping_leak(Scene& scene);
void lock_cut(Scene& scene);
void lock_opened(Scene& scene);
void split_load(Scene& scene);
void convoy(Scene& scene);
// way.cpp
void night_detour(Scene& scene);
void u_turn(Scene& scene);
void water_zone(Scene& scene);
void never_arrives(Scene& scene);
void overdue(Scene& scene);
// device.cpp
void jamming(Scene& scene);
void switched_off(Scene& scene);
void tracker_moved(Scene& scene);
void spoofed(Scene& scene);
// legal_way.cpp
void jam(Scene& scene);
void tunnel(Scene& scene);
void diversion(Scene& scene);
void gate_queue(Scene& scene);
void ferry(Scene& scene);
void parallel_road(Scene& scene);
void empty_return(Scene& scene);
// legal_stop.cpp
void breakdown(Scene& scene);
void fuel(Scene& scene);
void rest(Scene& scene);
void unlisted_shop(Scene& scene);
void weighbridge(Scene& scene);
void two_trucks(Scene& scene);
void inspection(Scene& scene);
// legal_device.cpp
void canyon(Scene& scene);
void blind_valley(Scene& scene);
void load_noise(Scene& scene);
void lock_battery(Scene& scene);
void shifted_datum(Scene& scene);
void clock_jump(Scene& scene);

/// Alerts that say that a load was got rid of.
inline Kinds dumping() {
    using geofence::Kind;
    return {Kind::suspected_dumping, Kind::lock_opened_en_route, Kind::lock_tamper};
}
/// Alerts that say that a truck is where it should not be.
inline Kinds away() {
    using geofence::Kind;
    return {Kind::route_deviation, Kind::unplanned_stop};
}
/// Alerts that say that a device does not tell the truth, or nothing.
inline Kinds dark() {
    using geofence::Kind;
    return {Kind::terminal_silent, Kind::device_fault, Kind::position_forged};
}

inline constexpr double corridor_m = 60;  ///< truly beyond it: off the approved way
inline constexpr double minute = 60;

}  // namespace liuhen::score
