// The whole score: parts, families, variants, baselines and real tracks, in one run.
#pragma once

#include "tests/score/baselines.hpp"
#include "tests/score/harness.hpp"
#include "tests/score/real_tracks.hpp"

#include <array>
#include <filesystem>
#include <functional>

namespace liuhen::score {

struct Settings {
    Part part = Part::train;
    std::uint64_t seed = 1;
    int seeds = 1;                ///< runs with `seed`, `seed` + 1, ... put together
    int journeys = 200;           ///< of each positive family
    double vehicle_days = 5'000;  ///< of negative families together
    int orders = 20;              ///< random orders of arrival
    int ordered = 3;              ///< journeys of each family that are shuffled so
    bool variants = true;
    bool real = true;
    bool only_real = false;  ///< recorded drives alone
    Sources sources;
    std::vector<std::pair<std::filesystem::path, std::filesystem::path>> tracks;  ///< and truth
    std::vector<Family> only;                                                     ///< empty: all
    bool show = false;  ///< each miss and false alarm on `std::cerr`: of tier A, of recordings A+B
    std::filesystem::path features;  ///< file for `print_features`; empty: none
};

/// A run over the families.
struct Result {
    std::array<Tally, families> watch;
    std::array<Tally, baseline_count> baseline_positive, baseline_negative;
    int same_orders = 0, orders_tried = 0;
    double cpu_s = 0;  ///< processor time within the watch
    std::uint64_t observations = 0;
};
struct RealResult {
    std::string name;
    Tally watch, stops;
    std::array<Tally, baseline_count> baselines, baseline_stops;
};
struct VariantResult {
    Variant variant;
    Result result;
};
struct Score {
    Settings settings;
    std::size_t courses = 0;
    double took_s = 0;
    Result usual;
    std::vector<VariantResult> variants;
    std::vector<RealResult> real;
};

using Progress = std::function<void(const std::string& what)>;
Score run(const Settings& settings, const Progress& progress);

/// One number of journeys of one family, alone; for tests and for looking at one.
World world_of(const Settings& settings, std::uint64_t seed);

}  // namespace liuhen::score
