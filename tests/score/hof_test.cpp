// Legal drives along their true routes: every deviation reported here is a false one.
#include "tests/score/recorded.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/sketch.hpp"

#include <array>
#include <random>

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

/// Beside the road for a while: how far, how long, and how fast there and back.
struct Visit {
    const char* what;
    double off_m, stays_s, speed;
};

/// The track with such a visit after its fix `at`, a fix each 10 s; the receiver's errors of the
/// same drive, from the fix `error` on, are added to it. Nullopt where the route comes by again.
std::optional<std::vector<Sighting>> with_visit(const geofence::Trip& trip,
                                                const std::vector<Sighting>& track, std::size_t at,
                                                std::size_t error, const Visit& visit,
                                                std::mt19937& random) {
    const auto where = [&](std::size_t i) { return std::get<Fix>(track[i].what).where; };
    const LatLon road = trip.corridor->point_at(trip.corridor->locate(where(at)).along);
    const geofence::FlatPlane plane(road);
    const geofence::FlatPoint ahead = plane.project(where(at + 1)) - plane.project(where(at));
    const double step = geofence::norm(ahead);
    if (step < 20) return std::nullopt;  // it stands, or has no direction
    const double sign = random() % 2 == 0 ? 1 : -1;
    const geofence::FlatPoint side{sign * ahead.y / step, -sign * ahead.x / step};
    const LatLon spot = shifted(road, {side.x * visit.off_m}, {side.y * visit.off_m});
    if (trip.corridor->locate(spot).off.value < 0.95 * visit.off_m) return std::nullopt;
    std::vector<Sighting> driven(track.begin(),
                                 track.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    const Instant left = time_of(track[at].what);
    const double whole = 2 * visit.off_m / visit.speed + visit.stays_s;
    for (double passed = 10; passed < whole; passed += 10) {
        const double out =
            std::min({passed * visit.speed, visit.off_m, (whole - passed) * visit.speed});
        const LatLon seen = where((error + static_cast<std::size_t>(passed / 10)) % track.size());
        const LatLon meant = trip.corridor->point_at(trip.corridor->locate(seen).along);
        const auto wrong = geofence::FlatPlane(meant).project(seen);
        const Metres east{side.x * out + wrong.x};
        const Metres north{side.y * out + wrong.y};
        driven.push_back(sighting(left + std::chrono::seconds{std::lround(passed)},
                                  shifted(road, east, north), 1'000'000 + driven.size()));
    }
    return driven;
}

/// Seconds from leaving the road to ROUTE_DEVIATION; nullopt when it is not raised meanwhile.
std::optional<double> delay_of(const geofence::Trip& trip, const std::vector<Sighting>& driven,
                               Instant left) {
    geofence::Watch watch(std::make_shared<const geofence::Trip>(trip));
    for (const Sighting& one : driven) {
        for (const auto& change : watch.observe({&one, 1}, time_of(one.what)).changes) {
            const bool counts = change.alert.kind == geofence::Kind::route_deviation &&
                                change.what == geofence::AlertChange::What::raised;
            if (counts && time_of(one.what) > left) return seconds_between(left, time_of(one.what));
        }
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("who leaves Hof's routes for 80 m and more is reported, soon") {
    const auto points = shared_file("data/trajectories/hof_fcd/points.csv");
    const auto truth = shared_file("data/trajectories/hof_fcd/ground_truth.csv");
    if (!points || !truth) return skip("the Hof tracks are not on this machine");
    const auto routes = read_routes(*truth);
    const auto tracks = read_tracks(*points);
    constexpr std::array visits{Visit{"80 m off for 3 min", 80, 180, 3},
                                Visit{"150 m off for 5 min", 150, 300, 5},
                                Visit{"to 800 m at 12 m/s", 800, 60, 12}};
    std::mt19937 random(20261122);
    std::vector<double> all;
    for (const Visit& visit : visits) {
        int tried = 0;
        std::vector<double> delays;
        for (const auto& [id, track] : tracks) {
            const auto route = routes.find(id);
            if (route == routes.end() || track.size() < 40) continue;
            const auto trip = recorded_trip("hof-" + std::to_string(id), route->second, width);
            for (int again = 0; again < 3; ++again) {
                const std::size_t at = 10 + random() % (track.size() - 20);
                const std::size_t error = random() % track.size();
                const auto driven = with_visit(trip, track, at, error, visit, random);
                if (!driven) continue;
                ++tried;
                const auto delay = delay_of(trip, *driven, time_of(track[at].what));
                if (delay) delays.push_back(*delay);
            }
        }
        std::ranges::sort(delays);
        REQUIRE(tried > 100);
        const double recall = static_cast<double>(delays.size()) / tried;
        std::cout << "Hof, " << visit.what << ": recall " << recall << " of " << tried
                  << ", delay median " << delays[delays.size() / 2] << " s, p95 "
                  << delays[delays.size() * 95 / 100] << " s\n";
        CHECK(recall >= 0.97);
        all.insert(all.end(), delays.begin(), delays.end());
    }
    std::ranges::sort(all);
    const double p95 = all[all.size() * 95 / 100];
    std::cout << "Hof, all three: median " << all[all.size() / 2] << " s, p95 " << p95 << " s"
              << std::endl;
    CHECK(all[all.size() / 2] <= 50);
    CHECK(p95 <= 90);
}

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
