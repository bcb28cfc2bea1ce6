// Windows of granted unlocking: what their end owes the device, and that nothing granted is said
// once what it rested on is gone.
#include "server/store/orders.hpp"
#include "tests/support/unlock_core.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <future>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using namespace test;

TEST_CASE("windows of a lock that end together refuse its passwords and seal it, once") {
    UnlockHouse place;
    CoreSide core{place};
    core.tells_password();
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    REQUIRE(place.password("driver").status == 200);
    REQUIRE(place.unlock("producer").status == 202);
    CHECK(core.sweep(16min) == 2);
    CHECK(verbs(place) == "allow_passwords unseal refuse_passwords seal");
    CHECK(place.database.value<int>(
              "SELECT count(*) FROM unlock_windows WHERE cardinality(orders) = 2") == 2);
}

TEST_CASE("a password told in a window that another outlasts is refused when the last one ends") {
    UnlockHouse place;
    CoreSide core{place};
    core.tells_password();
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    REQUIRE(place.password("driver").status == 200);
    ten_minutes_ago(place);
    REQUIRE(place.unlock("producer").status == 202);
    CHECK(core.sweep(6min) == 1);
    CHECK(verbs(place) == "allow_passwords unseal");
    CHECK(core.sweep(16min) == 1);
    CHECK(verbs(place) == "allow_passwords unseal refuse_passwords seal");
    // Paid is paid: a later stretch owes its own only.
    place.database.sql(
        "UPDATE unlock_windows SET opened_at = opened_at - interval '1 hour',"
        " until = until - interval '1 hour', closed_at = closed_at - interval '1 hour'");
    REQUIRE(place.unlock("producer").status == 202);
    CHECK(core.sweep(17min) == 1);
    CHECK(verbs(place) == "allow_passwords unseal refuse_passwords seal unseal seal");
}

TEST_CASE("doors are locked when the last of their windows ends, not the first") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto open = [&](const std::string& role) {
        return place.as(role)
            .post("/v1/vehicles/" + place.vehicle + "/doors", {{"doors", "open"}})
            .status;
    };
    REQUIRE(open("driver") == 202);
    ten_minutes_ago(place);
    REQUIRE(open("producer") == 202);
    REQUIRE(place.unlock("producer").status == 202);  // the lock is another place
    CHECK(core.sweep(6min) == 1);
    CHECK(verbs(place) == "unlock unlock unseal");
    CHECK(core.sweep(16min) == 2);
    CHECK(place.database.value<std::string>(
              "SELECT string_agg(kind || coalesce(command ->> 'verb', command ->> 'doors'), ' '"
              " ORDER BY kind) FROM orders WHERE role = 'system'") == "doorslock lockseal");
}

TEST_CASE("an order that still waits when its window closes is over, and is never said") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto first = granted(place, "producer");
    const auto second = granted(place, "producer");
    REQUIRE(core.saying(first) == 1);
    const Instant now = place.house.now();
    place.database.sql(
        "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at, message,"
        " lock_number, action, means) SELECT t.key, v.key, '" +
        to_iso(now) + "'::timestamptz + i * interval '30 seconds', 2, i, '" + to_iso(now) +
        "', 512, '7100001', i % 2, 0 FROM terminals t, vehicles v, generate_series(1, 2) i"
        " WHERE t.number = '13900000001'");
    CHECK(core.sweep(1min) == 2);
    CHECK(whys(place) == "sealed sealed");
    CHECK(outcome(place, second) == "expired: the lock was sealed again");
    CHECK(outcome(place, first) == "timed_out: the lock was sealed again");
    CHECK(core.saying(second) == 0);
    CHECK(core.nudged == std::vector<std::string>{"7100001", "7100001"});
}

TEST_CASE("what was granted is not said once the manifest went on, was held, or the lock is gone") {
    struct Row {
        const char* why;
        const char* detail;
        std::function<void(const UnlockHouse&, const std::string&)> happens;
    };
    const std::vector<Row> rows{
        {"state", "expired: the manifest is no longer where this role may open it",
         [](const UnlockHouse& place, const std::string& id) { place.force(id, "IN_TRANSIT"); }},
        {"held", "expired: an authority held what is on the vehicle",
         [](const UnlockHouse& place, const std::string&) { hold(place); }},
        {"moved", "expired: the lock or terminal has left the vehicle",
         [](const UnlockHouse& place, const std::string&) {
             place.database.sql(
                 "UPDATE bindings SET during = tstzrange(lower(during), now() - interval '1 ms')"
                 " WHERE lock_id IS NOT NULL");
         }}};
    for (const Row& row : rows) {
        INFO(row.why);
        UnlockHouse place;
        CoreSide core{place};
        const auto id = place.manifest("CARRIER_ASSIGNED");
        place.truck_at(works);
        const auto order = granted(place, "producer");
        row.happens(place, id);
        CHECK(core.saying(order) == 0);
        CHECK(outcome(place, order) == row.detail);
        CHECK(core.sweep(0min) == 1);
        CHECK(whys(place) == row.why);
        CHECK(verbs(place) == "unseal seal");
    }
}

