#include "geofence/watch.hpp"

#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

const auto at = sketch(R"(
                 W
    A------B-----C------D
                 x
           y             )",
                       Metres{500});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D')};

Watch watch_of(Trip trip) { return Watch(std::make_shared<const Trip>(std::move(trip))); }

/// Alerts that stand after the drive, judged at its end.
std::vector<Alert> alerts_of(Trip trip, const Drive& drive) {
    Watch watch = watch_of(std::move(trip));
    watch.refold(drive.seen(), drive.now());
    watch.tick(drive.now());
    return watch.standing();
}
std::vector<Alert> alerts_of(const Drive& drive, std::vector<Site> sites = {}) {
    return alerts_of(loaded_trip(road, std::move(sites)), drive);
}
std::string kinds_of(const std::vector<Alert>& alerts) {
    std::string kinds;
    for (const Alert& alert : alerts) kinds += std::string(code(alert.kind)) + " ";
    return kinds;
}
const Term& term(const Alert& alert, std::string_view name) {
    const auto found = std::ranges::find(alert.evidence.terms, name, &Term::name);
    REQUIRE(found != alert.evidence.terms.end());
    return *found;
}

}  // namespace

TEST_CASE("an honest trip raises nothing, departs by its fence and arrives by its dwell") {
    Watch watch = watch_of(loaded_trip(road));
    const Drive drive =
        Drive(afternoon, road[0]).wait(300).to(road[1]).to(road[2]).to(road[3]).wait(200);
    const auto outcome = watch.refold(drive.seen(), drive.now());
    CHECK(outcome.changes.empty());
    REQUIRE(outcome.milestones.size() == 2);
    CHECK(outcome.milestones[0].what == Milestone::What::departed);
    CHECK(seconds_between(afternoon, outcome.milestones[0].at) == Approx(320).margin(15));
    CHECK(watch.arrived_at() == outcome.milestones[1].at);
    CHECK(watch.refold(drive.seen(), drive.now()).milestones.empty());
}

TEST_CASE("a person's earlier departure counts before the fence's") {
    auto trip = loaded_trip(road);
    trip.departed_at = afternoon + 60s;
    Watch watch = watch_of(trip);
    const Drive drive = Drive(afternoon, road[0]).wait(300).to(road[1]);
    watch.refold(drive.seen(), drive.now());
    CHECK(watch.departed_at() == afternoon + 60s);
    trip.departed_at = drive.now();
    watch.retask(std::make_shared<const Trip>(trip), drive.now());
    CHECK(*watch.departed_at() < drive.now());
}

TEST_CASE("a single drift out of the origin's fence is no departure") {
    Watch watch = watch_of(loaded_trip(road));
    Drive drive(afternoon, road[0]);
    drive.wait(60).jump(shifted(road[0], {0}, {190})).fix().jump(road[0]).wait(60);
    watch.refold(drive.seen(), drive.now());
    CHECK_FALSE(watch.departed_at());
}

TEST_CASE("a truck that leaves the route and stays away is reported once, with its evidence") {
    const Drive drive =
        Drive(afternoon, road[0]).to(road[1]).to(at.at('x')).to(road[2]).to(road[3]);
    const auto alerts = alerts_of(drive);
    REQUIRE(kinds_of(alerts) == "ROUTE_DEVIATION ");
    const Alert& alert = alerts.front();
    CHECK(alert.tier == Tier::b);
    CHECK(alert.grade == 3);
    CHECK(alert.key == "trip-1.ROUTE_DEVIATION.1");
    REQUIRE(alert.until);
    CHECK(*alert.until > alert.since);
    CHECK(term(alert, "max_offset_m").value == Approx(500).margin(5));
    CHECK(term(alert, "max_offset_m").limit == 50);
    CHECK(alert.evidence.path.size() <= max_evidence_fixes);
    CHECK(alert.evidence.fixes_total >= alert.evidence.path.size());
}

