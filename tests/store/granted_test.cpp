// Windows that were granted and inspections on record, as the watch of a trip knows them.
#include "server/store/legs.hpp"
#include "server/tasking.hpp"
#include "tests/support/shard_desk.hpp"

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

using namespace liuhen;
using namespace liuhen::test;

namespace {

std::string quoted(Instant at) { return "'" + to_iso(at) + "'"; }

/// An officer's inspection of the truck.
void inspect(const FleetRows& rows, Instant from, Instant until) {
    rows.database.sql(
        "INSERT INTO inspections (id, vehicle_id, during, officers, reason, role, token_id,"
        " recorded_at) VALUES (gen_random_uuid(), '" +
        rows.vehicle + "', tstzrange(" + quoted(from) + ", " + quoted(until) +
        "), '{Chen Bo,Lu Min}', 'tip-off', 'police', gen_random_uuid(), now())");
}

/// A window of the truck's lock; `closed`: when it ended before its time.
void grant(const FleetRows& rows, Instant from, Instant until,
           std::optional<Instant> closed = std::nullopt) {
    const std::string end = closed ? quoted(*closed) + ", 'sealed'" : "NULL, NULL";
    rows.database.sql(
        "WITH asked AS (INSERT INTO unlock_requests (id, at, what, lock_id, vehicle_id, role,"
        " token_id, granted, reason, rule, manifests, until) VALUES (gen_random_uuid(), " +
        quoted(from) + ", 'unlock', '" + rows.lock + "', '" + rows.vehicle +
        "', 'regulator', gen_random_uuid(), true, 'inspection', 'U6', '{}', " + quoted(until) +
        ") RETURNING id) INSERT INTO unlock_windows (request_id, lock_id, vehicle_id, opened_at,"
        " until, closed_at, closed_why) SELECT id, '" +
        rows.lock + "', '" + rows.vehicle + "', " + quoted(from) + ", " + quoted(until) + ", " +
        end + " FROM asked");
}

std::vector<geofence::GrantedOpening> granted_of(const FleetRows& rows) {
    pqxx::connection connection{rows.database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    const auto legs = server::store::legs_of(work, VehicleId{rows.vehicle});
    REQUIRE(legs.size() == 1);
    const server::Directory directory;
    const auto trip = server::make_trip(legs[0], directory);
    REQUIRE(trip->granted == legs[0].granted);
    auto without = legs[0];
    without.granted.clear();
    CHECK(server::same_task(*trip, *server::make_trip(without, directory)) ==
          legs[0].granted.empty());
    return legs[0].granted;
}

Sighting lock_at(int second, LockAction action) {
    LockEvent event;
    event.at = night + std::chrono::seconds{second};
    event.lock = {"8531000042"};
    event.action = action;
    Sighting seen;
    seen.what = event;
    seen.hash = 1'000'000U + static_cast<std::uint64_t>(second);
    seen.message = 0x0200;
    return seen;
}

/// Along the road; the lock is open from 300 s to 600 s.
std::vector<Sighting> opened_on_the_road() {
    std::vector<Sighting> seen;
    for (int second = 0; second <= 1'080; second += 10) {
        seen.push_back(fix_at(second, 28.1, 119.6 + 0.00017 * second));
        if (second == 300) seen.push_back(lock_at(301, LockAction::unsealed));
        if (second == 600) seen.push_back(lock_at(601, LockAction::sealed));
    }
    return seen;
}

std::string opened_alerts(const ScratchDatabase& database) {
    return database.value<std::string>(
        "SELECT coalesce(string_agg(what, ' ' ORDER BY revision), '') FROM alert_revisions"
        " WHERE kind = 'LOCK_OPENED_EN_ROUTE'");
}

}  // namespace

TEST_CASE("the watch knows the windows and inspections of a truck as far as they touch its trip") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    rows.arm(armed);
    CHECK(granted_of(rows).empty());
    grant(rows, night - 1h, night - 45min);  // over before
    grant(rows, night + 10min, night + 25min);
    grant(rows, night + 30min, night + 45min, night + 33min);
    inspect(rows, night + 5min, night + 2h);
    const LockId lock{"8531000042"};
    CHECK(granted_of(rows) == std::vector<geofence::GrantedOpening>{
                                  {.lock = {}, .during = {night + 5min, night + 2h}},
                                  {.lock = lock, .during = {night + 10min, night + 25min}},
                                  {.lock = lock, .during = {night + 30min, night + 33min}}});
}

TEST_CASE(
    "a window granted before, after or between what the lock tells comes to the same alerts") {
    for (const std::size_t known_at : {0U, 40U, 109U}) {
        const ScratchDatabase database;
        const FleetRows rows{database};
        rows.arm(armed);
        Desk desk{database};
        const auto seen = opened_on_the_road();
        for (std::size_t i = 0; i <= seen.size(); ++i) {
            if (i == known_at) {
                inspect(rows, night + 250s, night + 1h);
                desk.arm(rows);
            }
            if (i < seen.size()) desk.send(rows, {seen[i]}).get();
        }
        INFO("known at " << known_at);
        const std::string told = opened_alerts(database);
        CHECK(told.empty() == (known_at == 0));
        CHECK((told.empty() || told.ends_with("withdrawn")));
        CHECK(final_alerts(database).find("LOCK_OPENED") == std::string::npos);
    }
}

TEST_CASE("an opening that no window covers is told") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    rows.arm(armed);
    grant(rows, night + 15min, night + 30min);
    Desk desk{database};
    for (const auto& one : opened_on_the_road()) desk.send(rows, {one}).get();
    CHECK(final_alerts(database).find("LOCK_OPENED") != std::string::npos);
}
