#include "server/journal.hpp"

#include "server/database.hpp"
#include "tests/support/scratch_db.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <future>
#include <set>
#include <thread>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;

namespace {

constexpr Instant noon{1'772'366'400'000ms};  // 2026-03-01T12:00:00Z

store::ObservationRow fix_row(std::int32_t terminal, int second, std::uint64_t hash = 0) {
    Sighting seen;
    seen.what = Fix{.at = noon + std::chrono::seconds{second},
                    .where = {.lat = 28.1, .lon = 119.6},
                    .speed = {12.34},
                    .heading = {90},
                    .satellites = std::uint8_t{9},
                    .odometer = Metres{1234}};
    seen.hash = hash;
    seen.message = 0x0200;
    return store::to_row(seen, {.terminal_key = terminal,
                                .vehicle_key = std::nullopt,
                                .received = noon + std::chrono::seconds{second}});
}

store::ObservationRow poisoned_row(int second) {
    auto row = fix_row(1, second);
    row.kind = 2;
    row.actor = "\xff\xfe";  // no UTF-8: the database refuses the row
    return row;
}

store::AlertRow alert_row(const std::string& key, int revision) {
    return {.alert = key,
            .revision = revision,
            .what = "raised",
            .trip_id = "trip-1",
            .vehicle_id = "00000000-0000-4000-8000-000000000001",
            .carrier_id = "",
            .plate = "浙K12345",
            .manifest_nos = {"20263311000001", "has \"quotes\", {braces}"},
            .kind = "ROUTE_DEVIATION",
            .tier = 'A',
            .grade = 2,
            .since = noon,
            .until = std::nullopt,
            .detected_at = noon,
            .late = false,
            .rule_set = "2026-1",
            .evidence = R"({"fixes_total":3,"where":[119.60000000000001,28.1]})",
            .recorded_at = noon};
}

store::Entry entry_of(std::vector<store::ObservationRow> rows) {
    store::Entry entry;
    entry.observations = std::move(rows);
    return entry;
}

// A journal with a thread to await it on.
struct Desk {
    explicit Desk(const std::string& conninfo)
        : journal(conninfo_as(conninfo, "liuhen_core"), metrics, health, [this] { ++alerts; }) {}
    ~Desk() {
        journal.stop(5s);
        work.reset();
        thread.join();
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    std::future<Stored> append(store::Entry entry) {
        return asio::co_spawn(io, journal.append(std::move(entry)), asio::use_future);
    }

    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::thread thread{[this] { io.run(); }};
    Metrics metrics;
    Health health;
    std::atomic<int> alerts = 0;
    Journal journal;
};

}  // namespace

TEST_CASE("what was appended is stored when append returns, value for value") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    store::Entry entry = entry_of({fix_row(7, 5, 0xFFFFFFFFFFFFFFFFULL)});
    entry.frames.push_back({7, noon, {std::byte{0x02}, std::byte{0x00}}});
    entry.quarantine.push_back({"13900000000", "127.0.0.1", noon, "bad_checksum", {std::byte{1}}});
    desk.append(std::move(entry)).get();

    const auto row = database.sql("SELECT *, at AT TIME ZONE 'UTC' AS t FROM observations").at(0);
    CHECK(row["terminal_key"].as<int>() == 7);
    CHECK(row["vehicle_key"].is_null());
    CHECK(row["t"].as<std::string>() == "2026-03-01 12:00:05");
    CHECK(row["hash"].as<std::int64_t>() == -1);
    CHECK(row["lat"].as<int>() == 281'000'000);
    CHECK(row["lon"].as<int>() == 1'196'000'000);
    CHECK(row["speed"].as<int>() == 1234);
    CHECK(row["odometer"].as<int>() == 1234);
    CHECK(database.value<std::string>("SELECT encode(frame, 'hex') FROM raw_frames") == "0200");
    CHECK(database.value<std::string>("SELECT fault FROM quarantine") == "bad_checksum");
}

TEST_CASE("an entry with nothing in it returns at once") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    CHECK_NOTHROW(desk.append({}).get());
}

TEST_CASE("the same observation sent again is stored once and acknowledged again") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    desk.append(entry_of({fix_row(1, 0), fix_row(1, 1)})).get();
    desk.append(entry_of({fix_row(1, 1), fix_row(1, 2)})).get();
    desk.append(entry_of({fix_row(1, 3), fix_row(1, 3)})).get();  // twice in one chunk
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 4);
}

TEST_CASE("observations that differ in any part of the identity are all kept") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    auto lock = fix_row(1, 0);
    lock.kind = 2;
    desk.append(entry_of({fix_row(1, 0), fix_row(2, 0), fix_row(1, 1), fix_row(1, 0, 9), lock}))
        .get();
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 5);
}

