// Late reports of a vehicle with a long past: who waits for them, who does not, and what they leave
// of an alert.
#include "tests/support/shard_desk.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace liuhen;
using namespace liuhen::test;

namespace {

constexpr int journey_ends = 1'080;
const std::string other_vehicle = "00000000-0000-4000-8000-000000000011";
const std::string other_number = "13900000002";

/// A truck that raised an alert on its way and then stood, one fix a second, for so long; and
/// another one on a trip of its own.
struct LongPast {
    explicit LongPast(int seconds) : standing(seconds) {
        database.sql("SELECT ensure_partitions('2026-02-28', '2026-03-15')");
        rows.arm(armed);
        arm_the_other();
        {
            Desk desk{database};
            desk.send(rows, journey_with_a_detour()).get();
        }
        database.sql(
            "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at,"
            " message, flags, lat, lon, speed, heading, altitude, source, load, satellites)"
            " SELECT terminal_key, vehicle_key, at + i * interval '1 s', 1, i,"
            " received_at + i * interval '1 s', message, 0, lat, lon, 0, 0, 0, 0, 0, 9"
            " FROM observations, generate_series(1, " +
            std::to_string(seconds) + ") i WHERE hash = " + std::to_string(journey_ends));
    }
    [[nodiscard]] Instant end() const {
        return night + std::chrono::seconds{journey_ends + standing};
    }
    /// Where it stands, so many seconds after all that is stored.
    [[nodiscard]] Sighting next(int seconds) const {
        return fix_at(journey_ends + standing + seconds, 28.1, 119.6 + 0.00017 * journey_ends);
    }
    void arm_the_other() const {
        const std::string trip = "00000000-0000-7000-8000-000000000018";
        database.sql(
            "INSERT INTO vehicles (id, plate, carrier_id) VALUES ('" + other_vehicle +
            "', '浙K00002', '" + rows.party +
            "'); INSERT INTO terminals (id, number, protocol, auth_code) VALUES"
            " ('00000000-0000-4000-8000-000000000012', '" +
            other_number +
            "', 'jt808', 'secret-2'); INSERT INTO bindings (id, vehicle_id, terminal_id, during)"
            " VALUES (gen_random_uuid(), '" +
            other_vehicle +
            "', '00000000-0000-4000-8000-000000000012', '[2026-01-01Z, 2027-01-01Z)');"
            "INSERT INTO manifests VALUES ('" +
            trip + "', '20263311000002', 'HW', 'LOADED', 5, '" + rows.party + "', '" + rows.party +
            "', '" + rows.party + "', '" + other_vehicle + R"(', '{"legs":[{}]}', now());)" +
            "INSERT INTO trips (id, manifest_id, vehicle_id, route_id, origin_id, destination_id,"
            " armed_at, rule_set) VALUES ('" +
            trip + "', '" + trip + "', '" + other_vehicle + "', '" + rows.route + "', '" +
            rows.origin + "', '" + rows.destination + "', '" + armed + "', '2026-1')");
    }

    int standing;
    const ScratchDatabase database;
    const FleetRows rows{database};
};

const Sighting late = fix_at(5, 28.1, 119.6);

}  // namespace

TEST_CASE("a vehicle whose past was folded again rests before its next report, others do not") {
    const LongPast past{20'000};
    Desk desk{past.database, past.end()};
    desk.receives = past.end();
    desk.send(past.rows, {past.next(1)}).get();  // reads the past into memory
    auto begun = monotonic();
    desk.send(past.rows, {late}).get();
    const auto folding = monotonic() - begun;
    begun = monotonic();
    auto next = desk.send(past.rows, {past.next(2)});
    desk.send(other_vehicle, other_number, {fix_at(10, 28.1, 119.6)}).get();
    const auto others = monotonic() - begun;
    next.get();
    const auto rested = monotonic() - begun;
    INFO("folding " << folding / 1ms << " ms, rested " << rested / 1ms << ", others "
                    << others / 1ms);
    CHECK(rested >= std::min<Monotonic::duration>(4 * folding, 4'500ms));
    CHECK(rested <= 6s);
    CHECK(others < rested / 2);
    begun = monotonic();
    desk.send(past.rows, {past.next(3)}).get();
    CHECK(monotonic() - begun < rested / 2);  // what is in order costs no rest
}

TEST_CASE("silence of others is judged while a vehicle's past is folded") {
    const LongPast past{20'000};
    Desk desk{past.database, past.end()};
    desk.receives = past.end();
    auto under_way = journey_with_a_detour();
    under_way.resize(30);
    desk.send(other_vehicle, other_number, under_way).get();
    desk.send(past.rows, {past.next(1)}).get();
    auto folding = desk.send(past.rows, {late});
    desk.tick();
    CHECK(folding.wait_for(0s) == std::future_status::timeout);
    CHECK(past.database.value<int>(
              "SELECT count(*) FROM alert_revisions WHERE kind = 'TERMINAL_SILENT'"
              " AND trip_id = '00000000-0000-7000-8000-000000000018'") == 1);
    CHECK_NOTHROW(folding.get());
}

// Minutes: by hand, `test_store "[long]" -d yes`. The figures stand in docs/server.md.
TEST_CASE("an alert outlasts a hundred thousand honest fixes after it", "[.long]") {
    const LongPast past{100'000};
    Desk desk{past.database, past.end()};
    desk.receives = past.end();
    auto begun = monotonic();
    desk.send(past.rows, {past.next(1)}).get();
    WARN("read into memory in " << (monotonic() - begun) / 1ms << " ms");
    begun = monotonic();
    desk.send(past.rows, {late}).get();
    WARN("folded again in " << (monotonic() - begun) / 1ms << " ms");
    CHECK(deviations(past.database) == 1);
}

TEST_CASE("an alert outlasts half a million fixes after it", "[.long]") {
    const LongPast past{500'100};
    Desk desk{past.database, past.end()};
    desk.receives = past.end();
    desk.send(past.rows, {past.next(1)}).get();
    desk.send(past.rows, {late}).get();
    CHECK(deviations(past.database) == 1);
    CHECK(past.database.value<int>(
              "SELECT count(*) FROM alert_revisions WHERE kind = 'ROUTE_DEVIATION'"
              " AND what = 'withdrawn'") == 0);
}
