#include "geofence/watch.hpp"
#include "tests/support/sensed.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

const auto at = sketch(R"(
    A---------B--------C---------D
              Y
              x                    )",
                       Metres{500});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D')};

Trip due(Instant when, std::vector<Site> sites = {}) {
    auto trip = loaded_trip(road, std::move(sites));
    trip.due_at = when;
    return trip;
}
std::vector<Alert> of_kind(const std::vector<Alert>& alerts, Kind kind) {
    std::vector<Alert> some;
    std::ranges::copy_if(alerts, std::back_inserter(some),
                         [&](const Alert& one) { return one.kind == kind; });
    return some;
}
std::vector<Alert> alerts_of(const Trip& trip, const std::vector<Sighting>& seen, Instant now) {
    Watch watch(std::make_shared<const Trip>(trip));
    watch.refold(seen, now);
    watch.tick(now);
    return watch.standing();
}
std::vector<Alert> overdue(const Trip& trip, const Drive& drive) {
    return of_kind(alerts_of(trip, drive.seen(), drive.now()), Kind::trip_overdue);
}
std::vector<Alert> wrong(const Trip& trip, const Drive& drive) {
    return of_kind(alerts_of(trip, drive.seen(), drive.now()), Kind::wrong_destination);
}
Drive on_the_way() { return Drive(afternoon, road[0]).wait(60).to(road[1]); }

}  // namespace

TEST_CASE("a truck that is a quarter of an hour late for no reason is overdue until it arrives") {
    Drive drive = on_the_way();
    const auto trip = due(drive.now() + 600s);
    drive.wait(1'400);
    CHECK(overdue(trip, drive).empty());  // 800 s late
    drive.wait(200);
    const auto late = overdue(trip, drive);
    REQUIRE(late.size() == 1);
    CHECK(late[0].tier == Tier::b);
    CHECK(late[0].grade == 3);
    CHECK(late[0].since == *trip.due_at);
    CHECK_FALSE(late[0].until);
    CHECK(late[0].evidence.terms[0].name == "late_s");
    CHECK(late[0].evidence.terms[0].value > 900);
    drive.to(road[3]).wait(300);
    const auto over = overdue(trip, drive);
    REQUIRE(over.size() == 1);
    CHECK(over[0].until);
}

TEST_CASE("a plan that is moved withdraws the lateness") {
    Drive drive = on_the_way();
    auto trip = due(drive.now());
    drive.wait(1'200);
    Watch watch(std::make_shared<const Trip>(trip));
    watch.refold(drive.seen(), drive.now());
    REQUIRE(of_kind(watch.standing(), Kind::trip_overdue).size() == 1);
    trip.due_at = drive.now() + 1h;
    watch.retask(std::make_shared<const Trip>(trip), drive.now());
    CHECK(of_kind(watch.standing(), Kind::trip_overdue).empty());
}

TEST_CASE("a silent truck is overdue by the clock") {
    const Drive drive = on_the_way();
    const auto trip = due(drive.now() + 600s);
    const auto by = [&](std::chrono::seconds after) {
        return of_kind(alerts_of(trip, drive.seen(), drive.now() + 600s + after),
                       Kind::trip_overdue);
    };
    CHECK(by(890s).empty());
    REQUIRE(by(910s).size() == 1);
    CHECK(by(910s)[0].evidence == by(5'000s)[0].evidence);  // no revision a tick
}

TEST_CASE("waiting before the destination explains lateness, up to half the planned way") {
    const auto wait_there = [](int seconds, std::chrono::seconds planned) {
        Drive drive = on_the_way();
        const auto trip = due(drive.now() + planned);
        drive.to(road[2]).to(shifted(road[3], {-500}, {0})).wait(seconds);
        return overdue(trip, drive);
    };
    CHECK(wait_there(3'600, 2h).empty());
    CHECK(wait_there(7'200, 2h).empty());
    CHECK(wait_there(14'000, 2h).size() == 1);  // over two hours, or half the planned way
}

TEST_CASE("without a planned arrival nobody is overdue") {
    CHECK(overdue(loaded_trip(road), on_the_way().wait(20'000)).empty());
}

TEST_CASE("unloading at another receiver is the wrong destination") {
    const std::vector<Site> sites{round_site("X", SiteKind::receiver, at.at('x'), {150})};
    Drive drive = on_the_way().lock(LockAction::sealed).to(at.at('x'));
    const Drive passed = Drive(drive).wait(60).to(road[1]).to(road[3]);
    CHECK(wrong(due(drive.now() + 2h, sites), passed).empty());
    drive.wait(60).lock(LockAction::unsealed).wait(300);
    const auto all = wrong(due(drive.now() + 2h, sites), drive);
    REQUIRE(all.size() == 1);
    CHECK(all[0].tier == Tier::a);
    CHECK(all[0].grade == 1);
    CHECK(all[0].evidence.place == "site X");
    CHECK_FALSE(all[0].until);
    drive.lock(LockAction::sealed).to(road[1]);
    CHECK(wrong(due(drive.now() + 2h, sites), drive)[0].until);
}

TEST_CASE("a rest at another receiver with the lock shut is not, with nothing to tell it is") {
    const std::vector<Site> sites{round_site("X", SiteKind::storage, at.at('x'), {150})};
    const Drive sealed =
        on_the_way().lock(LockAction::sealed).to(at.at('x')).wait(1'800).to(road[1]).to(road[3]);
    CHECK(wrong(due(sealed.now() + 2h, sites), sealed).empty());
    const Drive unknown = on_the_way().to(at.at('x')).wait(1'800);
    CHECK(wrong(due(unknown.now() + 2h, sites), unknown).size() == 1);
    const Drive shortly = on_the_way().to(at.at('x')).wait(1'000).to(road[1]).to(road[3]);
    CHECK(wrong(due(shortly.now() + 2h, sites), shortly).empty());
}

TEST_CASE("the destination, the origin and a yard with a shut load are right") {
    const Drive there = on_the_way().to(road[3]).lock(LockAction::unsealed).wait(1'800);
    CHECK(wrong(due(there.now() + 2h), there).empty());
    const std::vector<Site> yard{round_site("Y", SiteKind::yard, at.at('Y'), {150})};
    const Drive parked = on_the_way().to(at.at('Y')).wait(3'000);
    CHECK(wrong(due(parked.now() + 2h, yard), parked).empty());
    CHECK(wrong(due(parked.now() - 3'000s, yard), parked).size() == 1);  // long overdue
}

TEST_CASE("who is long overdue and stands off the route never arrives") {
    const Drive drive = on_the_way().to(at.at('x')).wait(3'600);
    CHECK(wrong(due(drive.now() + 2h), drive).empty());
    const auto all = wrong(due(drive.now() - 3'600s), drive);
    REQUIRE(all.size() == 1);
    CHECK(all[0].evidence.place.empty());
}
