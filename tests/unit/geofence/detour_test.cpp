#include "geofence/detect/detour.hpp"

#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

const RuleSet rules = RuleSet::standard();
LatLon east(double metres, double north = 0) { return shifted(sketch_corner, {metres}, {north}); }
const Path straight{east(0), east(40'000)};

/// The largest of what is told of each sign on the way.
struct Told {
    double detour = 0, turned_back = 0;
    Instant first_detour;
};

Told told_by(const Trip& trip, const Drive& drive) {
    Detour detour;
    Motion motion;
    Told told;
    std::optional<RouteOffset> before;
    for (const Sighting& one : drive.seen()) {
        const Fix& fix = std::get<Fix>(one.what);
        motion.see(fix, rules);
        const Moment moment = moment_of(fix, motion, trip, before);
        before = moment.route;
        detour.see(moment, is_standing(moment.gait));
        Findings found;
        detour.found(found, fix.at, rules);
        for (const Finding& finding : found) {
            const bool is_detour = finding.sign == Sign::detour;
            if (is_detour && told.detour <= 0) told.first_detour = finding.at;
            double& largest = is_detour ? told.detour : told.turned_back;
            largest = std::max(largest, finding.amount);
        }
    }
    return told;
}
Told told_by(const Drive& drive) { return told_by(loaded_trip(straight), drive); }
Drive from_start() { return Drive(afternoon, east(500)); }

}  // namespace

TEST_CASE("on the way, at any speed and with stops, nothing is a detour") {
    Drive drive = from_start();
    drive.to(east(5'000)).wait(600).to(east(9'000), {3}).to(east(9'000, 35)).to(east(39'000), {22});
    const Told told = told_by(drive);
    CHECK(told.detour == 0);
    CHECK(told.turned_back == 0);
}

TEST_CASE("what is driven aside and back is the detour, at the scale it has") {
    Drive drive = from_start();
    drive.to(east(5'000)).to(east(5'000, 400)).to(east(5'000)).to(east(30'000));
    CHECK(told_by(drive).detour == Approx(800).margin(150));
    Drive far = from_start();
    far.to(east(5'000)).to(east(5'000, 3'000)).to(east(5'000)).to(east(30'000));
    CHECK(told_by(far).detour == Approx(6'000).margin(200));
}

TEST_CASE("a night detour that comes back to the road further on is found while it lasts") {
    Drive drive = from_start();
    drive.to(east(5'000)).to(east(5'000, 3'000)).to(east(8'000, 3'000));
    drive.to(east(8'000)).to(east(20'000));
    const Told told = told_by(drive);
    CHECK(told.detour == Approx(6'000).margin(300));  // 9 km for 3 km
    CHECK(seconds_between(afternoon, told.first_detour) < 500);
    CHECK(told.turned_back == 0);
}

TEST_CASE("a cut corner that is shorter than the route is no detour") {
    const Path bent{east(0), east(5'000), east(5'000, 5'000), east(20'000, 5'000)};
    Drive drive = from_start();
    drive.to(east(4'000)).to(east(5'000, 1'000)).to(east(5'000, 5'000)).to(east(19'000, 5'000));
    CHECK(told_by(loaded_trip(bent), drive).detour == 0);
}

TEST_CASE("a truck that turns is told behind its farthest point, until it is back there") {
    Drive drive = from_start();
    drive.to(east(9'000)).to(east(6'000)).wait(300).to(east(9'000)).to(east(30'000));
    const Told told = told_by(drive);
    CHECK(told.turned_back == Approx(3'000).margin(160));
    CHECK(told.detour == Approx(6'000).margin(300));

    Drive shunting = from_start();
    shunting.to(east(9'000)).to(east(8'850), {2}).to(east(20'000));
    CHECK(told_by(shunting).turned_back == 0);
    CHECK(told_by(shunting).detour == 0);
}

TEST_CASE("a published diversion is a line of the corridor and quiet") {
    Trip trip = loaded_trip(straight);
    const Path diversion{east(5'000), east(5'000, 2'000), east(9'000, 2'000), east(9'000)};
    const std::vector<Path> lines{straight, diversion};
    trip.corridor =
        std::make_shared<const Corridor>(Corridor::from_lines(lines, Metres{50}).value());
    Drive drive = from_start();
    for (std::size_t i = 0; i < diversion.size(); ++i) drive.to(diversion[i]);
    drive.to(east(30'000));
    const Told told = told_by(trip, drive);
    CHECK(told.detour == 0);
    CHECK(told.turned_back == 0);
}

TEST_CASE("a diversion is quiet while it is in force, and a detour before") {
    const Path way{east(5'000), east(5'000, 2'000), east(9'000, 2'000), east(9'000)};
    Drive drive = from_start();
    for (const LatLon corner : way) drive.to(corner);
    drive.to(east(30'000));
    Trip trip = loaded_trip(straight);
    const auto corridor =
        std::make_shared<const Corridor>(Corridor::from_lines({&way, 1}, Metres{50}).value());
    trip.diversions = {{.during = {afternoon, std::nullopt}, .corridor = corridor}};
    CHECK(told_by(trip, drive).detour == 0);
    CHECK(told_by(trip, drive).turned_back == 0);
    trip.diversions.front().during = {drive.now(), std::nullopt};
    CHECK(told_by(trip, drive).detour == Approx(4'000).margin(200));
}

TEST_CASE("a route that comes back by its own road is driven without a word") {
    const Path out_and_back{east(0), east(12'000), east(12'000, 30), east(0, 30)};
    Drive drive(afternoon, east(400));
    drive.to(east(11'900)).to(east(12'000, 15)).to(east(300, 30));
    const Told told = told_by(loaded_trip(out_and_back), drive);
    CHECK(told.detour == 0);
    CHECK(told.turned_back == 0);
}

TEST_CASE("shunting in a yard is no detour") {
    Trip trip = loaded_trip(straight, {round_site("Y", SiteKind::yard, east(9'000), {400})});
    Drive drive = from_start();
    drive.to(east(9'000));
    for (int i = 0; i < 6; ++i) drive.to(east(9'000, 300), {5}).to(east(9'000), {5});
    drive.to(east(20'000));
    CHECK(told_by(trip, drive).detour == 0);
}

TEST_CASE("passing a rest place on the way back does not hide that the truck turned") {
    auto trip = loaded_trip(straight, {round_site("L", SiteKind::rest, east(9'000, 40), {60})});
    const Told told = told_by(trip, from_start().to(east(12'000)).to(east(5'000)));
    CHECK(told.turned_back == Approx(7'000).margin(200));
}

TEST_CASE("where the route goes both ways on one road, who is put on the other has not turned") {
    const Trip trip = loaded_trip({east(0), east(20'000), east(20'000, 30), east(0, 30)});
    Drive drive(afternoon, east(8'000, 30));
    const Told told = told_by(trip, drive.to(east(15'000, 30)));
    CHECK(told.turned_back == 0);
    CHECK(told.detour == 0);
}
