// What trucks do in a world, and what goes wrong in it: drawn from the seed.
#pragma once

#include "tests/world/truck.hpp"

#include <functional>
#include <string>
#include <vector>

namespace liuhen::world {

/// The morning on which every story begins.
extern const Instant morning;
inline constexpr Duration story_length{std::chrono::minutes{70}};

/// A truck's trip and all that its terminal will have to tell.
struct Journey {
    Known known;
    std::vector<Truck::Told> told;
};
/// In a convoy all drive as one of them does.
Journey journey_of(std::uint64_t seed, int truck, int as);

/// How badly a terminal's radio treats it.
simulators::Network radio_of(std::uint64_t seed, int truck);

/// One thing that goes wrong, and for how long.
struct Mishap {
    enum class What : std::uint8_t {
        server_crash,
        database_crash,
        both_crash,
        slow_commits,
        disk_full,
        lines_cut_in_commit,
        roads_cut,
        roads_slow,
        clock_steps,
        second_server,
        count_,
    } what{};
    Duration at{};  ///< from the morning on
    Duration lasts{};
};
std::vector<Mishap> mishaps_of(std::uint64_t seed);

}  // namespace liuhen::world
