#include "tests/support/shard_desk.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace liuhen;
using namespace liuhen::test;

TEST_CASE("a truck on an armed trip that leaves its road raises one alert, with its fixes stored") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    Desk desk{database};
    for (const auto& one : journey_with_a_detour()) desk.send(rows, {one}).get();
    CHECK(deviations(database) == 1);
    CHECK(database.value<int>("SELECT count(*) FROM observations WHERE vehicle_key IS NOT NULL") ==
          109);
    CHECK(database.value<std::string>("SELECT min(manifest_nos[1]) FROM alert_revisions") ==
          "20263311000001");
    REQUIRE_FALSE(desk.milestones.empty());
    CHECK(desk.milestones.front() == geofence::Milestone::What::departed);
}

TEST_CASE("the same fixes shuffled, and cut by restarts, come to the same alerts") {
    const auto journey = journey_with_a_detour();
    const test::ScratchDatabase straight;
    const test::FleetRows straight_rows{straight};
    straight_rows.arm(armed);
    {
        Desk desk{straight};
        for (const auto& one : journey) desk.send(straight_rows, {one}).get();
    }
    const auto expected = final_alerts(straight);
    REQUIRE_FALSE(expected.empty());

    std::mt19937 random{20'260'301};
    for (int order = 0; order < 3; ++order) {
        const test::ScratchDatabase database;
        const test::FleetRows rows{database};
        rows.arm(armed);
        auto shuffled = journey;
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        const std::size_t part = shuffled.size() / 3 + 1;
        for (std::size_t from = 0; from < shuffled.size(); from += part) {
            Desk desk{database};  // a restart: memory begins empty
            for (std::size_t i = from; i < std::min(from + part, shuffled.size()); ++i) {
                desk.send(rows, {shuffled[i]}).get();
            }
        }
        INFO("order " << order);
        CHECK(final_alerts(database) == expected);
    }
}

TEST_CASE("a silence that was told stands through a restart, and is told once") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    auto journey = journey_with_a_detour();
    journey.resize(30);  // under way, and then silent for 800 s of the desk's clock
    {
        Desk desk{database};
        for (const auto& one : journey) desk.send(rows, {one}).get();
        desk.tick();
    }
    const auto told =
        "SELECT string_agg(what, ' ' ORDER BY revision) FROM alert_revisions "
        "WHERE kind = 'TERMINAL_SILENT'";
    REQUIRE(database.value<std::string>(told) == "raised");
    {
        Desk desk{database};
        desk.arm(rows);
        desk.tick();
    }
    CHECK(database.value<std::string>(told) == "raised");
}

TEST_CASE("what storage refuses no alert rests on") {
    const auto is_away = [](const Sighting& one) {
        return std::get<Fix>(one.what).where.lat > 28.1 + degree_of_100_m;
    };
    auto on_the_road = journey_with_a_detour();
    std::erase_if(on_the_road, is_away);
    const test::ScratchDatabase without;
    const test::FleetRows without_rows{without};
    without_rows.arm(armed);
    {
        Desk desk{without};
        for (const auto& one : on_the_road) desk.send(without_rows, {one}).get();
    }
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    Desk desk{database};
    for (const auto& one : journey_with_a_detour()) {
        auto report = desk.report(rows, {one});
        if (is_away(one)) report.entry.observations.front().actor = "\xff\xfe";  // no UTF-8
        desk.send(std::move(report)).get();
    }
    CHECK(database.value<int>("SELECT count(*) FROM quarantine") == 60);
    CHECK(deviations(database) == 0);
    CHECK(final_alerts(database) == final_alerts(without));
}

TEST_CASE("reports of one vehicle are taken in the order of arrival, however many wait") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    Desk desk{database};
    std::vector<std::future<void>> all;
    for (const auto& one : journey_with_a_detour()) all.push_back(desk.send(rows, {one}));
    for (auto& one : all) CHECK_NOTHROW(one.get());
    CHECK(deviations(database) == 1);
    CHECK(database.value<int>("SELECT count(*) FROM alert_revisions WHERE late") == 0);
}

