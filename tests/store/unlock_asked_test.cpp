// A lock that is asked for its first password accepts passwords from then on: that rests on a
// window like any opening, is judged again as it is said, and is taken back at its end.
#include "tests/support/unlock_core.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using namespace test;

/// The order by which a lock that has told no password is asked for one.
std::string asked(const UnlockHouse& place, const std::string& role) {
    const auto reply = place.password(role);
    REQUIRE(reply.status == 202);
    return reply.json().at("order");
}

TEST_CASE("what asks a lock for its first password is not said in transit, nor under a hold") {
    for (const bool is_held : {true, false}) {
        INFO(is_held);
        UnlockHouse place;
        CoreSide core{place};
        const auto id = place.manifest("CARRIER_ASSIGNED");
        place.truck_at(works);
        const auto order = asked(place, "driver");
        if (is_held) hold(place);
        if (!is_held) place.force(id, "IN_TRANSIT");
        CHECK(core.saying(order) == 0);  // the lock dials in before any sweep
        CHECK(outcome(place, order).starts_with("expired: "));
        CHECK(core.sweep(0min) == 1);
        CHECK(whys(place) == (is_held ? "held" : "state"));
        CHECK(verbs(place) == "allow_passwords refuse_passwords seal");
    }
}

TEST_CASE("what asks a lock for its first password is not said once the truck has left") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto order = asked(place, "producer");
    place.fix(place.house.now(), works.lat + 0.01, works.lon);
    CHECK(core.saying(order) == 0);
    CHECK(outcome(place, order) ==
          "refused: UNLOCK_NOT_AT_ORIGIN: the truck left before it was said");
}

TEST_CASE("a lock that was asked for its first password refuses passwords when the window ends") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto order = asked(place, "producer");
    CHECK(core.saying(order) == 1);
    CHECK(core.sweep(14min) == 0);
    CHECK(core.sweep(16min) == 1);
    CHECK(whys(place) == "time");
    CHECK(verbs(place) == "allow_passwords refuse_passwords seal");
    CHECK(core.nudged == std::vector<std::string>{"7100001", "7100001", "7100001"});
}

TEST_CASE("what shuts a lock at the end of its window is called back by nobody") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    asked(place, "producer");
    CHECK(core.sweep(16min) == 1);
    const auto closing = place.database.value<std::string>(
        "SELECT id FROM orders WHERE command ->> 'verb' = 'refuse_passwords'");
    const auto reply =
        place.as("operator").post("/v1/orders/" + closing + "/cancel", nlohmann::json::object());
    CHECK(reply.status == 403);
    CHECK(reply.json()["code"] == "GOVERNED");
    pqxx::connection connection{place.database.conninfo("liuhen_http")};
    pqxx::work work{connection};
    work.exec("SELECT set_config('liuhen.role', 'operator', true)");
    CHECK(work.exec("UPDATE orders SET state = 'cancelled', ended_at = now(), detail = ''"
                    " WHERE ended_at IS NULL")
              .affected_rows() == 0);
    CHECK(core.saying(closing) == 1);
}

TEST_CASE("an order that opens and has no window behind it is never said") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto order = asked(place, "producer");
    place.database.sql("DELETE FROM unlock_windows");
    CHECK(core.saying(order) == 0);
    CHECK(outcome(place, order) == "expired: no window stands behind it");
}

TEST_CASE("a refused request puts no order into the database") {
    UnlockHouse place;
    pqxx::connection connection{place.database.conninfo("liuhen_http")};
    pqxx::work work{connection};
    work.exec_params(
        "SELECT set_config('liuhen.role', 'producer', true), set_config('liuhen.party', $1, true),"
        " set_config('liuhen.rank', 'member', true)",
        place.party["producer"]);
    work.exec0(
        "INSERT INTO unlock_requests (id, at, what, lock_id, role, party_id, token_id, granted,"
        " reason, manifests, order_id) SELECT gen_random_uuid(), now(), 'one_time_password', '" +
        place.lock + "', 'producer', '" + place.party["producer"] +
        "', gen_random_uuid(), false, 'UNLOCK_NO_PASSWORD', '{}',"
        " '00000000-0000-7000-8000-000000000001'");
    CHECK_THROWS_AS(
        work.exec0("INSERT INTO orders (id, terminal_id, number, kind, command, role, created_at,"
                   " expires_at) VALUES ('00000000-0000-7000-8000-000000000001', '" +
                   place.terminal +
                   "', '', 'lock', '{\"verb\":\"allow_passwords\"}', 'producer', now(),"
                   " now() + interval '1 minute')"),
        pqxx::insufficient_privilege);
}

}  // namespace
