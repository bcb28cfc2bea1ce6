// liuhen-fit: weights of the fusion from the training part of the benchmark's journeys.
#include "tests/score/benchmark.hpp"
#include "tests/score/fit.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>

using namespace liuhen;
using namespace liuhen::score;

namespace {

/// The other parts are for choosing and for the score; nothing is ever fitted on them.
constexpr Part only_part = Part::train;

void gather(Fit& fit, const World& world, const Settings& settings) {
    const double hours_each = settings.vehicle_days * 8 / 20;
    for (std::size_t i = 0; i < families; ++i) {
        const auto family = static_cast<Family>(i);
        const auto wanted = static_cast<std::uint32_t>(settings.journeys);
        double hours = 0;
        std::cerr << "fit: " << id_of(family) << ' ' << title_of(family) << std::endl;
        for (std::uint32_t number = 0;; ++number) {
            if (is_positive(family) ? number >= wanted : hours >= hours_each) break;
            const Journey journey = journey_of(world, family, number);
            hours += journey.hours;
            auto bag = bag_of(journey, fit.before);
            if (!bag) continue;
            if (!bag->dumping) fit.honest_hours += journey.hours;
            fit.bags.push_back(*std::move(bag));
        }
    }
}

/// What a rule set names; the rest of it keeps its standard values.
nlohmann::ordered_json to_json(geofence::RuleSet rules) {
    nlohmann::ordered_json document;
    document["version"] = rules.version;
    auto& fusion = document["fusion"];
    fusion["intercept"] = rules.fusion.intercept;
    fusion["suspected"] = rules.fusion.suspected;
    for (std::size_t i = 0; i < feature_count; ++i) {
        const double weight = weight_of(rules.fusion, i);
        if (i < geofence::sign_count) {
            fusion["signs"][feature_name(i)]["weight"] = weight;
        } else {
            fusion["pairings"][feature_name(i)] = weight;
        }
    }
    return document;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Fits the weights of the fusion on training journeys, and writes a rule set."};
    Settings settings;
    settings.part = only_part;
    settings.journeys = 200;
    settings.vehicle_days = 500;
    settings.sources.shared = "../shared/data";
    FitSettings how;
    double false_alarms = 5;
    std::string version = "fitted", rules_file, csv_file;
    app.add_option("--seed", settings.seed, "of the first run")->capture_default_str();
    app.add_option("--seeds", settings.seeds, "runs with following seeds, put together")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app.add_option("--journeys", settings.journeys, "of each of the 16 positive families")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    app.add_option("--vehicle-days", settings.vehicle_days, "of the negative families together")
        ->check(CLI::Range(1.0, 1e6))
        ->capture_default_str();
    app.add_option("--shared", settings.sources.shared, "folder with trajectories/ and roads/")
        ->capture_default_str();
    app.add_option("--penalty", how.penalty, "of a weight's squared way from where it began")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
    app.add_option("--false-alarms", false_alarms, "most in 1,000 vehicle-days of training")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
    app.add_option("--name", version, "version of the rule set")->capture_default_str();
    app.add_option("--rules", rules_file, "write the rule set to this file");
    app.add_option("--csv", csv_file, "write journeys and features to this file");
    CLI11_PARSE(app, argc, argv);
    Fit fit;
    for (int i = 0; i < settings.seeds; ++i) {
        gather(fit, world_of(settings, settings.seed + static_cast<std::uint64_t>(i)), settings);
    }
    refit(fit, how, false_alarms);
    fit.after.version = version;
    print(std::cout, fit);
    if (!csv_file.empty()) {
        std::ofstream csv(csv_file);
        print_csv(csv, fit);
        if (!csv.flush()) return std::cerr << "fit: cannot write " << csv_file << '\n', 1;
    }
    if (rules_file.empty()) return 0;
    std::ofstream rules(rules_file);
    rules << to_json(fit.after).dump(1) << '\n';
    if (!rules.flush()) return std::cerr << "fit: cannot write " << rules_file << '\n', 1;
    return 0;
}