TEST_CASE("fixes sent again change nothing and tell nothing") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    Desk desk{database};
    desk.send(rows, journey_with_a_detour()).get();
    const auto told = database.value<int>("SELECT count(*) FROM alert_revisions");
    desk.send(rows, journey_with_a_detour()).get();
    CHECK(database.value<int>("SELECT count(*) FROM alert_revisions") == told);
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 109);
}

TEST_CASE("an alert outlasts a history of many pages and a fix from before it") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    Desk desk{database};
    desk.send(rows, journey_with_a_detour()).get();
    REQUIRE(deviations(database) == 1);
    database.sql(
        "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at, message,"
        " flags, lat, lon, speed, heading, altitude, source, load, satellites) SELECT terminal_key,"
        " vehicle_key, timestamptz '2026-03-01 14:18:01Z' + i * interval '50 ms', 1, i, "
        "received_at,"
        " message, 0, lat, lon, 0, 0, 0, 0, 0, 9 FROM observations, generate_series(1, 20000) i"
        " WHERE hash = 1080");
    Desk again{database};  // knows nothing and reads it all
    again.send(rows, {fix_at(5, 28.1, 119.6)}).get();
    CHECK(deviations(database) == 1);
    CHECK(database.value<int>("SELECT count(*) FROM alert_revisions WHERE what = 'withdrawn'") ==
          0);
}

TEST_CASE("the past sent again is looked up and not folded again") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    Desk desk{database};
    std::vector<Sighting> seen;
    for (int second = 0; second < 1'000; ++second) {
        seen.push_back(fix_at(second, 28.1, 119.6 + 0.00017 * second));
    }
    desk.send(rows, seen).get();
    const auto key = desk.board.read()->terminal("13900000001")->key;
    Lives lives{desk.database, 1,
                [](pqxx::work& db, const auto& asked) { return lives_of(db, asked); }};
    VehicleWatches watches{{rows.vehicle}, desk.database, lives, desk.board};
    const auto refold_time = [&](const Sighting& one) {
        auto observe = [&]() -> awaitable<void> {
            auto observing = watches.observe({{key, store::canonical(one)}}, night + 1'100s);
            co_await std::move(observing);
        };
        asio::co_spawn(desk.shard->executor(), observe(), asio::use_future).get();
        return watches.take_refold_time();
    };
    auto load = [&]() -> awaitable<void> {
        auto loading = watches.load(night + 1'100s);
        co_await std::move(loading);
    };
    asio::co_spawn(desk.shard->executor(), load(), asio::use_future).get();
    CHECK(refold_time(seen[3]) == Monotonic::duration::zero());
    CHECK(refold_time(seen[999]) == Monotonic::duration::zero());
    CHECK(refold_time(fix_at(-3, 28.1, 119.6)) > Monotonic::duration::zero());
}

TEST_CASE("late fixes of a closed trip are folded into it from storage") {
    const auto journey = journey_with_a_detour();
    const test::ScratchDatabase whole;
    const test::FleetRows whole_rows{whole};
    whole_rows.arm(armed);
    const std::string close = "UPDATE trips SET ended_at = '2026-03-01 14:18:01Z'";
    {
        Desk desk{whole};
        desk.send(whole_rows, journey).get();
        whole.sql(close);
        desk.arm(whole_rows);
    }
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    Desk desk{database};
    std::vector<Sighting> blind;
    for (const auto& one : journey) {
        const auto second = (time_of(one.what) - night) / 1s;
        if (second >= 290 && second < 910) {
            blind.push_back(one);
        } else {
            desk.send(rows, {one}).get();
        }
    }
    database.sql(close);
    desk.arm(rows);
    CHECK(deviations(database) == 0);
    desk.send(rows, blind).get();
    CHECK(deviations(database) == 1);
    CHECK(
        database.value<bool>("SELECT bool_and(late) FROM alert_revisions "
                             "WHERE kind = 'ROUTE_DEVIATION'"));
    CHECK(final_alerts(database) == final_alerts(whole));
}

TEST_CASE("a trip that is armed after its first fixes came judges them all the same") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    Desk desk{database};
    desk.send(rows, journey_with_a_detour()).get();
    CHECK(deviations(database) == 0);
    rows.arm(armed);
    desk.arm(rows);
    CHECK(deviations(database) == 1);
}

