#include "tests/score/benchmark.hpp"

#include "tests/score/account.hpp"
#include "tests/score/features.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <iostream>

namespace liuhen::score {
namespace {

double processor_s() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// The same journey with labels that a baseline's two kinds can meet.
Journey for_baselines(const Journey& journey) {
    Journey plain = journey;
    using geofence::Kind;
    const Kinds kinds{Kind::route_deviation, Kind::unplanned_stop};
    for (Label& label : plain.labels) label.kinds = label.kinds | kinds;
    return plain;
}

/// What a run writes beside its counts.
struct Sheet {
    std::ostream* features = nullptr;
    bool show = false;
};

/// What went wrong on one journey, to look at.
void show(const Journey& journey, const std::vector<Raise>& raises) {
    Tally alone;
    alone.add(journey, raises);
    const bool missed = alone.a.hits < alone.a.labels || alone.c.hits < alone.c.labels;
    if (alone.a.false_alarms == 0 && !missed) return;
    std::cerr << journey.id << (missed ? " missed" : "") << ", step " << journey.step << " s, "
              << journey.course << (journey.other_datum ? ", other datum:" : ":");
    for (const Raise& raise : raises) {
        std::cerr << ' ' << code(raise.kind) << ' ' << to_iso(raise.at);
    }
    for (const Label& label : journey.labels) {
        std::cerr << " | " << code(label.tier) << ' ' << to_iso(label.start) << " to "
                  << to_iso(label.end);
    }
    std::cerr << " | due " << (journey.trip->due_at ? to_iso(*journey.trip->due_at) : "-")
              << ", ends " << to_iso(journey.ends) << '\n';
}

void run_one(Result& result, const Journey& journey, const Sheet& sheet) {
    if (sheet.features) print_features(*sheet.features, journey);
    const double before = processor_s();
    const auto raises = watched(journey);
    result.cpu_s += processor_s() - before;
    result.observations += journey.arrivals.size();
    result.watch[static_cast<std::size_t>(journey.family)].add(journey, raises);
    if (sheet.show) show(journey, raises);
    const auto others = baseline_raises(journey);
    auto& tallies =
        is_positive(journey.family) ? result.baseline_positive : result.baseline_negative;
    const Journey plain = for_baselines(journey);
    for (std::size_t i = 0; i < baseline_count; ++i) tallies[i].add(plain, others[i]);
}

void run_family(Result& result, const World& world, Family family, const Settings& settings,
                double scale, const Sheet& sheet) {
    const double hours = settings.vehicle_days * 8 / 20 * scale;
    const auto wanted = static_cast<std::uint32_t>(std::max(1.0, settings.journeys * scale));
    const double before = result.watch[static_cast<std::size_t>(family)].hours;
    for (std::uint32_t number = 0;; ++number) {
        const double done = result.watch[static_cast<std::size_t>(family)].hours - before;
        if (is_positive(family) ? number >= wanted : done >= hours) break;
        run_one(result, journey_of(world, family, number), sheet);
    }
    if (world.variant.name != "usual") return;
    for (int i = 0; i < settings.ordered; ++i) {
        const auto journey = journey_of(world, family, static_cast<std::uint32_t>(i));
        const Random random(mixed(world.seed, static_cast<std::uint64_t>(i), 99));
        ++result.orders_tried;
        if (same_in_any_order(journey, settings.orders, random)) ++result.same_orders;
    }
}

void run_families(Result& result, World& world, const Settings& settings, double scale,
                  const Progress& progress, const Sheet& sheet) {
    for (std::size_t i = 0; i < families; ++i) {
        const auto family = static_cast<Family>(i);
        const auto& only = settings.only;
        if (!only.empty() && std::ranges::find(only, family) == only.end()) continue;
        progress(world.variant.name + ": " + std::string(id_of(family)) + " " +
                 std::string(title_of(family)));
        run_family(result, world, family, settings, scale, sheet);
    }
}

std::vector<Variant> robustness() {
    return {{.name = "30 s steps", .step = 30},
            {.name = "doubled noise", .noise = 2},
            {.name = "lock only", .load = false, .body = false},
            {.name = "load only", .lock = false, .body = false},
            {.name = "GNSS only", .lock = false, .load = false, .body = false}};
}

RealResult run_real(const RealSet& set, bool show) {
    RealResult result;
    result.name = set.name;
    const auto take = [&](const Journey& journey, Tally& watch,
                          std::array<Tally, baseline_count>& baselines) {
        const auto raises = watched(journey);
        watch.add(journey, raises);
        if (show) account_of(std::cerr, set.name, journey, raises);
        const auto others = baseline_raises(journey);
        for (std::size_t i = 0; i < baseline_count; ++i) baselines[i].add(journey, others[i]);
    };
    for (const Journey& journey : set.legal) take(journey, result.watch, result.baselines);
    for (const Journey& journey : set.with_stop) {
        take(journey, result.stops, result.baseline_stops);
    }
    return result;
}

}  // namespace

World world_of(const Settings& settings, std::uint64_t seed) {
    World world;
    world.seed = mixed(seed, static_cast<std::uint64_t>(settings.part), 7);
    world.courses = courses_of(settings.part, settings.sources, world.seed);
    if (!settings.sources.only_given) {
        world.recordings = recordings_of(settings.part, settings.sources.shared);
    }
    return world;
}

Score run(const Settings& settings, const Progress& progress) {
    Score score;
    score.settings = settings;
    const double began = processor_s();
    std::ofstream features;
    Sheet sheet;
    sheet.show = settings.show;
    if (!settings.features.empty()) {
        features.open(settings.features);
        print_features_head(features);
        sheet.features = &features;
    }
    for (const Variant& variant : robustness()) score.variants.push_back({variant, {}});
    for (int i = 0; i < settings.seeds && !settings.only_real; ++i) {
        progress("courses over real roads");
        World world = world_of(settings, settings.seed + static_cast<std::uint64_t>(i));
        score.courses += world.courses.size();
        run_families(score.usual, world, settings, 1, progress, sheet);
        for (auto& [variant, result] : score.variants) {
            if (!settings.variants) continue;
            world.variant = variant;
            run_families(result, world, settings, 0.1, progress, {});
        }
    }
    if (!settings.variants) score.variants.clear();
    std::vector<RealSet> sets;
    if (settings.real) sets = real_sets(settings.sources.shared, settings.seed);
    for (const auto& [points, truth] : settings.tracks) {
        sets.push_back(real_set(points.stem().string(), points, truth, settings.seed));
    }
    if (settings.show && !sets.empty()) print_account_head(std::cerr);
    for (const RealSet& set : sets) {
        progress("real tracks: " + set.name);
        score.real.push_back(run_real(set, settings.show));
    }
    score.took_s = processor_s() - began;
    return score;
}

}  // namespace liuhen::score