TEST_CASE("a deviation of more than ten minutes becomes grade 2 by an amendment") {
    Watch watch = watch_of(loaded_trip(road));
    const Drive drive = Drive(afternoon, road[0]).to(road[1]).to(at.at('y'), {2}).wait(200);
    std::vector<std::uint8_t> grades;
    for (const Sighting& one : drive.seen()) {
        for (const auto& change : watch.observe({&one, 1}, time_of(one.what)).changes) {
            if (change.alert.kind == Kind::route_deviation) grades.push_back(change.alert.grade);
        }
    }
    REQUIRE(grades.size() >= 2);
    CHECK(grades.front() == 3);
    CHECK(grades.back() == 2);
    CHECK(grades.size() <= 8);  // an open alert is amended in few steps
}

TEST_CASE("a short excursion within the noise of a town raises nothing") {
    Drive drive(afternoon, road[0], 5);
    drive.to(road[1]);
    drive.jump(shifted(road[1], {100}, {85})).fix({15}).to(shifted(road[1], {200}, {20}));
    CHECK(kinds_of(alerts_of(drive.to(road[2]))).empty());
}

TEST_CASE("a stop of fifteen minutes on the road is unplanned, inside a rest place it is not") {
    const Drive drive = Drive(afternoon, road[0]).to(road[1]).wait(1000).to(road[2]);
    const auto alerts = alerts_of(drive);
    REQUIRE(kinds_of(alerts) == "UNPLANNED_STOP ");
    CHECK(term(alerts.front(), "stopped_s").value == Approx(1000).margin(20));
    CHECK(alerts_of(drive, {round_site("rest", SiteKind::rest, road[1], {100})}).empty());
}

TEST_CASE("a stop shorter than fifteen minutes in daylight on the road is nothing") {
    CHECK(alerts_of(Drive(afternoon, road[0]).to(road[1]).wait(840).to(road[2])).empty());
}

TEST_CASE("standing off the route at night is suspected dumping after three minutes") {
    const Drive drive = Drive(night, road[0]).to(road[1]).to(at.at('y')).wait(240);
    const auto alerts = alerts_of(drive);
    REQUIRE(kinds_of(alerts) == "ROUTE_DEVIATION SUSPECTED_DUMPING ");
    CHECK(alerts[1].grade == 1);
    CHECK(alerts[1].tier == Tier::a);
    CHECK(term(alerts[1], "night_offset_m").value > 990);
    const Drive by_day = Drive(afternoon, road[0]).to(road[1]).to(at.at('y')).wait(240);
    CHECK(kinds_of(alerts_of(by_day)) == "ROUTE_DEVIATION ");
}

TEST_CASE("standing near a drinking-water zone is suspected dumping by day too") {
    const Drive drive = Drive(afternoon, road[0]).to(road[2]).wait(240);
    const auto zone = round_site("W", SiteKind::water_source, at.at('W'), {350});
    const auto alerts = alerts_of(drive, {zone});
    REQUIRE(kinds_of(alerts) == "SUSPECTED_DUMPING ");
    CHECK(alerts.front().evidence.place == "site W");
    CHECK(term(alerts.front(), "protected_zone_m").value == Approx(150).margin(15));
}

TEST_CASE("standing at a place that a person calls suspect is dumping, from his word on") {
    const Drive drive = Drive(afternoon, road[0]).to(road[2]).wait(240);
    Site place = round_site("hole", SiteKind::suspect, road[2], {60});
    const auto alerts = alerts_of(drive, {place});
    REQUIRE(kinds_of(alerts) == "SUSPECTED_DUMPING ");
    CHECK(term(alerts.front(), "suspect_place").value == 1);
    place.valid = {drive.now() + 1s, std::nullopt};
    CHECK(alerts_of(drive, {place}).empty());
    const auto passed = alerts_of(Drive(afternoon, road[0]).to(road[3]), {place});
    CHECK(passed.empty());
}