TEST_CASE("a vehicle that was let go of is folded again from storage when it speaks") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    const auto journey = journey_with_a_detour();
    const auto middle = journey.begin() + 60;
    {
        Desk desk{database};
        desk.send(rows, {journey.begin(), middle}).get();
    }
    Desk desk{database};
    desk.send(rows, {middle, journey.end()}).get();
    CHECK(deviations(database) == 1);
    CHECK(database.value<int>("SELECT count(DISTINCT alert) FROM alert_revisions "
                              "WHERE kind = 'ROUTE_DEVIATION'") == 1);
}

namespace {

// What Dispatch does when routes changed.
void routes_changed(Desk& desk, const test::ScratchDatabase& scratch, const test::FleetRows& rows) {
    pqxx::connection connection{scratch.conninfo("liuhen_core")};
    pqxx::work work{connection};
    const auto ground = server::Ground::read(work, desk.board.read()->ground());
    desk.board.post(server::Directory::read(work, ground, night));
    desk.arm(rows);
}

}  // namespace

TEST_CASE("a diversion, its early end and a new version fold an open trip again, no ended one") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    rows.arm(armed);
    Desk desk{database};
    desk.send(rows, journey_with_a_detour()).get();
    REQUIRE(deviations(database) == 1);
    database.sql(
        "INSERT INTO route_diversions (id, route_id, line, half_widths_m, valid, why, published_at,"
        " role, token_id) SELECT gen_random_uuid(), '" +
        rows.route +
        "', ST_GeomFromText('MULTILINESTRING((119.648 28.1, 119.65 28.1045, 119.754 28.1045,"
        " 119.756 28.1))', 4326), '{60, 60, 60, 60}', '[2026-03-01T12:00Z, 2026-03-02Z)',"
        " 'bridge works', '2026-03-01T14:10Z', 'regulator', gen_random_uuid()");
    CHECK(deviations(database) == 1);  // until the shard hears of it
    routes_changed(desk, database, rows);
    CHECK(deviations(database) == 0);
    database.sql(
        "INSERT INTO route_diversion_ends (diversion_id, why, at, role, token_id) SELECT id,"
        " 'open again', '2026-03-01T14:00Z', 'regulator', gen_random_uuid()"
        " FROM route_diversions");
    routes_changed(desk, database, rows);
    CHECK(deviations(database) == 1);
    const auto approve = [&](int version, int width) {
        const std::string number = std::to_string(version);
        const std::string metres = std::to_string(width);
        database.sql(
            "INSERT INTO route_versions (route_id, version, kind, line, half_widths_m,"
            " proposed_at, role) SELECT route_id, " +
            number + ", 'drawn', line, '{" + metres + ", " + metres +
            "}', '2026-03-01Z', 'operator' FROM route_versions WHERE version = 1;"
            "INSERT INTO route_decisions (route_id, version, what, why, at, role) SELECT"
            " route_id, " +
            number + ", 'approve', '', timestamptz '2026-03-01Z' + interval '" + number +
            " s', 'operator' FROM route_versions WHERE version = 1");
        routes_changed(desk, database, rows);
    };
    approve(2, 600);
    CHECK(deviations(database) == 0);
    CHECK(database.value<int>("SELECT route_version FROM trips") == 2);
    database.sql("UPDATE trips SET ended_at = '2026-03-01T15:00Z'");
    desk.arm(rows);
    approve(3, 50);
    CHECK(deviations(database) == 0);
    CHECK(database.value<int>("SELECT route_version FROM trips") == 2);
}
