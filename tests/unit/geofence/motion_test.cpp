#include "geofence/detect/motion.hpp"

#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

const RuleSet rules = RuleSet::standard();
const LatLon origin = sketch_corner;
LatLon east(double metres, double north = 0) { return shifted(origin, {metres}, {north}); }

std::vector<Fix> fixes_of(const Drive& drive, bool with_speed = true) {
    std::vector<Fix> fixes;
    for (const Sighting& one : drive.seen()) {
        fixes.push_back(std::get<Fix>(one.what));
        if (!with_speed) fixes.back().speed = {};
    }
    return fixes;
}
Motion after(const std::vector<Fix>& fixes) {
    Motion motion;
    for (const Fix& fix : fixes) motion.see(fix, rules);
    return motion;
}
Fix fix_at(Instant at, LatLon where, Speed speed = {}) {
    Fix fix;
    fix.at = at;
    fix.where = where;
    fix.speed = speed;
    return fix;
}

}  // namespace

TEST_CASE("a truck that drives, creeps, stops and parks is told so, with and without its speed") {
    for (const bool with_speed : {true, false}) {
        for (const int step : {5, 10, 30}) {
            INFO("step " << step << (with_speed ? ", speed told" : ", no speed"));
            Drive drive(afternoon, origin, step);
            drive.to(east(2'000), {15});
            CHECK(after(fixes_of(drive, with_speed)).gait() == Gait::moving);
            drive.to(east(2'300), {2.5});
            const Motion slow = after(fixes_of(drive, with_speed));
            CHECK(slow.gait() == Gait::creeping);
            CHECK(slow.crept_s() > 60);
            drive.wait(90);
            const Motion stopped = after(fixes_of(drive, with_speed));
            CHECK(stopped.gait() == Gait::stopped);
            CHECK(stopped.stood_s() == Approx(90).margin(31));
            CHECK(stopped.crept_s() == 0);
            drive.wait(180);
            CHECK(after(fixes_of(drive, with_speed)).gait() == Gait::parked);
            drive.to(east(4'000), {15});
            CHECK(after(fixes_of(drive, with_speed)).gait() == Gait::moving);
        }
    }
}

TEST_CASE("drift of 30 to 80 m does not move a parked truck, driving on does") {
    for (const bool with_speed : {true, false}) {
        Drive drive(afternoon, origin);
        drive.to(east(1'000)).wait(300);
        auto fixes = fixes_of(drive, with_speed);
        Motion motion = after(fixes);
        Instant at = fixes.back().at;
        double farthest = 0;
        for (int i = 0; i < 120; ++i) {  // a slow walk round the place, and a burst at its side
            at += std::chrono::seconds{10};
            const double turn = i / 9.0;
            const double reach = i % 30 == 17 ? 80 : 20 + 20 * std::sin(i / 7.0);
            const LatLon where = east(1'000 + reach * std::cos(turn), reach * std::sin(turn));
            motion.see(fix_at(at, where), rules);
            REQUIRE(motion.gait() == Gait::parked);
            farthest = std::max(farthest, flat_distance(motion.held(), east(1'000)).value);
        }
        CHECK(farthest < 10);
        CHECK(motion.stood_s() > 1'400);
        for (int i = 1; i <= 6; ++i) {
            at += std::chrono::seconds{10};
            motion.see(fix_at(at, east(1'000 + 80.0 * i), {with_speed ? 8.0 : 0}), rules);
        }
        CHECK_FALSE(is_standing(motion.gait()));
        CHECK(flat_distance(motion.held(), east(1'480)).value < 1);
    }
}

TEST_CASE("with its ignition off a truck that stands is parked at once") {
    Drive drive(afternoon, origin, 5);
    drive.to(east(1'000)).wait(40);
    auto fixes = fixes_of(drive);
    CHECK(after(fixes).gait() == Gait::stopped);
    for (Fix& fix : fixes) fix.signals.set(Signal::ignition_told);
    CHECK(after(fixes).gait() == Gait::parked);
    for (Fix& fix : fixes) fix.signals.set(Signal::ignition_on);
    CHECK(after(fixes).gait() == Gait::stopped);
}

TEST_CASE("small steps every one to three minutes are a queue, one stop is not") {
    Drive queue(afternoon, origin);
    queue.to(east(3'000));
    Motion motion = after(fixes_of(queue));
    CHECK_FALSE(motion.queues());
    queue.wait(60);
    for (int i = 1; i <= 8; ++i) queue.to(east(3'000 + 40.0 * i), {3}).wait(i % 2 == 0 ? 60 : 150);
    motion = after(fixes_of(queue));
    CHECK(motion.queues());
    queue.wait(300);  // it does not move on: no queue any more
    CHECK_FALSE(after(fixes_of(queue)).queues());

    Drive stop(afternoon, origin);
    stop.to(east(3'000)).wait(170).to(east(6'000)).wait(20);
    CHECK_FALSE(after(fixes_of(stop)).queues());
}

TEST_CASE("wheels are believed before the receiver, the receiver before the places") {
    std::vector<Fix> fixes;
    for (int i = 0; i < 30; ++i) {
        fixes.push_back(fix_at(afternoon + std::chrono::seconds{10 * i}, origin, {6}));
    }
    CHECK(after(fixes).gait() == Gait::moving);  // a frozen place is another detector's
    for (Fix& fix : fixes) fix.recorder_speed = Speed{0};
    CHECK(is_standing(after(fixes).gait()));
}

TEST_CASE("gaits of a whole drive are one for each fix, however close they come") {
    Drive drive(afternoon, origin, 1);
    drive.to(east(500)).wait(100).to(east(1'500));
    const auto fixes = fixes_of(drive);
    const auto gaits = gaits_of(fixes, rules);
    REQUIRE(gaits.size() == fixes.size());
    const auto standing = std::ranges::count_if(gaits, is_standing);
    CHECK(standing == Approx(100).margin(25));
    CHECK(gaits.front() == Gait::moving);
    CHECK(gaits.back() == Gait::moving);
    CHECK(gaits_of({}, rules).empty());
}
