// liuhen-score: the detection benchmark. Run by `./liuhen score`.
#include "tests/score/report.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

using namespace liuhen::score;

int main(int argc, char** argv) {
    CLI::App app{"Scores the watch on journeys from a generator with seeds, beside plain rules."};
    Settings settings;
    settings.sources.shared = "../shared/data";
    std::string part = "train";
    std::vector<std::string> tracks;
    std::vector<std::string> only;
    bool quick = false;
    bool plain = false;
    bool given_only = false;
    app.add_option("--part", part, "train, tune or test: other roads and other seeds each")
        ->check(CLI::IsMember({"train", "tune", "test"}))
        ->capture_default_str();
    app.add_option("--seed", settings.seed, "of the first run")->capture_default_str();
    app.add_option("--seeds", settings.seeds, "runs with following seeds, put together")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app.add_option("--journeys", settings.journeys, "of each of the 16 positive families")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    app.add_option("--vehicle-days", settings.vehicle_days,
                   "of 8 h, of the 20 negative families together")
        ->check(CLI::Range(1.0, 1e6))
        ->capture_default_str();
    app.add_option("--roads", settings.sources.roads, "further map extracts: .osm.pbf, .osm, .opl")
        ->check(CLI::ExistingFile);
    app.add_flag("--only-roads", given_only, "no other roads than those of --roads");
    app.add_option("--track", tracks,
                   "POINTS.csv:ROUTES.csv of legal drives: id,time,POINT (lon lat) and id,WKT");
    app.add_option("--family", only, "only these: P1 ... P16, N1 ... N20");
    app.add_option("--shared", settings.sources.shared, "folder with trajectories/ and roads/")
        ->capture_default_str();
    app.add_option("--courses", settings.sources.courses, "approved ways that are driven")
        ->check(CLI::Range(4, 10'000))
        ->capture_default_str();
    app.add_option("--features", settings.features,
                   "file for a table of journeys and the strength of each sign");
    app.add_flag("--show", settings.show,
                 "each miss and false alarm on stderr: of tier A, on recorded drives of A and B");
    app.add_flag("--only-real", settings.only_real, "recorded drives alone");
    auto* const journeys = app.get_option("--journeys");
    auto* const days = app.get_option("--vehicle-days");
    app.add_flag("--no-variants{false}", settings.variants, "without the runs for robustness");
    app.add_flag("--no-real{false}", settings.real, "without recorded drives");
    app.add_flag("--quick", quick, "12 journeys a family, 60 vehicle-days, no variants");
    app.add_flag("--markdown", plain, "tables as in docs/detection.md (they always are)");
    CLI11_PARSE(app, argc, argv);
    settings.part = *part_from(part);
    settings.sources.only_given = given_only && !settings.sources.roads.empty();
    if (quick) {
        if (journeys->empty()) settings.journeys = 12;
        if (days->empty()) settings.vehicle_days = 60;
        settings.variants = false;
        settings.ordered = 1;
        settings.sources.courses = std::min<std::size_t>(settings.sources.courses, 30);
    }
    for (const std::string& track : tracks) {
        const auto colon = track.find(':');
        if (colon == std::string::npos) {
            std::cerr << "score: --track wants POINTS.csv:ROUTES.csv\n";
            return 2;
        }
        settings.tracks.emplace_back(track.substr(0, colon), track.substr(colon + 1));
    }
    for (std::size_t i = 0; i < families; ++i) {
        const auto family = static_cast<Family>(i);
        if (std::ranges::find(only, id_of(family)) != only.end()) settings.only.push_back(family);
    }
    if (settings.only.size() != only.size()) {
        std::cerr << "score: --family knows P1 ... P16 and N1 ... N20\n";
        return 2;
    }
    const Score score =
        run(settings, [](const std::string& what) { std::cerr << "score: " << what << std::endl; });
    print(std::cout, score);
    return 0;
}