TEST_CASE("a hold under way and an order being said wait for each other, and the hold wins") {
    UnlockHouse place;
    CoreSide core{place};
    const auto id = place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto said_first = granted(place, "producer"), held_first = granted(place, "producer");
    const std::string held =
        "UPDATE manifests SET document = jsonb_set(document, '{overlays,held}',"
        " '{\"since\":\"2026-03-01T00:00:00Z\",\"cause\":\"order 7\"}') WHERE id = '" +
        id + "'";
    {  // noted as said and not yet committed: the hold comes after it
        pqxx::connection one{place.database.conninfo("liuhen_core")};
        pqxx::work saying{one};
        CHECK(server::store::note_saying(saying, said_first, place.house.now()) == 1);
        pqxx::connection other{place.database.conninfo()};
        pqxx::work holding{other};
        holding.exec0("SET LOCAL lock_timeout = '200ms'");
        CHECK_THROWS_AS(holding.exec0(held), pqxx::sql_error);
        saying.commit();
    }
    // Held and not yet committed: the saying waits for it, and finds it.
    pqxx::connection other{place.database.conninfo()};
    pqxx::work holding{other};
    holding.exec0(held);
    auto saying = std::async(std::launch::async, [&] { return core.saying(held_first); });
    CHECK(saying.wait_for(300ms) == std::future_status::timeout);
    holding.commit();
    CHECK(saying.get() == 0);
    CHECK(outcome(place, held_first) == "expired: an authority held what is on the vehicle");
}

TEST_CASE("a window closes when its truck leaves the place of the grant, and what was told ends") {
    UnlockHouse place;
    CoreSide core{place};
    core.tells_password();
    const auto id = place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    REQUIRE(place.password("driver").status == 200);
    const auto order = granted(place, "producer");
    CHECK(core.sweep_left() == 0);
    place.fix(place.house.now() - 40s, works.lat + 0.01, works.lon);  // older than the grant's
    CHECK(core.sweep_left() == 0);
    place.fix(place.house.now(), works.lat + 0.01, works.lon);
    CHECK(core.sweep(0min) == 0);
    CHECK(core.sweep_left() == 2);
    CHECK(whys(place) == "left left");
    CHECK(outcome(place, order) == "expired: the truck left the place that it was granted at");
    CHECK(core.saying(order) == 0);
    CHECK(verbs(place) == "allow_passwords unseal refuse_passwords seal");
    CHECK(core.sweep_left() == 0);
    const auto chain = place.chain("producer", id);
    CHECK(std::ranges::any_of(
        chain, [](const nlohmann::json& entry) { return entry.value("why", "") == "left"; }));

    place.truck_at(works, 0s);
    REQUIRE(place.inspect("police").status == 201);  // rests on no place
    granted(place, "police");
    place.fix(place.house.now() + 1s, plant.lat, plant.lon);
    CHECK(core.sweep_left() == 0);
}

// The lock's word at a time, stored as its acknowledgement leaves.
void says(const UnlockHouse& place, Instant at, int action) {
    place.database.sql(
        "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at, message,"
        " lock_number, action) SELECT t.key, v.key, '" +
        to_iso(at) + "', 2, " + std::to_string(at.time_since_epoch().count() + action) + ", '" +
        to_iso(at) + "', 512, '7100001', " + std::to_string(action) +
        " FROM terminals t, vehicles v WHERE t.number = '13900000001'");
}

TEST_CASE("what was granted is not said once the lock was opened by hand and sealed again") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto says_now = [&](int action) { says(place, place.house.now(), action); };
    says(place, place.house.now() - 1min, 0);
    const auto waiting = granted(place, "producer");
    says_now(0);  // sealed as before: nobody has opened it
    const auto said = granted(place, "producer");
    CHECK(core.saying(said) == 1);
    says_now(1);
    const auto of_second = granted(place, "driver");  // while it is open
    says_now(0);
    CHECK(core.saying(waiting) == 0);  // before any sweep
    CHECK(core.saying(of_second) == 0);
    CHECK(outcome(place, waiting) == "expired: the lock was sealed again");
    CHECK(outcome(place, of_second) == "expired: the lock was sealed again");
    CHECK(place.database.value<int>("SELECT count(*) FROM order_events WHERE what = 'said'") == 1);
    core.sweep(2min);
    CHECK(whys(place) == "sealed sealed sealed");
    CHECK(verbs(place) == "unseal unseal unseal");
    const auto anew = granted(place, "producer");
    CHECK(core.saying(anew) == 1);
}

