#include "tests/score/families/plays.hpp"

namespace liuhen::score {
namespace {

using enum Family;
constexpr std::array<FamilyRow, families> rows{{
    {p1_dump_off_corridor, "P1", "dump at a stop off the corridor", dump_off_corridor, false},
    {p2_short_dump, "P2", "short dump just inside the corridor", short_dump, false},
    {p3_creeping_leak, "P3", "dump while creeping", creeping_leak, false},
    {p4_night_detour, "P4", "night detour", night_detour, true},
    {p5_lock_cut, "P5", "lock cut and resealed", lock_cut, false},
    {p6_lock_opened, "P6", "lock opened away from sites", lock_opened, false},
    {p7_jamming, "P7", "jamming", jamming, false},
    {p8_switched_off, "P8", "tracker switched off", switched_off, false},
    {p9_tracker_moved, "P9", "tracker moved to another vehicle", tracker_moved, false},
    {p10_spoofed, "P10", "replayed or spoofed track", spoofed, false},
    {p11_split_load, "P11", "split load", split_load, false},
    {p12_u_turn, "P12", "U-turn and return", u_turn, false},
    {p13_water_zone, "P13", "enters a protected water zone", water_zone, false},
    {p14_never_arrives, "P14", "never arrives, wrong receiver", never_arrives, false},
    {p15_convoy, "P15", "convoy swap", convoy, false},
    {p16_overdue, "P16", "arrival overdue", overdue, false},
    {n1_jam, "N1", "jam with creeping", jam, false},
    {n2_tunnel, "N2", "tunnel", tunnel, false},
    {n3_diversion, "N3", "published diversion", diversion, false},
    {n4_breakdown, "N4", "breakdown or police stop", breakdown, false},
    {n5_fuel, "N5", "fuel", fuel, false},
    {n6_rest, "N6", "rest at a listed place", rest, false},
    {n7_unlisted_shop, "N7", "rest at an unlisted shop", unlisted_shop, false},
    {n8_canyon, "N8", "canyon drift", canyon, false},
    {n9_gate_queue, "N9", "waits outside the receiver's gate", gate_queue, false},
    {n10_ferry, "N10", "ferry or low-loader", ferry, false},
    {n11_blind_valley, "N11", "blind valley, late upload", blind_valley, false},
    {n12_load_noise, "N12", "load sensor drift, bumps, slope", load_noise, false},
    {n13_lock_battery, "N13", "lock reports lost, low battery", lock_battery, false},
    {n14_weighbridge, "N14", "weighbridge visit", weighbridge, false},
    {n15_parallel_road, "N15", "parallel road, other carriageway", parallel_road, false},
    {n16_shifted_datum, "N16", "GCJ-02 device", shifted_datum, false},
    {n17_clock_jump, "N17", "clock jump", clock_jump, false},
    {n18_two_trucks, "N18", "two trucks at one site", two_trucks, false},
    {n19_empty_return, "N19", "empty return with an open lock", empty_return, false},
    {n20_inspection, "N20", "inspection opens with authorisation", inspection, false},
}};

}  // namespace

const FamilyRow& row_of(Family family) { return rows[static_cast<std::size_t>(family)]; }
std::string_view id_of(Family family) { return row_of(family).id; }
std::string_view title_of(Family family) { return row_of(family).title; }

}  // namespace liuhen::score