TEST_CASE("a lock opened on the road is reported at once, until it is sealed again") {
    Watch watch = watch_of(loaded_trip(road));
    Drive drive(afternoon, road[0]);
    drive.lock(LockAction::sealed).to(road[1]).lock(LockAction::unsealed);
    auto outcome = watch.refold(drive.seen(), drive.now());
    REQUIRE(outcome.changes.size() == 1);
    CHECK(outcome.changes[0].alert.kind == Kind::lock_opened_en_route);
    CHECK(outcome.changes[0].alert.grade == 1);
    CHECK(outcome.changes[0].alert.since == drive.now());
    CHECK(outcome.changes[0].alert.evidence.where);
    drive.wait(30).lock(LockAction::sealed);
    watch.observe(drive.seen(), drive.now());
    CHECK(watch.standing().front().until == drive.now());
}

TEST_CASE("a lock left open at departure is reported once the truck is under way") {
    const auto alerts =
        alerts_of(Drive(afternoon, road[0]).lock(LockAction::unsealed).wait(60).to(road[1]));
    REQUIRE(kinds_of(alerts) == "LOCK_OPENED_EN_ROUTE ");
    CHECK(alerts.front().since > afternoon + 60s);
}

TEST_CASE("a lock opened inside the receiver's fence is no alert, nor is another truck's lock") {
    const Drive drive = Drive(afternoon, road[0])
                            .to(road[1])
                            .lock(LockAction::unsealed, "other")
                            .to(road[3])
                            .lock(LockAction::unsealed)
                            .wait(60);
    CHECK(alerts_of(drive).empty());
}

TEST_CASE("a cut rope is tampering and not also an opening") {
    const auto alerts = alerts_of(Drive(afternoon, road[0]).to(road[1]).lock(LockAction::cut));
    REQUIRE(kinds_of(alerts) == "LOCK_TAMPER ");
    CHECK(alerts.front().tier == Tier::a);
}

TEST_CASE("entering a water zone off the road is an alert, passing on the road is not") {
    const auto zone = round_site("W", SiteKind::water_source, at.at('W'), {600});
    CHECK(alerts_of(Drive(afternoon, road[0]).to(road[1]).to(road[2]).to(road[3]), {zone}).empty());
    const auto alerts = alerts_of(
        Drive(afternoon, road[0]).to(road[2]).to(at.at('W')).to(road[2]).to(road[3]), {zone});
    REQUIRE(kinds_of(alerts) == "ROUTE_DEVIATION ZONE_ENTRY ");
    CHECK(alerts[0].grade == 2);  // one graver than elsewhere
    CHECK(alerts[1].grade == 1);
    CHECK(alerts[1].evidence.place == "site W");
}

TEST_CASE("silence on the way is reported by the tick, and withdrawn when late data fills it") {
    Watch watch = watch_of(loaded_trip(road));
    const Drive whole = Drive(afternoon, road[0]).to(road[1]).to(road[2], {2}).to(road[3]).wait(60);
    const auto& seen = whole.seen();
    const std::size_t half = seen.size() / 3;
    watch.observe({seen.data(), half}, whole.now());
    const Instant heard = time_of(seen[half - 1].what);
    CHECK(watch.tick(heard + 9min).changes.empty());
    const auto raised = watch.tick(heard + 11min).changes;
    REQUIRE(raised.size() == 1);
    CHECK(raised[0].alert.kind == Kind::terminal_silent);
    CHECK(raised[0].alert.grade == 3);
    CHECK(watch.tick(heard + 31min).changes.at(0).alert.grade == 2);
    watch.observe({&seen.back(), 1}, whole.now());
    REQUIRE(watch.standing().size() == 1);
    CHECK(watch.standing()[0].until == time_of(seen.back().what));
    const auto filled = watch.observe(seen, whole.now()).changes;
    REQUIRE(filled.size() == 1);
    CHECK(filled[0].what == AlertChange::What::withdrawn);
    CHECK(filled[0].alert.key == raised[0].alert.key);
    CHECK(watch.standing().empty());
}

