// liuhen-simulate: plays a scenario against a running server over the real wire.
#include "simulators/play.hpp"
#include "simulators/recording.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>

namespace {

using namespace liuhen;
using namespace liuhen::simulators;

constexpr int played = 0, promise_broken = 1, could_not_play = 2;

std::atomic<bool> stop_asked{false};

struct Wishes {
    std::string scenario;
    std::string endpoints = "var/endpoints.json";
    std::optional<std::uint64_t> seed;
    std::optional<double> rate;
    std::optional<std::int64_t> duration_s;
    std::string track;
    std::string route;
    double width_m = 50;
    bool only_track = false;
    bool keep_running = false;
};

void declare(CLI::App& app, Wishes& wishes) {
    app.add_option("scenario", wishes.scenario, "scenario file (docs/scenario.md)")->required();
    app.add_option("--endpoints", wishes.endpoints, "where the server listens, and its tokens")
        ->capture_default_str();
    app.add_option("--seed", wishes.seed, "other chances than the scenario's own");
    app.add_option("--rate", wishes.rate, "refuse to play unless the server's clock runs so fast")
        ->check(CLI::Range(0.1, 600.0));
    app.add_option("--duration", wishes.duration_s, "seconds of real time, then end in good order")
        ->check(CLI::Range(1, 7 * 86'400));
    app.add_option("--track", wishes.track, "send this recorded track (CSV) as one more truck");
    app.add_option("--route", wishes.route, "its approved route (GeoJSON): it gets a manifest");
    app.add_option("--width", wishes.width_m, "metres allowed to either side of that route")
        ->check(CLI::Range(20.0, 2'000.0))
        ->capture_default_str();
    app.add_flag("--only-track", wishes.only_track, "leave the scenario's own trucks at home");
    app.add_flag("--keep-running", wishes.keep_running, "trucks go round until interrupted");
}

int refuse_file(const std::string& file, const ScenarioFault& fault) {
    std::cerr << fmt::format("liuhen-simulate: {}{}{} {}\n", file,
                             fault.pointer.empty() ? "" : ": ", fault.pointer, fault.text);
    return could_not_play;
}

Result<Scenario, ScenarioFault> add_track(Scenario scenario, const Wishes& wishes) {
    auto recording = load_recording(wishes.track);
    if (!recording) return fail(recording.error());
    std::optional<Path> route;
    if (!wishes.route.empty()) {
        auto loaded = load_route(wishes.route);
        if (!loaded) return fail(loaded.error());
        route = std::move(*loaded);
    }
    if (wishes.only_track) scenario.trucks.clear();
    return with_recording(std::move(scenario), std::move(*recording), std::move(route),
                          Metres{wishes.width_m});
}

int run(const Wishes& wishes) {
    auto scenario = load_scenario(wishes.scenario);
    if (!scenario) return refuse_file(wishes.scenario, scenario.error());
    if (wishes.seed) scenario->seed = *wishes.seed;
    if (!wishes.track.empty()) {
        auto extended = add_track(std::move(*scenario), wishes);
        if (!extended) return refuse_file(wishes.track, extended.error());
        scenario = std::move(extended);
    }
    PlayOptions options{.rate = wishes.rate, .at_most = {}, .stop = &stop_asked, .progress = {}};
    options.keep_running = wishes.keep_running;
    if (wishes.duration_s) options.at_most = std::chrono::seconds{*wishes.duration_s};
    options.progress = [](const std::string& line) { std::cerr << line << '\n'; };
    const PlayReport report = play(*scenario, Endpoints::load(wishes.endpoints), options);
    if (report.track_offset) {
        std::cerr << fmt::format("the track was shifted by {} s\n",
                                 report.track_offset->count() / 1000);
    }
    std::cout << report.to_line() << std::endl;
    return report.broken_promises.empty() ? played : promise_broken;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Drives trucks, locks, producers, receivers and a police reader against a running server.\n"
        "Progress goes to standard error; the last line on standard output is one JSON object.\n"
        "Exit code 0: all promises kept, 1: the server broke one, 2: could not play."};
    Wishes wishes;
    declare(app, wishes);
    CLI11_PARSE(app, argc, argv);
    const auto ask_to_stop = [](int) { stop_asked = true; };
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    try {
        return run(wishes);
    } catch (const std::exception& fault) {
        std::cerr << "liuhen-simulate: " << fault.what() << '\n';
        return could_not_play;
    }
}
