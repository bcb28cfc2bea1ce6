// What waits at the same time is read together: as few transactions, and the same as read alone.
#include "server/store/told_alerts.hpp"
#include "tests/support/shard_desk.hpp"

#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>

#include <optional>
#include <set>

using namespace liuhen;
using namespace liuhen::test;

namespace {

using Doubled = AskedTogether<int, int>;

std::vector<int> twice(pqxx::work& db, const std::vector<int>& asked) {
    std::vector<int> answers;
    for (const int one : asked) {
        if (one == 13) throw std::runtime_error{"unlucky"};
        answers.push_back(db.exec1("SELECT 2 * " + std::to_string(one))[0].as<int>());
    }
    return answers;
}

struct Askers {
    explicit Askers(const std::string& conninfo)
        : database(conninfo, 2, 1), together(database, 100, twice) {}
    ~Askers() { database.stop(); }
    Askers(const Askers&) = delete;
    Askers& operator=(const Askers&) = delete;
    std::vector<std::future<int>> ask(int count) {
        std::vector<std::future<int>> all;
        for (int i = 0; i < count; ++i) {
            all.push_back(asio::co_spawn(thread, together.ask(i), asio::use_future));
        }
        return all;
    }
    Database database;
    Doubled together;
    asio::thread_pool thread{1};
};

std::string vehicle_id(int n) {
    const auto digits = std::to_string(n);
    return "00000000-0000-4000-8001-" + std::string(12 - digits.size(), '0') + digits;
}

/// Trucks beside the first, each under way with a journey of its own stored: some with a detour,
/// the last with more than a first page, one without a trip and one that nothing is known of.
void fill_in(const ScratchDatabase& database, int trucks) {
    database.sql(
        "CREATE TEMP TABLE fleet AS SELECT n, ('00000000-0000-4000-8001-' || lpad(n::text, 12, "
        "'0'))::uuid AS vehicle, ('00000000-0000-7000-8003-' || lpad(n::text, 12, '0'))::uuid AS "
        "manifest FROM generate_series(1, " +
        std::to_string(trucks) +
        ") n;"
        "INSERT INTO vehicles (id, plate, carrier_id) SELECT vehicle, '浙B' || lpad(n::text, 5, "
        "'0'), '00000000-0000-4000-8000-0000000000aa' FROM fleet;"
        "INSERT INTO terminals (id, number, protocol, auth_code) SELECT "
        "('00000000-0000-4000-8002-' || lpad(n::text, 12, '0'))::uuid, (13800000000 + n)::text, "
        "'jt808', 'c' FROM fleet;"
        "INSERT INTO bindings (id, vehicle_id, terminal_id, during) SELECT gen_random_uuid(), "
        "vehicle, ('00000000-0000-4000-8002-' || lpad(n::text, 12, '0'))::uuid, "
        "'[2026-01-01Z,)' FROM fleet;"
        "INSERT INTO manifests SELECT manifest, '2026339' || lpad(n::text, 7, '0'), 'HW', 'LOADED',"
        " 5, '00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-0000000000aa',"
        " '00000000-0000-4000-8000-0000000000aa', vehicle,"
        " jsonb_build_object('legs', jsonb_build_array(jsonb_build_object('locks', "
        "jsonb_build_array()), jsonb_build_object('locks', jsonb_build_array('L' || n)))), now() "
        "FROM fleet WHERE n <> 2;"
        "INSERT INTO trips (id, manifest_id, vehicle_id, route_id, origin_id, destination_id,"
        " armed_at, ended_at, rule_set) SELECT manifest || leg, manifest, vehicle,"
        " '00000000-0000-4000-8000-000000000007', '00000000-0000-4000-8000-000000000005',"
        " '00000000-0000-4000-8000-000000000006', timestamptz '2026-03-01 14:00Z' + "
        "length(leg) * interval '1 s', CASE WHEN leg = '' AND n % 3 = 0 THEN "
        "timestamptz '2026-03-01 14:10Z' END, '2026-1'"
        " FROM fleet, unnest(ARRAY['', '-2']) leg WHERE n <> 2 AND (leg = '' OR n % 3 = 0);"
        "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at, message,"
        " flags, lat, lon, speed, heading, altitude, source, load, satellites)"
        " SELECT t.key, v.key, timestamptz '2026-03-01 14:00Z' + s * interval '1 s', 1,"
        "  CASE s % 4 WHEN 0 THEN -s ELSE s END - n, timestamptz '2026-03-01 14:00Z' + s * "
        "interval '1 s', 512, CASE WHEN s % 50 = 0 THEN 4 ELSE 0 END,"
        "  281000000 + CASE WHEN n % 2 = 0 OR s < 300 OR s >= 900 THEN 0 ELSE 44900 END,"
        "  1196000000 + 1700 * s, 1667, 90, 0, 0, 0, 10"
        " FROM fleet f JOIN vehicles v ON v.id = f.vehicle JOIN terminals t ON t.number = "
        "(13800000000 + n)::text, generate_series(0, 1080) s"
        " WHERE n <> 4 AND s % (CASE n WHEN 1 THEN 1 ELSE 10 END) = 0");
}

std::vector<VehicleId> fleet(int trucks) {
    std::vector<VehicleId> all;
    for (int n = 1; n <= trucks; ++n) all.push_back({vehicle_id(n)});
    return all;
}

// What stands of each trip in the end.
std::string standing(const ScratchDatabase& database) {
    return database.value<std::string>(
        "SELECT coalesce(string_agg(concat_ws('|', trip_id, kind, tier, grade, since, until, "
        "evidence), E'\\n' ORDER BY trip_id, kind, since), '') FROM (SELECT DISTINCT ON (alert) * "
        "FROM alert_revisions ORDER BY alert, revision DESC) newest WHERE what <> 'withdrawn'");
}

bool same_page(const store::HistoryPage& a, const store::HistoryPage& b) {
    const auto same_place = [](const auto& x, const auto& y) {
        return x.has_value() == y.has_value() &&
               (!x || (x->at == y->at && x->kind == y->kind && x->hash == y->hash &&
                       x->terminal_key == y->terminal_key));
    };
    return same_place(a.next, b.next) &&
           std::ranges::equal(a.seen, b.seen, [](const auto& x, const auto& y) {
               return x.terminal_key == y.terminal_key && x.seen == y.seen;
           });
}

}  // namespace

