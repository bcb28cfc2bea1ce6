#include "geofence/watch.hpp"
#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

LatLon east(double metres, double north = 0) { return shifted(sketch_corner, {metres}, {north}); }
const Path road{east(0), east(20'000)};

bool deviates(const Trip& trip, const std::vector<Sighting>& seen) {
    Watch watch(std::make_shared<const Trip>(trip));
    watch.refold(seen, time_of(seen.back().what));
    return std::ranges::any_of(
        watch.standing(), [](const Alert& alert) { return alert.kind == Kind::route_deviation; });
}
bool deviates(const Drive& drive) { return deviates(loaded_trip(road), drive.seen()); }

std::vector<Sighting> with_satellites(const Drive& drive, std::uint8_t count) {
    auto seen = drive.seen();
    for (Sighting& one : seen) std::get<Fix>(one.what).satellites = count;
    return seen;
}

}  // namespace

TEST_CASE("few satellites widen the corridor, and no further than twice") {
    const auto aside = [](double off) {
        Drive drive(afternoon, east(300));
        return drive.to(east(5'000)).to(east(5'000, off), {5}).wait(180).to(east(5'000));
    };
    const Trip trip = loaded_trip(road);
    CHECK(deviates(trip, with_satellites(aside(80), 9)));
    CHECK(deviates(trip, with_satellites(aside(80), 7)));
    CHECK_FALSE(deviates(trip, with_satellites(aside(80), 4)));
    CHECK(deviates(trip, with_satellites(aside(130), 0)));
    CHECK(deviates(trip, aside(80).seen()));  // a device that does not count them
}

TEST_CASE("a parallel road within two widths is no deviation, standing there is") {
    Drive parallel(afternoon, east(300));
    parallel.to(east(3'000)).to(east(3'100, 85)).to(east(9'000, 85)).to(east(9'100));
    CHECK_FALSE(deviates(parallel.to(east(15'000))));

    Drive stops(afternoon, east(300));
    stops.to(east(3'000)).to(east(3'100, 85)).to(east(6'000, 85)).wait(180);
    CHECK(deviates(stops.to(east(9'000, 85)).to(east(9'100))));

    Drive farther(afternoon, east(300));
    farther.to(east(3'000)).to(east(3'100, 160)).to(east(9'000, 160)).to(east(9'100));
    CHECK(deviates(farther));
}

TEST_CASE("the yards at the ends of a route are part of it while their sites are not known") {
    Drive drive(afternoon, east(0, 120));
    drive.wait(120).to(east(0)).to(east(19'950)).to(east(19'950, 120)).wait(100);
    Trip trip = loaded_trip(road);
    trip.origin = {};
    trip.destination = {};
    trip.places = std::make_shared<const Places>();
    CHECK_FALSE(deviates(trip, drive.seen()));
    Drive far(afternoon, east(0));
    far.to(east(19'500)).to(east(19'500, 120), {5}).wait(120);
    CHECK(deviates(trip, far.seen()));
}

TEST_CASE("a parked truck whose receiver drifts beyond the width has not left the road") {
    Drive drive(afternoon, east(300));
    drive.to(east(5'000, 30)).wait(300);
    for (int i = 0; i < 60; ++i) {
        drive.jump(east(5'000 + 30 * std::sin(i / 5.0), 65 + 30 * std::cos(i / 7.0))).wait(10);
    }
    CHECK_FALSE(deviates(drive.jump(east(5'000, 30)).to(east(9'000))));
}

TEST_CASE("a receiver that strolls off has not driven off, unless it stays for long") {
    const auto strolled = [](double off, double pace, int stays) {
        Drive drive(afternoon, east(300));
        drive.to(east(5'000)).wait(90).to(east(5'000, off), {pace}).wait(stays);
        return deviates(drive.to(east(5'000), {pace}).to(east(9'000)));
    };
    CHECK_FALSE(strolled(80, 1, 180));
    CHECK(strolled(80, 3, 180));
    CHECK_FALSE(strolled(150, 1, 60));
    CHECK(strolled(150, 3, 60));
    CHECK(strolled(150, 1, 1'200));

    Drive creeps(afternoon, east(300));  // it drove a moment ago: no stroll
    creeps.to(east(5'000)).to(east(5'000, 150), {1.5}).wait(180);
    CHECK(deviates(creeps));
}

TEST_CASE("lanes apart for a kilometre are no deviation at driving speed, a side road is") {
    const auto beside = [](double off, double metres) {
        Drive drive(afternoon, east(300));
        drive.to(east(3'000), {25}).to(east(3'300, off), {25}).to(east(3'300 + metres, off), {25});
        return deviates(drive.to(east(3'600 + metres), {25}).to(east(15'000), {25}));
    };
    CHECK_FALSE(beside(160, 1'000));
    CHECK(beside(160, 6'000));
    CHECK(beside(300, 1'000));
}
