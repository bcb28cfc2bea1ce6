// Sixteen recorded passes of one bus line, sent as trucks with manifests. One really left its
// street.
#include "simulators/recording.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/story.hpp"

#include <fstream>
#include <iostream>
#include <map>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

// Fixes come every 24 s, so a pass drawn as a line cuts corners: every other pass together is the
// road, 60 m to either side, as in tests/score/liverpool_test.cpp.
constexpr Metres width{60};
constexpr Metres longest_edge{400};

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells{""};
    for (const char c : line) {
        if (c == ',') cells.emplace_back();
        if (c != ',' && c != '"') cells.back() += c;
    }
    return cells;
}

std::map<std::string, std::vector<Fix>> read_trips(const std::filesystem::path& file) {
    std::map<std::string, std::vector<Fix>> trips;
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        const auto cells = cells_of(line);
        Fix fix{.at = *parse_iso(cells.at(3) + "Z"),
                .where = {},
                .speed = {},
                .heading = {},
                .satellites = {},
                .odometer = {}};
        fix.where = {.lat = std::stod(cells.at(4)), .lon = std::stod(cells.at(5))};
        trips[cells.at(2)].push_back(fix);
    }
    for (auto& [name, track] : trips) {
        std::ranges::stable_sort(track, {}, [](const Fix& fix) { return fix.at; });
        for (std::size_t i = 1; i < track.size(); ++i) {
            const double seconds = seconds_between(track[i - 1].at, track[i].at);
            const double metres = simulators::distance(track[i - 1].where, track[i].where).value;
            if (seconds > 0) track[i].speed = {metres / seconds};
        }
    }
    return trips;
}

void add_pass(std::vector<Path>& lines, const std::vector<Fix>& track) {
    Path line;
    const auto end_line = [&] {
        const auto differs = [&](LatLon p) { return p != line.front(); };
        if (line.size() > 1 && std::ranges::any_of(line, differs)) lines.push_back(line);
        line.clear();
    };
    for (const Fix& fix : track) {
        const bool gap =
            !line.empty() && simulators::distance(line.back(), fix.where) > longest_edge;
        if (gap) end_line();
        line.push_back(fix.where);
    }
    end_line();
}

}  // namespace

TEST_CASE("bus trip 1103 raises a route deviation over the wire and the other fifteen do not") {
    const auto file = shared_file("data/trajectories/liverpool_bus14/route14_outbound.csv");
    if (!file) return skip("the Liverpool tracks are not on this machine");
    const auto trips = read_trips(*file);
    REQUIRE(trips.size() == 16);
    auto scenario = story(0);
    std::map<std::string, std::string> trip_of;
    for (const auto& [name, track] : trips) {
        std::vector<Path> lines;
        for (const auto& [other, pass] : trips) {
            if (other != name) add_pass(lines, pass);
        }
        auto with = simulators::with_recording(scenario, track, lines.front(), width);
        REQUIRE(with);
        scenario = std::move(*with);
        scenario.routes.back().name = "Liverpool 14 without " + name;
        scenario.routes.back().also.assign(lines.begin() + 1, lines.end());
        scenario.trucks.back().allows = {"ROUTE_DEVIATION", "UNPLANNED_STOP", "SUSPECTED_DUMPING",
                                         "TERMINAL_SILENT"};
        trip_of[scenario.trucks.back().key] = name;
    }
    World world{300};
    const auto report = simulators::play(scenario, world.server.endpoints(), {.at_most = 60s});
    CHECK(report.broken_promises == std::vector<std::string>{});
    int others = 0;
    bool left = false;
    for (const auto& [key, kinds] : report.kinds) {
        std::cout << "Liverpool trip " << trip_of[key] << ':';
        for (const auto& [kind, count] : kinds) std::cout << ' ' << kind << ' ' << count;
        std::cout << '\n';
        if (!kinds.contains("ROUTE_DEVIATION")) continue;
        left = left || trip_of[key] == "1103";
        if (trip_of[key] != "1103") ++others;
    }
    std::cout << "Liverpool over the wire: " << report.acked << " positions, " << others
              << " of the other 15 raise ROUTE_DEVIATION" << std::endl;
    CHECK(left);
    CHECK(others == 0);
}
