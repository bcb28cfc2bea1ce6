// Locks under watch: counters of cuts that grow, and locks that fall silent.
#include "geofence/watch.hpp"
#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

const auto at = sketch(R"(
    A------B-----C------D
)",
                       Metres{500});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D')};
constexpr Speed slowly{1.5};  // 35 to 40 minutes from one letter to the next

std::vector<Alert> alerts_of(const Drive& drive) {
    Watch watch{std::make_shared<const Trip>(loaded_trip(road))};
    watch.refold(drive.seen(), drive.now());
    return watch.standing();
}
std::string kinds_of(const std::vector<Alert>& alerts) {
    std::string kinds;
    for (const Alert& alert : alerts) kinds += std::string(code(alert.kind)) + " ";
    return kinds;
}
double term(const Alert& alert, std::string_view name) {
    return std::ranges::find(alert.evidence.terms, name, &Term::name)->value;
}
// At the producer's, with a report of the lock every `seconds`, `times` times.
Drive loading(int seconds, int times) {
    Drive drive(afternoon, road[0]);
    drive.lock(LockAction::sealed);
    for (int i = 1; i < times; ++i) drive.wait(seconds).lock(LockAction::reported);
    return drive;
}

}  // namespace

TEST_CASE("a counter of cuts that has grown under way is a cut, whatever it began with") {
    CHECK(alerts_of(Drive(afternoon, road[0]).cuts(7).to(road[1]).cuts(7)).empty());
    const auto alerts = alerts_of(Drive(afternoon, road[0]).cuts(7).to(road[1]).cuts(8));
    REQUIRE(kinds_of(alerts) == "LOCK_TAMPER ");
    REQUIRE(alerts[0].evidence.locks.size() == 1);
    CHECK(alerts[0].evidence.locks[0].action == LockAction::cut);
    CHECK(alerts[0].evidence.locks[0].cuts == std::uint16_t{8});
}

TEST_CASE("a counter is held against the report before by device time, also after a sealing") {
    CHECK(kinds_of(alerts_of(
              Drive(afternoon, road[0]).cuts(7).lock(LockAction::sealed).to(road[1]).cuts(8))) ==
          "LOCK_TAMPER ");
    CHECK(alerts_of(Drive(afternoon, road[0]).cuts(8).to(road[1]).cuts(0).to(road[2])).empty());
    CHECK(alerts_of(Drive(afternoon, road[0]).to(road[1]).cuts(8)).empty());  // the first it tells
}

TEST_CASE("a lock that falls silent while its truck drives on is lost until it reports again") {
    Drive drive = loading(300, 8);
    drive.to(road[1], slowly);
    const auto lost = alerts_of(drive);
    REQUIRE(kinds_of(lost) == "LOCK_LOST ");
    CHECK(lost[0].tier == Tier::c);
    CHECK_FALSE(lost[0].until);
    CHECK(term(lost[0], "usual_interval_s") == Approx(300).margin(1));
    REQUIRE(lost[0].evidence.locks.size() == 1);
    CHECK(lost[0].evidence.locks[0].lock == LockId{"L1"});
    drive.lock(LockAction::reported);
    const auto found = alerts_of(drive);
    REQUIRE(kinds_of(found) == "LOCK_LOST ");
    CHECK(found[0].until == drive.now());
}

TEST_CASE("a lock is not lost within three of its usual intervals, nor before these are known") {
    CHECK(alerts_of(loading(900, 7).to(road[1], slowly)).empty());
    CHECK(alerts_of(loading(300, 5).to(road[1], slowly)).empty());
}

TEST_CASE("a lock that was silent together with its truck is not lost") {
    Drive drive = loading(300, 8);
    drive.to(road[1]).silent(4000).fix().lock(LockAction::reported).to(road[2]);
    CHECK(kinds_of(alerts_of(drive)) == "TERMINAL_SILENT ");
}

TEST_CASE("reports of a lock that come late take its loss back") {
    const Drive honest = [] {
        Drive drive = loading(300, 8);
        for (int i = 0; i < 12; ++i)
            drive.to(i % 2 == 0 ? road[1] : road[2]).lock(LockAction::sealed);
        return drive;
    }();
    std::vector<Sighting> fixes_and_loading;
    const Instant left = afternoon + 7 * 300s;
    for (const Sighting& one : honest.seen()) {
        const bool late = std::holds_alternative<LockEvent>(one.what) && time_of(one.what) > left;
        if (!late) fixes_and_loading.push_back(one);
    }
    Watch watch{std::make_shared<const Trip>(loaded_trip(road))};
    watch.refold(fixes_and_loading, honest.now());
    REQUIRE(kinds_of(watch.standing()).find("LOCK_LOST") != std::string::npos);
    const auto outcome = watch.refold(honest.seen(), honest.now());
    CHECK(kinds_of(watch.standing()).find("LOCK_LOST") == std::string::npos);
    REQUIRE_FALSE(outcome.changes.empty());
    CHECK(outcome.changes[0].what == AlertChange::What::withdrawn);
}

