// The chain of custody, windows that close themselves, and what a lock serves.
#include "server/store/custody.hpp"

#include "server/windows.hpp"
#include "tests/support/await.hpp"
#include "tests/support/unlock_house.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using nlohmann::json;
using test::byway;
using test::plant;
using test::UnlockHouse;
using test::Valley;
using test::works;

/// A server started `later`, as far as windows are concerned: nothing is known but rows.
std::size_t sweep(const UnlockHouse& place, std::chrono::minutes later) {
    const server::Clock clock{server::DemoClock{place.house.now() + later, 1}};
    server::Database database{place.database.conninfo(), 1, 1};
    std::vector<std::string> nudged;
    server::Windows windows{database, clock,
                            [&](const TerminalId& terminal) { nudged.push_back(terminal.text); }};
    const auto closed = test::await(windows.sweep());
    database.stop();
    for (const auto& terminal : nudged) CHECK((terminal == "7100001" || terminal == "13900000001"));
    return closed;
}

// The lock's word at a time, each another row.
void says(const UnlockHouse& place, Instant at, int action, int means = 0) {
    place.database.sql(
        "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at, message,"
        " lock_number, action, means) SELECT t.key, v.key, '" +
        to_iso(at) + "', 2, " + std::to_string(at.time_since_epoch().count() + action) + ", '" +
        to_iso(at) + "', 512, '7100001', " + std::to_string(action) + ", " + std::to_string(means) +
        " FROM terminals t, vehicles v WHERE t.number = '13900000001'");
}

std::vector<std::string> whats(const std::vector<json>& chain, const std::string& source = {}) {
    std::vector<std::string> all;
    for (const auto& entry : chain) {
        if (source.empty() || entry.at("source") == source) all.push_back(entry.at("what"));
    }
    return all;
}

std::string verbs(const UnlockHouse& place) {
    return place.database.value<std::string>(
        "SELECT coalesce(string_agg(coalesce(command ->> 'verb', command ->> 'doors'), ' '"
        " ORDER BY e.id), '') FROM orders o JOIN order_events e ON e.order_id = o.id"
        " WHERE e.what = 'queued'");
}

TEST_CASE("a window closes at its end, after any number of restarts, and the lock is told") {
    UnlockHouse place;
    const auto id = place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    REQUIRE(place.unlock("producer").status == 202);
    CHECK(sweep(place, 14min) == 0);
    CHECK(sweep(place, 16min) == 1);
    CHECK(sweep(place, 16min) == 0);
    CHECK(verbs(place) == "unseal seal");
    const auto chain = place.chain("producer", id);
    CHECK(whats(chain, "desk") == std::vector<std::string>{"unlock_granted", "window_closed"});
    CHECK(chain.back()["what"] == "queued");
    CHECK(chain.back()["verb"] == "seal");
    CHECK(std::ranges::any_of(chain,
                              [](const json& entry) { return entry.value("why", "") == "time"; }));
}

TEST_CASE("a window closes as soon as the lock that it opened is sealed again") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const Instant now = place.house.now();
    says(place, now - 1min, 0);
    REQUIRE(place.unlock("producer").status == 202);
    says(place, now + 30s, 0);  // still sealed: it has not been opened yet
    CHECK(sweep(place, 1min) == 0);
    says(place, now + 60s, 1, 5);
    CHECK(sweep(place, 2min) == 0);
    says(place, now + 120s, 0);
    CHECK(sweep(place, 3min) == 1);
    CHECK(verbs(place) == "unseal");
    CHECK(place.database.value<std::string>("SELECT closed_why FROM unlock_windows") == "sealed");
}

TEST_CASE("at the end of a window doors are locked and one-time passwords refused") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const std::string doors = "/v1/vehicles/" + place.vehicle + "/doors";
    REQUIRE(place.as("driver").post(doors, {{"doors", "open"}}).status == 202);
    CHECK(sweep(place, 16min) == 1);
    CHECK(verbs(place) == "unlock lock");
    place.database.sql("UPDATE unlock_requests SET what = 'one_time_password', lock_id = '" +
                       place.lock +
                       "'; UPDATE unlock_windows SET closed_at = NULL, closed_why ="
                       " NULL, lock_id = '" +
                       place.lock + "'");
    CHECK(sweep(place, 17min) == 1);
    CHECK(verbs(place) == "unlock lock refuse_passwords seal");
}

TEST_CASE("while another window of the lock is open the first one's end says nothing to it") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    REQUIRE(place.unlock("producer").status == 202);
    place.database.sql(
        "UPDATE unlock_windows SET opened_at = opened_at - interval '10 minutes',"
        " until = until - interval '10 minutes'");
    REQUIRE(place.unlock("driver").status == 202);
    CHECK(sweep(place, 6min) == 1);
    CHECK(verbs(place) == "unseal unseal");
    CHECK(sweep(place, 16min) == 1);
    CHECK(verbs(place) == "unseal unseal seal");
}

