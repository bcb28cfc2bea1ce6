// The journal's line to PostgreSQL broken at each message of the protocol: before a connection
// stands, within a COPY, between the last row and the command tag, before and after the answer to
// COMMIT. What `append` returned for is stored, once.
#include "server/database.hpp"
#include "server/journal.hpp"
#include "tests/faults/faults.hpp"
#include "tests/support/message_cutter.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>

#include <future>

using namespace liuhen;
using namespace liuhen::server;
using namespace liuhen::test;
using namespace std::chrono_literals;
using Kind = LineFault::Kind;

namespace {

constexpr Instant noon{1'772'366'400'000ms};  // 2026-03-01T12:00:00Z
constexpr int entries = 3;

/// The `n`-th entry of a device: a row for each table that has no key of its own, and an alert.
store::Entry entry_of(std::int32_t device, int n) {
    const auto at = noon + std::chrono::seconds{n};
    Sighting seen;
    Fix fix;
    fix.at = at;
    fix.where = {.lat = 28.1, .lon = 119.6};
    seen.what = fix;
    store::Entry entry;
    entry.observations = {store::to_row(seen, {device, std::nullopt, at})};
    entry.frames.push_back({device, at, {std::byte{0x02}}});
    entry.quarantine.push_back(
        {std::to_string(device), "127.0.0.1", at, "bad_checksum", {std::byte{1}}});
    store::AlertRow alert;
    alert.alert = "a-" + std::to_string(device) + "-" + std::to_string(n);
    alert.revision = 1;
    alert.what = "raised";
    alert.trip_id = "t";
    alert.vehicle_id = "00000000-0000-4000-8000-000000000001";
    alert.kind = "ROUTE_DEVIATION";
    alert.tier = 'A';
    alert.grade = 2;
    alert.since = alert.detected_at = alert.recorded_at = at;
    alert.evidence = "{}";
    entry.alerts = {alert};
    return entry;
}

/// One journal behind one bad line, from its first connection to its last entry.
struct Attempt {
    bool struck{}, all_appended{};
    std::size_t messages{};  ///< of the first connection
};
Attempt attempt(const std::string& conninfo, LineFault fault, std::int32_t device) {
    const auto begin = conninfo.find("host=") + 5;
    const auto length = conninfo.find(' ', begin) - begin;
    const MessageCutter line{conninfo.substr(begin, length) + "/.s.PGSQL.5432", fault};
    auto behind = conninfo;
    behind.replace(begin, length, line.folder());

    asio::io_context io;
    auto work = asio::make_work_guard(io);
    std::thread thread{[&] { io.run(); }};
    Attempt came_to;
    {
        Metrics metrics;
        Health health;
        Journal journal{conninfo_as(behind, "liuhen_core"), metrics, health, nullptr};
        came_to.all_appended = true;
        for (int n = 0; n < entries; ++n) {
            auto appended =
                asio::co_spawn(io, journal.append(entry_of(device, n)), asio::use_future);
            const bool in_time = appended.wait_for(fault.time + 30s) == std::future_status::ready;
            came_to.all_appended = came_to.all_appended && in_time;
            if (!in_time) break;
            appended.get();
        }
        journal.stop(0ms);
    }
    work.reset();
    thread.join();
    came_to.struck = line.has_struck();
    came_to.messages = line.passed();
    return came_to;
}

}  // namespace

TEST_CASE("a line to PostgreSQL broken at any message of the protocol loses and doubles nothing") {
    const ScratchDatabase database;
    const auto whole = attempt(database.conninfo(), {}, 1);
    REQUIRE(whole.all_appended);
    REQUIRE(whole.messages > 80);
    struct Job {
        LineFault fault;
        std::int32_t device;
    };
    std::vector<Job> jobs;
    const auto held = is_long_form() ? 30'000ms : 300ms;
    for (const Kind kind : {Kind::cut, Kind::cut_half, Kind::hold}) {
        // The last message is the frontend's farewell, after which nothing is owed.
        for (std::size_t after = 0; after + 1 < whole.messages; ++after) {
            jobs.push_back({{.kind = kind, .after = after, .time = held},
                            static_cast<std::int32_t>(jobs.size() + 2)});
        }
    }
    std::atomic<std::size_t> next{0}, struck{0}, unfinished{0};
    std::vector<std::thread> hands;
    for (int i = 0; i < 16; ++i) {
        hands.emplace_back([&] {
            for (auto n = next++; n < jobs.size(); n = next++) {
                const auto came_to = attempt(database.conninfo(), jobs[n].fault, jobs[n].device);
                struck += came_to.struck ? 1U : 0U;
                unfinished += came_to.all_appended ? 0U : 1U;
            }
        });
    }
    for (auto& hand : hands) hand.join();
    std::cout << whole.messages << " messages a connection, " << jobs.size() << " faults, "
              << struck << " struck" << std::endl;
    CHECK(struck == jobs.size());
    CHECK(unfinished == 0);
    const auto all = (jobs.size() + 1) * entries;
    for (const char* table : {"observations", "raw_frames", "quarantine", "alert_revisions"}) {
        INFO(table);
        CHECK(database.value<std::size_t>(std::string{"SELECT count(*) FROM "} + table) == all);
    }
    CHECK(database.value<std::size_t>(
              "SELECT count(DISTINCT (terminal_key, at)) FROM observations") == all);
    CHECK(database.value<std::size_t>("SELECT count(DISTINCT alert) FROM alert_revisions") == all);
}