TEST_CASE("what was granted at a place is not said once the truck has left it") {
    struct Row {
        const char* state;
        const char* role;
        Spot at;
        const char* code;
    };
    for (const Row& row : {Row{"CARRIER_ASSIGNED", "producer", works, "UNLOCK_NOT_AT_ORIGIN"},
                           Row{"ARRIVED", "receiver", plant, "UNLOCK_NOT_AT_DESTINATION"},
                           Row{"IN_TRANSIT", "driver", byway, "UNLOCK_NOT_AT_SWAP_PLACE"}}) {
        INFO(row.code);
        UnlockHouse place;
        CoreSide core{place};
        const auto id = place.manifest(row.state);
        place.truck_at(row.at);
        if (row.state == std::string{"IN_TRANSIT"})
            REQUIRE(place.as("regulator")
                        .post("/v1/manifests/" + id + "/swaps",
                              {{"reason", "axle broken"}, {"lat", row.at.lat}, {"lon", row.at.lon}})
                        .status == 201);
        const auto before = granted(place, row.role);
        const auto order = granted(place, row.role);
        CHECK(core.saying(before) == 1);
        place.fix(place.house.now(), row.at.lat + 0.01, row.at.lon);
        CHECK(core.saying(order) == 0);
        CHECK(outcome(place, order) ==
              std::string{"refused: "} + row.code + ": the truck left before it was said");
        CHECK(core.saying(order) == 0);
        const auto chain = place.chain("producer", id);
        CHECK(std::ranges::any_of(chain, [&](const nlohmann::json& entry) {
            return entry.at("source") == "order" && entry.at("what") == "refused" &&
                   entry.dump().find(row.code) != std::string::npos;
        }));
    }
}

TEST_CASE("a fix that wanders, one from before the grant, or an inspection withholds no order") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto first = granted(place, "producer"), second = granted(place, "producer"),
               third = granted(place, "producer");
    place.fix(place.house.now() - 40s, works.lat + 0.01, works.lon);  // comes late
    CHECK(core.saying(first) == 1);
    // Of 200 m, 30 m that the watch allows and 50 m that fixes wander: 245 m are in, 300 m out.
    place.fix(place.house.now() - 20s, works.lat + 0.0022, works.lon);
    CHECK(core.saying(second) == 1);
    place.fix(place.house.now() - 10s, works.lat + 0.0027, works.lon);
    CHECK(core.saying(third) == 0);
    REQUIRE(place.inspect("police").status == 201);
    CHECK(core.saying(granted(place, "police")) == 1);
}

TEST_CASE("a window lasts as long as its ground: the driver's ends with the signed load") {
    UnlockHouse place;
    CoreSide core{place};
    const auto id = place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto of_producer = granted(place, "producer");
    const auto of_driver = granted(place, "driver");
    CHECK(core.sweep(0min) == 0);
    place.force(id, "LOADED");
    CHECK(core.sweep(0min) == 1);
    CHECK(whys(place) == "open state");
    CHECK(verbs(place) == "unseal unseal");
    CHECK(core.saying(of_driver) == 0);
    CHECK(core.saying(of_producer) == 1);
}

TEST_CASE("the producer's signature ends the driver's window, before the driver has signed") {
    UnlockHouse place;
    CoreSide core{place};
    const auto id = place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto of_producer = granted(place, "producer");
    const auto of_driver = granted(place, "driver");
    const auto signing =
        place.act("producer", id, "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    REQUIRE(signing.status == 200);
    REQUIRE(signing.json().at("state") == "CARRIER_ASSIGNED");
    CHECK(core.saying(of_driver) == 0);
    CHECK(outcome(place, of_driver) ==
          "expired: the manifest is no longer where this role may open it");
    CHECK(core.sweep(0min) == 1);
    CHECK(whys(place) == "open state");
    CHECK(core.saying(of_producer) == 1);
    CHECK(place.verdict("driver") == "UNLOCK_STATE");
    CHECK(place.verdict("producer") == "U2");
}

TEST_CASE("an inspection stands whatever becomes of the manifest, on that vehicle only") {
    UnlockHouse place;
    CoreSide core{place};
    const auto id = place.manifest("CARRIER_ASSIGNED");
    REQUIRE(place.inspect("police").status == 201);
    const auto order = granted(place, "police");
    place.force(id, "LOADED");
    hold(place);
    CHECK(core.sweep(0min) == 0);
    CHECK(core.saying(order) == 1);
}

TEST_CASE("a hundred orders that wait for a lock do not keep its window open") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    REQUIRE(place.unlock("producer").status == 202);
    place.database.sql(
        "INSERT INTO orders (id, terminal_id, number, kind, command, token_id, role, created_at,"
        " expires_at) SELECT gen_random_uuid(), t.id, '', 'locate', '{}', gen_random_uuid(),"
        " 'operator', now(), now() + interval '1 day' FROM terminals t, generate_series(1, 99)"
        " WHERE t.number = '7100001'");
    CHECK(core.sweep(16min) == 1);
    CHECK(place.database.value<int>(
              "SELECT count(*) FROM orders WHERE command ->> 'verb' = 'seal'") == 1);
}

}  // namespace
