// Legal drives along their true routes: every deviation reported here is a false one.
#include "tests/score/recorded.hpp"
#include "tests/support/shared.hpp"

using namespace liuhen;
using namespace liuhen::test;

namespace {

constexpr Metres width{50};

std::map<int, std::vector<Sighting>> read_tracks(const std::filesystem::path& file) {
    std::map<int, std::vector<Sighting>> tracks;
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    std::uint64_t number = 0;
    while (std::getline(in, line)) {
        const auto cells = cells_of(line);
        LatLon where;
        std::istringstream(cells.at(2).substr(7)) >> where.lon >> where.lat;
        tracks[std::stoi(cells.at(0))].push_back(
            sighting(parse_iso(cells.at(1)).value(), where, ++number));
    }
    return tracks;
}

std::map<int, std::vector<Path>> read_routes(const std::filesystem::path& file) {
    std::map<int, std::vector<Path>> routes;
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        const auto cells = cells_of(line);
        routes[std::stoi(cells.at(0))] = paths_of_wkt(cells.at(1));
    }
    return routes;
}

/// Runs of at least one fix beyond the width: the plain rule that the watch is held against.
int plain_rule(const geofence::Trip& trip, const std::vector<Sighting>& track) {
    int events = 0;
    bool beyond = false;
    for (const Sighting& one : track) {
        const auto offset = trip.corridor->locate(std::get<Fix>(one.what).where);
        const bool now = offset.off > width;
        if (now && !beyond) ++events;
        beyond = now;
    }
    return events;
}

}  // namespace

TEST_CASE("on Hof's true routes the watch is at least 5 times quieter than 50 m, 1 fix") {
    const auto points = shared_file("data/trajectories/hof_fcd/points.csv");
    const auto truth = shared_file("data/trajectories/hof_fcd/ground_truth.csv");
    if (!points || !truth) return skip("the Hof tracks are not on this machine");
    const auto routes = read_routes(*truth);
    std::map<std::string, int> alerts;
    int plain = 0;
    int fixes = 0;
    double hours = 0;
    for (auto& [id, track] : read_tracks(*points)) {
        const auto route = routes.find(id);
        if (route == routes.end()) continue;
        const auto trip = recorded_trip("hof-" + std::to_string(id), route->second, width);
        plain += plain_rule(trip, track);
        for (const auto& [kind, count] : alerts_of(trip, track)) alerts[kind] += count;
        const auto span =
            std::ranges::minmax(track, {}, [](const Sighting& one) { return time_of(one.what); });
        hours += seconds_between(time_of(span.min.what), time_of(span.max.what)) / 3600;
        fixes += static_cast<int>(track.size());
    }
    const double watch = alerts["ROUTE_DEVIATION"] / hours * 100;
    std::cout << "Hof: " << fixes << " fixes, " << hours << " h; 50 m 1 fix: " << plain << " = "
              << plain / hours * 100 << " per 100 h; ROUTE_DEVIATION: " << alerts["ROUTE_DEVIATION"]
              << " = " << watch << " per 100 h; other kinds:";
    for (const auto& [kind, count] : alerts) {
        if (kind != "ROUTE_DEVIATION") std::cout << ' ' << kind << ' ' << count;
    }
    std::cout << std::endl;
    CHECK(fixes > 14'000);
    CHECK(plain > 10);
    CHECK(alerts["ROUTE_DEVIATION"] * 5 <= plain);
}
