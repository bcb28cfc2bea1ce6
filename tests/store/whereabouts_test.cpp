// Where a truck is when clocks are ahead: what came in later outranks it, whichever device said it.
#include "tests/support/unlock_core.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using namespace test;

/// One fix as stored: of which device, where, when it came in, and how far its clock is ahead.
struct Said {
    const char* device;
    Spot at;
    std::chrono::seconds ago;
    std::chrono::seconds ahead{};
};
void say(const UnlockHouse& place, const Said& said) {
    const Instant received = place.house.now() - said.ago;
    const Instant at = received + said.ahead;
    place.database.sql(
        "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at, message,"
        " lat, lon, speed, source) SELECT t.key, v.key, '" +
        to_iso(at) + "', 1, " + std::to_string(at.time_since_epoch().count()) + ", '" +
        to_iso(received) + "', 512, " + std::to_string(std::llround(said.at.lat * 1e7)) + ", " +
        std::to_string(std::llround(said.at.lon * 1e7)) +
        ", 0, 0 FROM terminals t, vehicles v WHERE t.number = '" + said.device + "'");
}

constexpr const char* tracker = "13900000001";
constexpr const char* second = "13900000002";
constexpr const char* line = "7100001";

TEST_CASE("a fix dated ahead is outranked by every one that comes in after it") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.database.sql("DELETE FROM observations WHERE kind = 1");
    say(place, {tracker, works, 60s, 4min + 50s});
    CHECK(place.verdict("producer") == "U1");
    say(place, {tracker, byway, 50s});
    CHECK(place.verdict("producer") == "UNLOCK_NOT_AT_ORIGIN");
    say(place, {tracker, works, 40s});
    CHECK(place.verdict("producer") == "U1");
    say(place, {tracker, byway, 30s, -20s});  // stored on the device meanwhile: it is older
    CHECK(place.verdict("producer") == "U1");
}

TEST_CASE("of two devices one of which is ahead the one that spoke last tells the place") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    const std::string other = Valley::made(place.as("operator"), "terminals",
                                           {{"number", second}, {"protocol", "jt808"}});
    Valley::made(place.as("operator"), "bindings",
                 {{"vehicle", place.vehicle}, {"terminal", other}});
    place.database.sql("DELETE FROM observations WHERE kind = 1");
    say(place, {second, byway, 40s, 4min});
    say(place, {tracker, works, 30s});
    CHECK(place.verdict("producer") == "U1");
    say(place, {second, byway, 20s, 4min});
    CHECK(place.verdict("producer") == "UNLOCK_NOT_AT_ORIGIN");
    say(place, {tracker, works, 10s});
    CHECK(place.verdict("producer") == "U1");
}

TEST_CASE("a lock that speaks for its truck gains nothing by a clock that is ahead") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.database.sql("DELETE FROM observations WHERE kind = 1");
    place.database.sql(
        "UPDATE bindings SET during = tstzrange(lower(during), now() - interval '1 ms')"
        " WHERE terminal_id IS NOT NULL");
    say(place, {line, works, 40s, 4min});
    say(place, {line, byway, 30s});
    CHECK(place.verdict("producer") == "UNLOCK_NOT_AT_ORIGIN");
    say(place, {line, works, 20s});
    CHECK(place.verdict("producer") == "U1");
}

TEST_CASE("a fix dated ahead before the grant hides no leaving after it") {
    UnlockHouse place;
    CoreSide core{place};
    place.manifest("CARRIER_ASSIGNED");
    place.database.sql("DELETE FROM observations WHERE kind = 1");
    say(place, {tracker, works, 60s, 4min + 50s});
    const auto order = granted(place, "producer");
    CHECK(core.sweep_left() == 0);
    say(place, {tracker, byway, 20s});
    CHECK(core.saying(order) == 0);
    CHECK(outcome(place, order) ==
          "refused: UNLOCK_NOT_AT_ORIGIN: the truck left before it was said");
    CHECK(core.sweep_left() == 1);
    CHECK(whys(place) == "left");
}

TEST_CASE("a signature looks at the place that was told last, not at the one dated last") {
    UnlockHouse place;
    const auto id = place.manifest("CARRIER_ASSIGNED");
    place.database.sql("DELETE FROM observations WHERE kind = 1");
    place.lock_says(place.house.now(), 0);
    say(place, {tracker, works, 60s, 4min + 50s});
    say(place, {tracker, byway, 30s});
    const auto sign = [&] {
        return place.act("producer", id, "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    };
    CHECK(sign().status == 422);
    say(place, {tracker, works, 10s});
    CHECK(sign().status == 200);
}

}  // namespace