TEST_CASE("reports without a position move nothing and do not end a silence") {
    Drive drive = Drive(afternoon, road[0]).to(road[1]);
    drive.source(FixSource::cell_tower)
        .jump({.lat = 29, .lon = 120})
        .wait(700)
        .source(FixSource::satellite)
        .jump(road[1])
        .fix();
    const auto alerts = alerts_of(drive);
    REQUIRE(kinds_of(alerts) == "TERMINAL_SILENT ");
    CHECK(term(alerts.front(), "reports_without_position").value == 70);
}

TEST_CASE("one wild fix is no deviation, but a truck that really is elsewhere is believed") {
    Drive wild = Drive(afternoon, road[0]).to(road[1]);
    wild.jump({.lat = 29, .lon = 120}).fix().jump(road[1]).to(road[2]);
    CHECK(alerts_of(wild).empty());
    Drive moved = Drive(afternoon, road[0]).to(road[1]);
    moved.jump({.lat = 28.5, .lon = 120}).wait(60);
    CHECK(kinds_of(alerts_of(moved)) == "ROUTE_DEVIATION ");
}

TEST_CASE("a vehicle that leaves a producer loaded with nothing signed is reported") {
    const std::vector<Site> sites{round_site("P", SiteKind::producer, road[0], {150}),
                                  round_site("R", SiteKind::receiver, road[3], {150})};
    const Drive stayed = Drive(afternoon, road[0]).wait(400).to(road[1]).to(road[3]).wait(30);
    auto trip = empty_trip(sites);
    const auto alerts = alerts_of(trip, stayed);
    REQUIRE(kinds_of(alerts) == "TRIP_WITHOUT_MANIFEST ");
    CHECK(alerts.front().tier == Tier::a);
    CHECK(alerts.front().grade == 2);
    CHECK(alerts.front().until);
    CHECK(alerts.front().evidence.place == "site P");

    const Drive called = Drive(afternoon, road[0]).wait(100).to(road[1]);
    CHECK(alerts_of(trip, called).empty());
    const Drive full = Drive(afternoon, road[0]).load(Load::full).wait(100).to(road[1]);
    CHECK(kinds_of(alerts_of(trip, full)) == "TRIP_WITHOUT_MANIFEST ");
    const Drive sealed =
        Drive(afternoon, road[0]).wait(60).lock(LockAction::sealed).wait(60).to(road[1]);
    CHECK(kinds_of(alerts_of(trip, sealed)) == "TRIP_WITHOUT_MANIFEST ");
    trip.covered = {{.from = afternoon, .until = std::nullopt}};
    CHECK(alerts_of(trip, stayed).empty());
}

TEST_CASE("signing the load afterwards withdraws the alert under its key") {
    auto trip = empty_trip({round_site("P", SiteKind::producer, road[0], {150})});
    Watch watch = watch_of(trip);
    const Drive drive = Drive(afternoon, road[0]).wait(400).to(road[1]);
    REQUIRE(watch.refold(drive.seen(), drive.now()).changes.size() == 1);
    trip.covered = {{.from = afternoon, .until = std::nullopt}};
    const auto changes = watch.retask(std::make_shared<const Trip>(trip), drive.now()).changes;
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].what == AlertChange::What::withdrawn);
}

TEST_CASE("observations outside the trip's time are not of the trip") {
    auto trip = loaded_trip(road);
    trip.armed_at = afternoon;
    trip.ended_at = afternoon + 600s;
    const Drive before = Drive(afternoon - 1h, road[0]).to(at.at('y'));
    CHECK(alerts_of(trip, before).empty());
    const Drive year_2000 = Drive(*parse_iso("2000-01-01T00:00:00Z"), at.at('y')).wait(600);
    CHECK(alerts_of(trip, year_2000).empty());
    const Drive after = Drive(afternoon + 700s, at.at('y')).wait(1000);
    CHECK(alerts_of(trip, after).empty());
}

TEST_CASE("after a restart nothing is raised twice, and nothing is judged before the history") {
    const Drive drive = Drive(afternoon, road[0]).to(road[1]).to(at.at('x')).to(road[2]);
    Watch watch = watch_of(loaded_trip(road));
    watch.refold(drive.seen(), drive.now());
    Watch again = watch_of(loaded_trip(road));
    again.remember(watch.standing());
    CHECK(again.tick(drive.now()).needs_history);
    CHECK(again.observe(drive.seen(), drive.now()).needs_history);
    CHECK(again.refold(drive.seen(), drive.now()).changes.empty());
    CHECK(again.standing().size() == 1);
}