TEST_CASE("a device clock in 2000 or 2099 is stored like any other") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    auto old = fix_row(1, 0);
    old.at = *parse_iso("2000-01-01T00:00:00Z");
    auto far = fix_row(1, 0);
    far.at = *parse_iso("2099-12-31T23:59:59Z");
    desk.append(entry_of({old, far})).get();
    CHECK(database.value<int>("SELECT count(*) FROM observations_rest") == 2);
}

TEST_CASE("a poisoned row goes to quarantine alone, its neighbours are stored") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    std::vector<std::future<Stored>> all;
    all.push_back(desk.append(entry_of({fix_row(1, 0)})));
    all.push_back(desk.append(entry_of({fix_row(1, 1), poisoned_row(2), fix_row(1, 3)})));
    all.push_back(desk.append(entry_of({fix_row(1, 4)})));
    CHECK(all[0].get() == Stored::whole);
    CHECK(all[1].get() == Stored::parted);
    CHECK(all[2].get() == Stored::whole);
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 4);
    CHECK(database.value<int>("SELECT count(*) FROM quarantine") == 1);
    CHECK(database.value<std::string>("SELECT fault FROM quarantine") == "observation_refused");
}

TEST_CASE("alerts are stored with the observations that caused them and announced once") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    auto entry = entry_of({fix_row(1, 0)});
    entry.alerts = {alert_row("trip-1.ROUTE_DEVIATION.1", 1)};
    desk.append(std::move(entry)).get();
    CHECK(desk.alerts == 1);
    const auto row = database.sql("SELECT *, manifest_nos[2] AS second FROM alert_revisions").at(0);
    CHECK(row["second"].as<std::string>() == "has \"quotes\", {braces}");
    CHECK(row["carrier_id"].is_null());
    CHECK(row["plate"].as<std::string>() == "浙K12345");
    CHECK(database.value<std::string>("SELECT evidence #>> '{where,0}' FROM alert_revisions") ==
          "119.60000000000001");
}

TEST_CASE("an alert's revision that another alert has is never taken silently") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    auto first = entry_of({fix_row(1, 0)});
    first.alerts = {alert_row("a", 1)};
    desk.append(std::move(first)).get();
    auto second = entry_of({fix_row(1, 1)});
    second.alerts = {alert_row("a", 1)};
    desk.append(std::move(second)).get();
    CHECK(database.value<int>("SELECT count(*) FROM alert_revisions") == 1);
    CHECK(database.value<std::string>("SELECT fault FROM quarantine") == "alert_refused");
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 2);
}

TEST_CASE("more than one transaction takes is stored in several, in order, none left out") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    std::vector<std::future<Stored>> all;
    for (int chunk = 0; chunk < 60; ++chunk) {
        std::vector<store::ObservationRow> rows;
        for (int i = 0; i < 200; ++i) rows.push_back(fix_row(1, chunk * 200 + i));
        all.push_back(desk.append(entry_of(std::move(rows))));
    }
    for (auto& one : all) CHECK_NOTHROW(one.get());
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 12'000);
}

TEST_CASE("a batch whose connection was cut is stored once after the retry") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    desk.append(entry_of({fix_row(1, 0)})).get();
    std::vector<std::future<Stored>> all;
    for (int i = 1; i <= 200; ++i) {
        auto entry = entry_of({fix_row(1, i)});
        entry.frames.push_back({1, noon + std::chrono::seconds{i}, {std::byte{0x42}}});
        entry.alerts = {alert_row("alert-" + std::to_string(i), 1)};
        all.push_back(desk.append(std::move(entry)));
        if (i % 20 != 0) continue;
        database.sql_as(
            "liuhen_core",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
            "current_user AND datname = current_database() AND pid <> pg_backend_pid()");
    }
    for (auto& one : all) CHECK_NOTHROW(one.get());
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 201);
    CHECK(database.value<int>("SELECT count(*) FROM raw_frames") == 200);
    CHECK(database.value<int>("SELECT count(*) FROM alert_revisions") == 200);
}

TEST_CASE("while the database is away nothing is acknowledged, and stopping refuses what waits") {
    Desk desk{"host=/nowhere dbname=none"};
    auto waiting = desk.append(entry_of({fix_row(1, 0)}));
    CHECK(waiting.wait_for(300ms) == std::future_status::timeout);
    CHECK_FALSE(desk.health.journal);
    desk.journal.stop(100ms);
    CHECK_THROWS_AS(waiting.get(), NotStored);
    CHECK_THROWS_AS(desk.append(entry_of({fix_row(1, 1)})).get(), NotStored);
}

TEST_CASE("a database that commits without waiting for the disk is not believed") {
    const test::ScratchDatabase database;
    database.sql("ALTER DATABASE " + database.value<std::string>("SELECT current_database()") +
                 " SET synchronous_commit = off");
    Desk desk{database.conninfo()};
    auto waiting = desk.append(entry_of({fix_row(1, 0)}));
    CHECK(waiting.wait_for(300ms) == std::future_status::timeout);
    desk.journal.stop(0ms);
    CHECK_THROWS_AS(waiting.get(), NotStored);
}