TEST_CASE("questions that wait at the same time are asked in a few transactions") {
    const ScratchDatabase database;
    Askers askers{database.conninfo("liuhen_core")};
    auto all = askers.ask(13);
    for (int i = 0; i < 13; ++i) CHECK(all[static_cast<std::size_t>(i)].get() == 2 * i);
    const auto before = askers.together.transactions();
    asio::post(askers.thread, [] { std::this_thread::sleep_for(200ms); });  // all of them wait
    all = askers.ask(13);
    for (auto& one : all) one.get();
    CHECK(askers.together.transactions() - before <= 4);
}

TEST_CASE("a question without an answer spoils nobody else's, and a lost database everybody's") {
    const ScratchDatabase database;
    Askers askers{database.conninfo("liuhen_core")};
    asio::post(askers.thread, [] { std::this_thread::sleep_for(100ms); });
    auto all = askers.ask(40);
    for (int i = 0; i < 40; ++i) {
        INFO(i);
        auto& one = all[static_cast<std::size_t>(i)];
        if (i == 13) {
            CHECK_THROWS_AS(one.get(), std::runtime_error);
        } else {
            CHECK(one.get() == 2 * i);
        }
    }
    Askers nowhere{"host=/nowhere dbname=none"};
    for (auto& one : nowhere.ask(5)) CHECK_THROWS_AS(one.get(), DatabaseDown);
}

TEST_CASE("lives read together are those read one by one") {
    const ScratchDatabase database;
    const test::FleetRows rows{database};
    constexpr int trucks = 7;
    fill_in(database, trucks);
    {
        Desk desk{database};
        for (const auto& one : fleet(trucks)) {
            asio::co_spawn(desk.shard->executor(), desk.shard->arm(one), asio::use_future).get();
        }
    }
    REQUIRE(database.value<int>("SELECT count(DISTINCT trip_id) FROM alert_revisions") > 2);
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work db{connection};
    const auto directory = Directory::read(db, Ground::read(db), night);
    std::vector<LifeAsked> asked;
    for (const auto& vehicle : fleet(trucks + 1)) {
        const auto* known = directory->vehicle(vehicle);
        asked.push_back({.vehicle = vehicle,
                         .key = known == nullptr ? -1 : known->key,
                         .now = night + 1'100s,
                         .part = LifePart::whole});
    }
    const auto lives = lives_of(db, asked);
    REQUIRE(lives.size() == asked.size());
    std::size_t told = 0, paged = 0, legs = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        INFO(asked[i].vehicle.text);
        CHECK(lives[i].legs == store::legs_of(db, asked[i].vehicle));
        legs = std::max(legs, lives[i].legs.size());
        REQUIRE(lives[i].begun.contains({"vehicle-" + asked[i].vehicle.text}));
        for (const auto& [trip, with] : lives[i].begun) {
            INFO(trip.text);
            const auto rows_told = store::newest_revisions(db, trip.text);
            REQUIRE(with.told.size() == rows_told.size());
            for (std::size_t k = 0; k < rows_told.size(); ++k) {
                CHECK(with.told[k].key == rows_told[k].alert);
            }
            told += rows_told.size();
            const auto first = store::history(
                db,
                {.vehicle_key = asked[i].key, .from = with.window.from, .until = with.window.until},
                std::nullopt, first_page);
            CHECK(same_page(with.first, first));
            paged += first.next ? 1U : 0U;
        }
    }
    CHECK(legs == 2);
    CHECK(told > 2);
    CHECK(paged > 0);
    const auto only_legs = lives_of(db, {{asked[2].vehicle, asked[2].key, night, LifePart::legs}});
    CHECK(only_legs.front().legs == lives[2].legs);
    CHECK(only_legs.front().begun.empty());
}

TEST_CASE("many vehicles are armed in few transactions, and come to the same as one by one") {
    const ScratchDatabase together, alone;
    constexpr int trucks = 40;
    for (const auto* database : {&together, &alone}) {
        const test::FleetRows rows{*database};
        fill_in(*database, trucks);
    }
    Desk many{together};
    asio::co_spawn(many.shard->executor(), many.shard->arm_each(fleet(trucks)), asio::use_future)
        .get();
    CHECK(many.shard->reading_transactions() <= 4);
    Desk one{alone};
    for (const auto& vehicle : fleet(trucks)) {
        asio::co_spawn(one.shard->executor(), one.shard->arm(vehicle), asio::use_future).get();
    }
    CHECK(one.shard->reading_transactions() == trucks);
    const auto expected = standing(alone);
    REQUIRE(!expected.empty());
    CHECK(standing(together) == expected);

    const auto before = many.shard->reading_transactions();
    asio::co_spawn(many.shard->executor(), many.shard->arm_each(fleet(trucks)), asio::use_future)
        .get();
    CHECK(many.shard->reading_transactions() - before <= 4);
    CHECK(standing(together) == expected);
}