TEST_CASE("data that opens an alert in the past marks it late") {
    Watch watch = watch_of(loaded_trip(road));
    const Drive drive =
        Drive(afternoon, road[0]).to(road[1]).to(at.at('x')).to(road[2]).to(road[3]);
    watch.observe({&drive.seen().back(), 1}, drive.now());
    const auto changes = watch.observe(drive.seen(), drive.now()).changes;
    const auto found = std::ranges::find(changes, Kind::route_deviation,
                                         [](const auto& change) { return change.alert.kind; });
    REQUIRE(found != changes.end());
    CHECK(found->alert.late);
}

TEST_CASE("a long trip remembers a bounded window and asks for its history beyond it") {
    Watch watch = watch_of(loaded_trip(road));
    const Drive drive = Drive(afternoon, road[0])
                            .to(road[1])
                            .wait(800)
                            .to(at.at('x'))
                            .wait(800)
                            .to(road[2])
                            .wait(1900)
                            .to(road[3]);
    REQUIRE(drive.seen().size() > 400);
    for (std::size_t i = 1; i < drive.seen().size(); ++i) {
        REQUIRE_FALSE(watch.observe({&drive.seen()[i], 1}, drive.now()).needs_history);
    }
    const auto before = watch.standing();
    REQUIRE(watch.horizon());
    CHECK(*watch.horizon() > afternoon);
    const auto old = watch.observe({&drive.seen().front(), 1}, drive.now());
    CHECK(old.needs_history);
    CHECK(old.changes.empty());
    CHECK(watch.refold(drive.seen(), drive.now()).changes.empty());
    CHECK(watch.standing().size() == before.size());
}

TEST_CASE("new facts about a long trip ask for its history and then withdraw what they explain") {
    auto trip = loaded_trip(road);
    Watch watch = watch_of(trip);
    const Drive drive = Drive(afternoon, road[0]).to(road[1]).wait(4000).to(road[2]);
    for (const Sighting& one : drive.seen()) watch.observe({&one, 1}, drive.now());
    REQUIRE(kinds_of(watch.standing()) == "UNPLANNED_STOP ");
    const auto key = watch.standing().front().key;
    const auto with_rest = loaded_trip(road, {round_site("rest", SiteKind::rest, road[1], {100})});
    CHECK(watch.retask(std::make_shared<const Trip>(with_rest), drive.now()).needs_history);
    CHECK(watch.tick(drive.now()).needs_history);
    const auto changes = watch.refold(drive.seen(), drive.now()).changes;
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].what == AlertChange::What::withdrawn);
    CHECK(changes[0].alert.key == key);
    CHECK(watch.standing().empty());
}

TEST_CASE("a published diversion is route while it is in force, by the time of the fixes") {
    const Path around{at.at('B'), at.at('W'), at.at('C')};
    const auto diverted =
        std::make_shared<const Corridor>(Corridor::from_lines({&around, 1}, {50}).value());
    const Drive drive =
        Drive(afternoon, road[0]).to(road[1]).to(at.at('W')).to(road[2]).to(road[3]);
    const auto kinds_under = [&](Interval during) {
        Trip trip = loaded_trip(road);
        trip.diversions.push_back({during, diverted});
        return kinds_of(alerts_of(std::move(trip), drive));
    };
    CHECK(kinds_of(alerts_of(loaded_trip(road), drive)) == "ROUTE_DEVIATION ");
    CHECK(kinds_under({}).empty());
    CHECK(kinds_under({afternoon - 1h, afternoon + 2h}).empty());
    CHECK(kinds_under({afternoon - 2h, afternoon}) == "ROUTE_DEVIATION ");
    CHECK(kinds_under({afternoon + 2h, std::nullopt}) == "ROUTE_DEVIATION ");
}
