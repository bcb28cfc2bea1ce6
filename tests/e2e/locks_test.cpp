// Locks of every make on lines of their own against the real server: what they report is stored
// with the right event, acknowledged in their own way, and an electronic seal opens when told to.
#include "simulators/old_locks.hpp"
#include "simulators/seal.hpp"
#include "tests/support/yard.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using simulators::LockState;
using simulators::Motor;

namespace {

/// A truck whose only device is a lock, and the device time of its next report.
struct Bench {
    explicit Bench(const std::string& model = "standard")
        : scenario{story_with(model)},
          plan{scenario.trucks.front()},
          fleet{world.enlist(scenario)} {
        at = std::chrono::ceil<std::chrono::seconds>(world.server.now());
    }
    Fix next_fix() {
        at += 10s;
        return {.at = at,
                .where = place(100, 50),
                .speed = from_kmh(37.04),  // 20 knots
                .heading = {90},
                .satellites = std::uint8_t{9},
                .odometer = {}};
    }
    /// Events of this lock on its truck.
    [[nodiscard]] long events(LockAction action, LockMeans means) const {
        return world.database.value<long>(fmt::format(
            "SELECT count(*) FROM observations WHERE kind = 2 AND vehicle_key IS NOT NULL"
            " AND lock_number = '{}' AND action = {} AND means = {}",
            plan.lock, static_cast<int>(action), static_cast<int>(means)));
    }
    [[nodiscard]] long fixes(int message) const {
        const LatLon where = place(100, 50);
        return world.database.value<long>(fmt::format(
            "SELECT count(*) FROM observations WHERE kind = 1 AND vehicle_key IS NOT NULL"
            " AND message = {} AND abs(lat - {}) < 50 AND abs(lon - {}) < 50"
            " AND abs(speed - 1029) < 30",
            message, std::llround(where.lat * 1e7), std::llround(where.lon * 1e7)));
    }

    World world{1};
    simulators::Scenario scenario;
    const simulators::TruckPlan& plan;
    simulators::Fleet fleet;
    Instant at;
};

/// Shut, opened and shut again; each word acknowledged.
template <class D>
void work(Bench& bench, Wired<D>& line) {
    for (const LockState state : {LockState::shut, LockState::open, LockState::shut}) {
        line.device().record(bench.next_fix(), state);
        CHECK(line.is_settled_within(bench.at + 1h, 12s));
    }
}

}  // namespace

TEST_CASE("a JT701 of protocol 17 is acknowledged by P35 and P46 and heard to open and close") {
    Bench bench;
    Wired<simulators::Lock> line{bench.world.server.lock(), bench.plan.lock,
                                 simulators::Network{},     10s,
                                 simulators::Chance{1},     simulators::Generation::jt701};
    work(bench, line);
    CHECK(line.device().tally().events_acked == 6);  // a P45 and a report of each change
    CHECK(bench.events(LockAction::unsealed, LockMeans::card) == 1);
    CHECK(bench.events(LockAction::sealed, LockMeans::automatic) == 2);
    CHECK(bench.fixes(0x7011) + bench.fixes(0x7013) == 3);
}

TEST_CASE("a JT600 tells where it is, and nothing of its lock") {
    Bench bench;
    Wired<simulators::Jt600> line{bench.world.server.lock(), bench.plan.lock};
    for (int i = 0; i < 3; ++i) line.device().record(bench.next_fix());
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (bench.fixes(0x7011) < 3 && std::chrono::steady_clock::now() < until)
        line.pump(bench.at, 50ms);
    CHECK(bench.fixes(0x7011) == 3);
    CHECK(bench.events(LockAction::sealed, LockMeans::unknown) == 0);
    CHECK(bench.events(LockAction::unsealed, LockMeans::unknown) == 0);
}

TEST_CASE(
    "a lock that speaks 0x5501 is heard to open by its card, and its report sent again is no "
    "second one") {
    Bench bench{"lock-jointech"};
    Wired<simulators::Jt705> line{bench.world.server.jt808(), bench.plan.lock};
    work(bench, line);
    CHECK(line.device().tally().events_acked == 3);
    CHECK(bench.fixes(0x5501) == 3);
    CHECK(bench.events(LockAction::unsealed, LockMeans::card) == 1);
    line.device().lost();
    line.device().record(bench.next_fix(), LockState::open);
    line.pump(bench.at, 0ms);
    line.device().lost();  // before its answer is heard: it comes again, as 0x5502
    CHECK(line.is_settled_within(bench.at + 1h, 12s));
    CHECK(bench.events(LockAction::unsealed, LockMeans::card) == 2);
}

TEST_CASE("an electronic seal is acknowledged by its index and heard to open and close") {
    Bench bench;
    Wired<simulators::Seal> line{bench.world.server.lock(), bench.plan.lock};
    work(bench, line);
    CHECK(line.device().tally().events_acked == 3);
    CHECK(bench.fixes(0x7050) == 3);
    CHECK(bench.events(LockAction::unsealed, LockMeans::unknown) == 1);
    CHECK(bench.events(LockAction::sealed, LockMeans::automatic) == 1);
}

TEST_CASE("an electronic seal opens by RC-Unlock over HTTP, and the chain tells of it") {
    Yard yard{1};
    yard.stand(yard_of_producer(), LockState::shut);
    yard.rope.disconnect();
    Wired<simulators::Seal> line{yard.world.server.lock(), yard.plan.lock};
    const auto say = [&](LockState state) {
        const Instant at = std::chrono::ceil<std::chrono::seconds>(yard.now());
        line.device().record({.at = at,
                              .where = yard_of_producer(),
                              .speed = {0},
                              .heading = {90},
                              .satellites = std::uint8_t{9},
                              .odometer = {}},
                             state);
        CHECK(line.is_settled_within(at + 1h, 5s));
    };
    say(LockState::shut);
    REQUIRE(yard.unlock(yard.producer()) == "U1");
    const auto until = std::chrono::steady_clock::now() + 15s;
    while (yard.order().at("state") != "done" && std::chrono::steady_clock::now() < until)
        line.pump(yard.now(), 50ms);
    CHECK(yard.order().at("state") == "done");
    REQUIRE(line.device().latch().motor() == Motor::releases);
    say(LockState::open);
    CHECK(yard.link("unlock_granted").at("rule") == "U1");
    CHECK(yard.link("done").at("order") == yard.granted.at("order"));
    CHECK(yard.link("lock_opened").at("means") == "remote");
    CHECK(yard.link("unexplained_opening").is_null());
}