TEST_CASE("the chain holds signatures, seals, decisions, orders and what the lock said, in order") {
    UnlockHouse place;
    const auto id = place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    REQUIRE(place.unlock("producer").status == 202);
    const Instant now = place.house.now();
    says(place, now + 1s, 1, 5);
    says(place, now + 2s, 1, 5);
    says(place, now + 3s, 0, 7);
    std::this_thread::sleep_for(4s);
    const json weights{{"gross_kg", 20000}, {"tare_kg", 12000}};
    REQUIRE(place.act("producer", id, "load_sign", weights).status == 200);
    REQUIRE(place.act("driver", id, "load_sign", {{"seal_nos", {"S-1", "S-2"}}}).status == 200);
    place.truck_at(byway);
    REQUIRE(place.act("driver", id, "depart").status == 200);
    CHECK(place.verdict("driver") == "UNLOCK_NO_SWAP");
    const auto chain = place.chain("receiver", id);
    const auto all = whats(chain);
    CHECK(all == std::vector<std::string>{"create", "submit", "carrier_accept", "unlock_granted",
                                          "queued", "lock_opened", "lock_sealed", "load_sign",
                                          "load_sign", "depart", "unlock_refused"});
    CHECK(std::ranges::is_sorted(chain, {}, [](const json& entry) {
        return *parse_iso(entry.at("at").get<std::string>());
    }));
    CHECK(chain[5]["means"] == "remote");
    CHECK(chain[8]["seal_nos"] == json{"S-1", "S-2"});
    CHECK(chain[10]["reason"] == "UNLOCK_NO_SWAP");
    CHECK(chain[10]["place"]["lon"] == 119.65);
    CHECK(place.chain("police", id).size() == chain.size());
    CHECK(place.chain("carrier", id).size() == chain.size());
    CHECK(place.as("other").get("/v1/manifests/" + id + "/custody").status == 404);
}

TEST_CASE("an opening on the way without a window is unexplained, whatever it was opened with") {
    UnlockHouse place;
    const auto id = place.manifest("IN_TRANSIT");
    const Instant now = place.house.now();
    says(place, now + 1min, 1, 5);
    says(place, now + 2min, 0);
    says(place, now + 3min, 3);
    const auto lock = whats(place.chain("producer", id), "lock");
    CHECK(lock == std::vector<std::string>{"lock_sealed", "unexplained_opening", "lock_sealed",
                                           "unexplained_opening"});
    REQUIRE(place.inspect("police").status == 201);
    REQUIRE(place.unlock("police").status == 202);
    CHECK(whats(place.chain("producer", id), "lock") ==
          std::vector<std::string>{"lock_sealed", "lock_opened", "lock_sealed",
                                   "unexplained_opening"});
}

