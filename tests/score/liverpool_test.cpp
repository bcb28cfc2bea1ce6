// Sixteen passes of one bus line; one of them, trip 1103, really took another street.
#include "tests/score/recorded.hpp"
#include "tests/support/shared.hpp"

using namespace liuhen;
using namespace liuhen::test;

namespace {

// Fixes come every 24 s, so a pass drawn as a line cuts corners. The corridor of a trip is every
// other pass together, 60 m to either side: where one cuts a corner another one does not.
constexpr Metres width{60};
constexpr Metres longest_edge{400};  // a gap in a pass is no road

/// A pass as lines, cut where two fixes are too far apart to know the road between them.
void add_pass(std::vector<Path>& lines, const std::vector<Sighting>& track) {
    Path line;
    const auto end_line = [&] {
        const auto differs = [&](LatLon p) { return p != line.front(); };
        if (line.size() > 1 && std::ranges::any_of(line, differs)) lines.push_back(line);
        line.clear();
    };
    for (const Sighting& one : track) {
        const LatLon where = std::get<Fix>(one.what).where;
        if (!line.empty() && geofence::flat_distance(line.back(), where) > longest_edge) end_line();
        line.push_back(where);
    }
    end_line();
}

}  // namespace

TEST_CASE("bus trip 1103, which left its street, is reported and the others are not") {
    const auto file = shared_file("data/trajectories/liverpool_bus14/route14_outbound.csv");
    if (!file) return skip("the Liverpool tracks are not on this machine");
    const auto trips = liverpool_trips(*file);
    REQUIRE(trips.size() == 16);
    int others_reported = 0;
    for (const auto& [name, track] : trips) {
        std::vector<Path> lines;
        for (const auto& [other, pass] : trips) {
            if (other != name) add_pass(lines, pass);
        }
        auto counts = alerts_of(recorded_trip(name, lines, width), track);
        std::cout << "Liverpool trip " << name << ": " << track.size() << " fixes";
        for (const auto& [kind, count] : counts) std::cout << ' ' << kind << ' ' << count;
        std::cout << '\n';
        if (name == "1103") {
            CHECK(counts["ROUTE_DEVIATION"] == 1);
        } else if (counts["ROUTE_DEVIATION"] > 0) {
            ++others_reported;
        }
    }
    std::cout << "Liverpool: " << others_reported << " of the other 15 raise ROUTE_DEVIATION"
              << std::endl;
    CHECK(others_reported == 0);
}
