// Families of journeys: what is done in them, and what of it is to be noticed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace liuhen::score {

/// docs/detection.md lists them with their parameters. P: something is done; N: legal.
enum class Family : std::uint8_t {
    p1_dump_off_corridor,
    p2_short_dump,
    p3_creeping_leak,
    p4_night_detour,
    p5_lock_cut,
    p6_lock_opened,
    p7_jamming,
    p8_switched_off,
    p9_tracker_moved,
    p10_spoofed,
    p11_split_load,
    p12_u_turn,
    p13_water_zone,
    p14_never_arrives,
    p15_convoy,
    p16_overdue,
    n1_jam,
    n2_tunnel,
    n3_diversion,
    n4_breakdown,
    n5_fuel,
    n6_rest,
    n7_unlisted_shop,
    n8_canyon,
    n9_gate_queue,
    n10_ferry,
    n11_blind_valley,
    n12_load_noise,
    n13_lock_battery,
    n14_weighbridge,
    n15_parallel_road,
    n16_shifted_datum,
    n17_clock_jump,
    n18_two_trucks,
    n19_empty_return,
    n20_inspection,
    count_,
};
inline constexpr std::size_t families = static_cast<std::size_t>(Family::count_);
inline constexpr std::size_t positive_families = 16;

constexpr bool is_positive(Family family) {
    return static_cast<std::size_t>(family) < positive_families;
}

/// "P1", "N20"
std::string_view id_of(Family family);
/// "dump at a stop off the corridor"
std::string_view title_of(Family family);

}  // namespace liuhen::score