TEST_CASE("ten thousand reports of a lock hide no opening after them") {
    UnlockHouse place;
    const auto id = place.manifest("IN_TRANSIT");
    const Instant now = place.house.now();
    place.database.sql(
        "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at, message,"
        " lock_number, action, means) SELECT t.key, v.key, '" +
        to_iso(now) + "'::timestamptz + i * interval '5 ms', 2, i, '" + to_iso(now) +
        "', 512, '7100001', CASE WHEN i % 2 = 0 THEN 0 ELSE 6 END, 0"
        " FROM terminals t, vehicles v, generate_series(1, 20100) i"
        " WHERE t.number = '13900000001'");
    says(place, now + 2min, 1, 1);
    const auto chain = place.chain("producer", id);
    const auto lock = whats(chain, "lock");
    CHECK(std::ranges::count(lock, "lock_sealed") == 1);
    CHECK(std::ranges::count(lock, "battery_low") == server::store::max_lock_repetitions);
    REQUIRE(lock.back() == "unexplained_opening");
    const auto low =
        std::ranges::find_if(chain, [](const json& entry) { return entry.contains("further"); });
    REQUIRE(low != chain.end());
    CHECK(low->at("further") == 10'050 - server::store::max_lock_repetitions);
}

TEST_CASE("each producer on a truck sees the opening in the other's yard, and not the other") {
    UnlockHouse place;
    const auto id = place.manifest("IN_TRANSIT");
    const std::string yard =
        Valley::made(place.as("operator"), "sites",
                     {{"name", "second yard"},
                      {"kind", "producer"},
                      {"party", place.party["other"]},
                      {"geometry", {{"type", "Point"}, {"coordinates", {119.65, 28.10}}}},
                      {"radius_m", 200}});
    auto filing = place.filing();
    filing["origin_site"] = yard;
    const std::string second = Valley::made(place.as("other"), "manifests", filing);
    REQUIRE(place.act("other", second, "submit").status == 200);
    auto acceptance = place.acceptance();
    acceptance["waybill_no"] = "WB-2026-0002";
    REQUIRE(place.act("carrier", second, "carrier_accept", acceptance).status == 200);
    place.truck_at(byway);
    CHECK(place.verdict("producer") == "UNLOCK_STATE");
    CHECK(place.verdict("other") == "U1");
    const auto chain = place.chain("producer", id);
    CHECK(whats(chain, "desk") == std::vector<std::string>{"unlock_refused", "unlock_granted"});
    for (const auto& entry : chain) {
        CHECK(entry.dump().find(second) == std::string::npos);
        if (entry["what"] == "unlock_granted") CHECK(entry["by_this_manifest"] == false);
    }
    CHECK(place.database.value<int>("SELECT count(*) FROM lock_bindings"
                                    " WHERE upper_inf(during)") == 2);
}

TEST_CASE("a lock serves a manifest until its truck is free, and never two trucks") {
    UnlockHouse place;
    const auto id = place.manifest("ARRIVED");
    const auto insert = [&](const std::string& vehicle, const std::string& during) {
        place.database.sql(
            "INSERT INTO lock_bindings (lock_id, vehicle_id, manifest_id, during)"
            " VALUES ('" +
            place.lock + "', '" + vehicle + "', '" + id + "', '" + during + "')");
    };
    const std::string other =
        Valley::made(place.as("operator"), "vehicles",
                     {{"plate", "浙K54321"}, {"carrier", place.party["carrier"]}});
    CHECK_THROWS_WITH(insert(other, "[2026-01-01Z,)"), Catch::Contains("lock_on_one_vehicle"));
    CHECK_THROWS_WITH(insert(place.vehicle, "[2026-01-01Z,)"),
                      Catch::Contains("lock_once_on_a_manifest"));
    const json weights{{"gross_kg", 20000}, {"tare_kg", 12000}, {"scale", "S1"}};
    REQUIRE(place.act("receiver", id, "weigh_in", weights).status == 200);
    REQUIRE(place.act("receiver", id, "accept").status == 200);
    CHECK(place.database.value<int>("SELECT count(*) FROM lock_bindings"
                                    " WHERE upper_inf(during)") == 0);
    CHECK_NOTHROW(insert(other, "[2100-01-01Z,)"));
}

TEST_CASE("a lock that serves another truck's open manifest cannot be promised") {
    UnlockHouse place;
    const auto first = place.manifest("LOADED");
    const auto desk = place.as("operator");
    const std::string other = Valley::made(
        desk, "vehicles", {{"plate", "浙K54321"}, {"carrier", place.party["carrier"]}});
    const std::string terminal =
        Valley::made(desk, "terminals", {{"number", "013900000002"}, {"protocol", "jt808"}});
    const std::string binding = place.database.value<std::string>(
        "SELECT id::text FROM bindings WHERE lock_id IS NOT NULL");
    REQUIRE(desk.post("/v1/bindings/" + binding + "/end", json::object()).status == 200);
    Valley::made(desk, "bindings", {{"vehicle", other}, {"terminal", terminal}});
    Valley::made(desk, "bindings", {{"vehicle", other}, {"lock", place.lock}});
    const auto second = place.draft();
    REQUIRE(place.act("producer", second, "submit").status == 200);
    auto acceptance = place.acceptance();
    acceptance["vehicle"] = other;
    acceptance["waybill_no"] = "WB-2026-0003";
    const auto reply = place.act("carrier", second, "carrier_accept", acceptance);
    CHECK(reply.status == 409);
    CHECK(reply.json()["code"] == "LOCK_BUSY");
    CHECK(place.as("carrier").get("/v1/manifests/" + second).json()["state"] == "SUBMITTED");
}

TEST_CASE("the record of requests is added to and never changed") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    REQUIRE(place.unlock("producer").status == 202);
    for (const char* user : {"liuhen_http", "liuhen_core"}) {
        for (const char* statement :
             {"UPDATE unlock_requests SET granted = false", "DELETE FROM unlock_requests",
              "DELETE FROM unlock_windows", "UPDATE unlock_windows SET until = now()",
              "DELETE FROM inspections", "UPDATE swap_grants SET radius_m = 2000"}) {
            INFO(user << ": " << statement);
            CHECK_THROWS_AS(place.database.sql_as(user, statement), pqxx::insufficient_privilege);
        }
    }
}

}  // namespace
