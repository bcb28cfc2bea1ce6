// Stops of honest drivers that must be quiet, and those beside them that must not.
#include "geofence/watch.hpp"
#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

LatLon east(double metres, double north = 0) { return shifted(sketch_corner, {metres}, {north}); }
const Path road{east(0), east(20'000)};

std::string kinds_after(const Drive& drive, std::vector<Site> sites = {}) {
    Watch watch(std::make_shared<const Trip>(loaded_trip(road, std::move(sites))));
    watch.refold(drive.seen(), drive.now());
    std::string kinds;
    for (const Alert& alert : watch.standing()) kinds += std::string(code(alert.kind)) + " ";
    return kinds;
}
Drive underway(int step = 10) {
    Drive drive(afternoon, road[0], step);
    drive.to(east(5'000));
    return drive;
}

}  // namespace

TEST_CASE("a jam of an hour and a half, creeping every one to three minutes, is quiet") {
    for (const double hop : {6.0, 30.0, 90.0}) {
        for (const int step : {5, 10, 30}) {
            INFO("hops of " << hop << " m, every " << step << " s");
            Drive jam = underway(step);
            for (int i = 1; i <= 45; ++i) {
                jam.to(east(5'000 + hop * i), {std::max(1.0, hop / step)}).wait(60 + 30 * (i % 3));
            }
            CHECK(kinds_after(jam.to(east(15'000))).empty());
        }
    }
}

TEST_CASE("a jam that stands still for 20 min is told like any stop") {
    CHECK(kinds_after(underway().wait(1'200).to(east(15'000))) == "UNPLANNED_STOP ");
}

TEST_CASE("waiting for two hours outside the receiver's gate is quiet, farther off it is not") {
    Drive gate = underway();
    gate.to(east(19'600)).wait(7'200).to(east(20'000)).wait(200);
    CHECK(kinds_after(gate).empty());
    Drive before = underway();
    before.to(east(19'000)).wait(7'200).to(east(20'000)).wait(200);
    CHECK(kinds_after(before) == "UNPLANNED_STOP ");
    Drive beside = underway();  // near the gate, but not on the way to it
    beside.to(east(19'500)).to(east(19'500, 100), {5}).wait(1'200);
    CHECK(kinds_after(beside) == "ROUTE_DEVIATION UNPLANNED_STOP ");
}

TEST_CASE("a weighbridge, the queue before it, and a listed rest place are quiet") {
    const auto bridge = round_site("B", SiteKind::weighbridge, east(10'000, 40), {30});
    Drive weighed = underway();
    weighed.to(east(9'800)).wait(1'500).to(east(10'000, 40), {5}).wait(1'000).to(east(10'000));
    CHECK(kinds_after(weighed.to(east(15'000)), {bridge}).empty());
    const auto rest = round_site("rest", SiteKind::rest, east(10'000, 150), {80});
    Drive rested = underway();
    rested.to(east(10'000)).to(east(10'000, 150), {5}).wait(3'600).to(east(10'000), {5});
    CHECK(kinds_after(rested.to(east(15'000)), {rest}).empty());
}

TEST_CASE("two trucks at one site are quiet") {
    const auto yard = round_site("Y", SiteKind::yard, east(10'000, 90), {120});
    for (const double place : {60.0, 140.0}) {
        Drive drive = underway();
        drive.to(east(10'000)).to(east(10'000, place), {4}).wait(2'400).to(east(10'000), {4});
        CHECK(kinds_after(drive.to(east(15'000)), {yard}).empty());
    }
}

TEST_CASE("a receiver that drifts by 80 m does not hide that its truck stands") {
    Drive drive = underway();
    drive.wait(400);
    for (int i = 0; i < 70; ++i) {
        const double reach = i % 9 == 4 ? 80 : 30;
        drive.jump(east(5'000 + reach * std::cos(i / 3.0), reach * std::sin(i / 3.0))).fix({0});
        drive.silent(10);
    }
    drive.jump(east(5'000)).to(east(15'000));
    CHECK(kinds_after(drive) == "UNPLANNED_STOP ");
}

namespace {

/// The stop's grades and tiers as they were published: "4C", then what it was amended to.
std::string grades_of(const Drive& drive, std::vector<Site> sites = {}) {
    Watch watch(std::make_shared<const Trip>(loaded_trip(road, std::move(sites))));
    std::string all;
    for (const Sighting& one : drive.seen()) {
        for (const AlertChange& change : watch.observe({&one, 1}, time_of(one.what)).changes) {
            if (change.alert.kind != Kind::unplanned_stop) continue;
            const std::string now =
                std::to_string(change.alert.grade) + std::string(code(change.alert.tier));
            if (!all.ends_with(now)) all += (all.empty() ? "" : " ") + now;
        }
    }
    return all;
}

}  // namespace

TEST_CASE("standing on the road alone is a note until it outlasts a driver's break") {
    CHECK(grades_of(underway().wait(1'200).to(east(15'000))) == "4C");
    CHECK(grades_of(underway().wait(3'000).to(east(15'000))) == "4C 3B");
}

TEST_CASE("a stop is the dispatcher's at once beside the road, in a zone, and after turning back") {
    Drive beside = underway();
    beside.to(east(5'000, 100), {5}).wait(1'200);
    CHECK(grades_of(beside.to(east(5'000), {5})) == "3B");
    const auto water = round_site("W", SiteKind::restricted, east(5'000), {300});
    CHECK(grades_of(underway().wait(1'200), {water}).find('C') == std::string::npos);
    Drive back = underway();
    back.to(east(8'000)).to(east(5'000)).wait(400).to(east(15'000));
    CHECK(grades_of(back) == "3B");
}

TEST_CASE("four minutes after turning back are told, a light there or four minutes ahead are not") {
    const auto after = [](double turns, int stands, int step) {
        Drive drive = underway(step);
        drive.to(east(turns)).to(east(6'000)).wait(stands).to(east(15'000));
        return grades_of(drive);
    };
    for (const int step : {5, 10, 30}) {
        CHECK(after(8'000, 240, step) == "3B");
        CHECK(after(8'000, 80, step).empty());
        CHECK(after(6'000, 240, step).empty());
        CHECK(after(6'400, 240, step).empty());  // 400 m: another try at a turning
    }
}

TEST_CASE("who waits at an end of the route whose site is not known waits at that site") {
    Trip trip = loaded_trip(road);
    trip.origin = {};
    trip.destination = {};
    trip.places = std::make_shared<const Places>();
    const auto quiet = [&](const Drive& drive) {
        Watch watch(std::make_shared<const Trip>(trip));
        watch.refold(drive.seen(), drive.now());
        return watch.standing().empty();
    };
    CHECK(quiet(underway().to(east(19'950, 100)).wait(3'600)));
    CHECK_FALSE(quiet(underway().to(east(19'500, 100)).wait(3'600)));
}