namespace {

// Stands for `minutes` at B with its lock open after `before` seconds of standing there.
Drive opened_at_b(LockAction how, int before, int minutes) {
    Drive drive(afternoon, road[0]);
    drive.lock(LockAction::sealed).to(road[1]).wait(before).lock(how).wait(minutes * 60);
    return drive.lock(LockAction::sealed).to(road[2]);
}
Instant opening_of(const Drive& drive) {
    for (const Sighting& one : drive.seen()) {
        const auto* event = std::get_if<LockEvent>(&one.what);
        if (event && event->action != LockAction::sealed) return event->at;
    }
    return {};
}
Trip granted_trip(Instant from, Instant until, const LockId& lock = {}) {
    Trip trip = loaded_trip(road);
    trip.granted = {{.lock = lock, .during = {from, until}}};
    return trip;
}
std::string kinds_under(const Trip& trip, const Drive& drive) {
    Watch watch{std::make_shared<const Trip>(trip)};
    watch.refold(drive.seen(), drive.now());
    return kinds_of(watch.standing());
}

}  // namespace

TEST_CASE("a lock that is opened within a granted window says nothing of dumping") {
    const Drive drive = opened_at_b(LockAction::unsealed, 60, 8);
    const Instant opened = opening_of(drive);
    REQUIRE(kinds_of(alerts_of(drive)).find("LOCK_OPENED_EN_ROUTE") != std::string::npos);
    CHECK(kinds_under(granted_trip(opened - 60s, opened + 15min), drive).empty());
    CHECK(kinds_under(granted_trip(opened - 60s, opened + 15min, {"L1"}), drive).empty());
    CHECK(kinds_under(granted_trip(opened + 100s, opened + 15min), drive).empty());  // its clock
    const std::string as_before = kinds_of(alerts_of(drive));
    CHECK(kinds_under(granted_trip(opened - 60s, opened + 15min, {"L2"}), drive) == as_before);
    CHECK(kinds_under(granted_trip(opened + 3min, opened + 15min), drive) == as_before);
    CHECK(kinds_under(granted_trip(opened - 1h, opened - 3min), drive) == as_before);
}

TEST_CASE("a lock that stays open after its window is open from then on") {
    const Drive drive = opened_at_b(LockAction::unsealed, 60, 12);
    const Instant opened = opening_of(drive);
    Watch watch{std::make_shared<const Trip>(granted_trip(opened, opened + 5min))};
    watch.refold(drive.seen(), drive.now());
    const auto alerts = watch.standing();
    const auto open = std::ranges::find(alerts, Kind::lock_opened_en_route, &Alert::kind);
    REQUIRE(open != alerts.end());
    CHECK(open->since > opened + 5min);
    CHECK(open->since <= opened + 8min);
}

TEST_CASE("a cut is granted to nobody") {
    const Drive drive = opened_at_b(LockAction::cut, 60, 8);
    const Instant opened = opening_of(drive);
    CHECK(kinds_under(granted_trip(opened - 60s, opened + 15min), drive).find("LOCK_TAMPER") !=
          std::string::npos);
}

TEST_CASE("a window that is granted after the opening was told takes its alerts back") {
    const Drive drive = opened_at_b(LockAction::unsealed, 60, 8);
    const Instant opened = opening_of(drive);
    Watch watch{std::make_shared<const Trip>(loaded_trip(road))};
    watch.observe(drive.seen(), drive.now());
    REQUIRE_FALSE(watch.standing().empty());
    const auto granted = std::make_shared<const Trip>(granted_trip(opened - 60s, opened + 15min));
    const auto outcome = watch.retask(granted, drive.now());
    CHECK_FALSE(outcome.needs_history);
    CHECK(watch.standing().empty());
    CHECK(std::ranges::all_of(outcome.changes, [](const AlertChange& one) {
        return one.what == AlertChange::What::withdrawn;
    }));
    watch.retask(std::make_shared<const Trip>(loaded_trip(road)), drive.now());
    CHECK_FALSE(watch.standing().empty());  // and withdrawn itself, it excuses nothing
}
