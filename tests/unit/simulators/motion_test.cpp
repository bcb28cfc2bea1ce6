#include "simulators/motion.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace liuhen;
using namespace liuhen::simulators;
using namespace std::chrono_literals;

namespace {

const LatLon home{.lat = 28.1, .lon = 119.6};
Road straight(double metres) { return Road{{home, moved(home, {metres}, {0})}}; }
Drive begin(DrivePlan plan) { return Drive{std::move(plan), Chance{7}}; }
Duration until_finished(Drive& drive) {
    Duration spent{};
    for (; drive.phase() != Drive::Phase::finished && spent < 24h; spent += 1s) drive.advance(1s);
    return spent;
}

}  // namespace

TEST_CASE("a road's places lie on it by length") {
    const Road road{{home, moved(home, {1000}, {0}), moved(home, {1000}, {500})}};
    CHECK(road.length().value == Approx(1500).epsilon(0.001));
    CHECK(distance(road.at({500}).where, home).value == Approx(500).epsilon(0.001));
    CHECK(road.at({500}).heading.value == Approx(90).margin(0.1));
    CHECK(road.at({1200}).heading.value == Approx(0).margin(0.1));
    CHECK(road.at({-5}).where == home);
    CHECK(road.at({9999}).where == road.points().back());
}

TEST_CASE("a drive takes about its length over its cruising speed and ends at the road's end") {
    Drive drive = begin({.road = straight(10'000), .cruise = from_kmh(60)});
    const double seconds = std::chrono::duration<double>(until_finished(drive)).count();
    CHECK(seconds == Approx(600).epsilon(0.1));
    CHECK(drive.doing().speed.value == 0);
    CHECK(distance(drive.doing().where, drive.road().points().back()).value < 1);
}

TEST_CASE("a halt keeps the truck still for its stay and does with the lock what was planned") {
    Drive drive = begin({.road = straight(2'000), .halts = {{{1'000}, 10min, LockState::open}}});
    Duration open{};
    while (drive.phase() != Drive::Phase::finished) {
        drive.advance(1s);
        if (drive.doing().lock == LockState::open) {
            open += 1s;
            CHECK(drive.along().value == Approx(1'000).margin(1));
        }
    }
    CHECK(open >= 10min - 1s);
    CHECK(open <= 10min + 1s);
}

TEST_CASE("a detour leads to its pit and back to the road, and moves what lies behind it") {
    const LatLon pit = moved(home, {2'000}, {800});
    DrivePlan plan{.road = straight(5'000), .halts = {{{4'000}, 1min, LockState::shut}}};
    plan.detours = {
        {.from = {2'000}, .until = {2'000}, .via = {pit}, .stay = 5min, .lock = LockState::open}};
    Drive drive = begin(std::move(plan));
    CHECK(drive.road().length().value == Approx(6'600).epsilon(0.01));
    bool at_pit = false;
    bool at_halt = false;
    while (drive.phase() != Drive::Phase::finished) {
        drive.advance(1s);
        if (drive.phase() != Drive::Phase::halted) continue;
        const LatLon where = drive.doing().where;
        at_pit = at_pit || distance(where, pit).value < 2;
        at_halt = at_halt || distance(where, moved(home, {4'000}, {0})).value < 20;
    }
    CHECK(at_pit);
    CHECK(at_halt);
}

TEST_CASE("a blind stretch is out of radio reach and nothing else is") {
    Drive drive = begin({.road = straight(3'000), .blind = {{{1'000}, {2'000}}}});
    while (drive.phase() != Drive::Phase::finished) {
        drive.advance(1s);
        const double along = drive.along().value;
        const bool within = along >= 1'000 && along < 2'000;
        CHECK((drive.doing().radio == Radio::blind) == within);
    }
}

TEST_CASE("the same seed drives the same way and another one does not") {
    const auto place_after = [](std::uint64_t seed) {
        Drive drive{{.road = straight(10'000)}, Chance{seed, "truck"}};
        drive.advance(4min);
        return drive.along().value;
    };
    CHECK(place_after(1) == place_after(1));
    CHECK(place_after(1) != place_after(2));
}

TEST_CASE("a receiver's error wanders slowly and keeps to its deviation") {
    Receiver receiver{{4}, Chance{3}};
    double squares = 0;
    double largest_step = 0;
    LatLon last = receiver.see(home, 1h);
    for (int i = 0; i < 2'000; ++i) {
        const LatLon seen = receiver.see(home, 10s);
        squares += std::pow(distance(seen, home).value, 2);
        largest_step = std::max(largest_step, distance(seen, last).value);
        last = seen;
    }
    CHECK(std::sqrt(squares / 2'000) == Approx(4 * std::sqrt(2)).epsilon(0.25));
    CHECK(largest_step < 15);
}
