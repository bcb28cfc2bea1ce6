// The permanent regression test of a real trap: after kill -9 of PostgreSQL libpq answers "no more
// results" at once, and a journal that takes silence for success acknowledges what was never
// stored.
#include "server/database.hpp"
#include "server/journal.hpp"
#include "tests/support/photos.hpp"
#include "tests/support/scratch_db.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;

namespace {

const Instant begun = *parse_iso("2026-03-01T12:00:00Z");

store::Entry numbered(int device, int number) {
    Sighting seen;
    Fix fix;
    fix.at = begun + std::chrono::seconds{number};
    fix.where = {.lat = 28, .lon = 119};
    seen.what = fix;
    store::Entry entry;
    entry.observations = {store::to_row(seen, {device, std::nullopt, begun})};
    store::AlertRow alert;
    alert.alert = "a-" + std::to_string(device) + "-" + std::to_string(number);
    alert.revision = 1;
    alert.what = "raised";
    alert.trip_id = "t";
    alert.vehicle_id = "00000000-0000-4000-8000-000000000001";
    alert.kind = "ROUTE_DEVIATION";
    alert.tier = 'A';
    alert.grade = 2;
    alert.since = alert.detected_at = alert.recorded_at = begun;
    alert.evidence = "{}";
    if (number % 10 != 0) return entry;
    entry.alerts = {alert};
    auto photo = test::photo(fix.at, test::jpeg(2'000, static_cast<unsigned>(number)));
    entry.media = {store::to_row(std::move(photo), device, begun)};
    return entry;
}

// Devices that send a point, wait for its acknowledgement, and send the next.
class Traffic {
public:
    explicit Traffic(const std::string& conninfo)
        : journal_(conninfo_as(conninfo, "liuhen_core"), metrics_, health_, nullptr) {
        for (int device = 0; device < devices; ++device) {
            spawn("device", io_.get_executor(), drive(device));
        }
        thread_ = std::thread{[this] { io_.run(); }};
    }
    ~Traffic() { finish(); }
    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

    void finish() {
        ending_ = true;
        if (thread_.joinable()) thread_.join();
        journal_.stop(10s);
    }
    [[nodiscard]] std::size_t acked() const {
        const std::lock_guard lock{mutex_};
        return acked_.size();
    }
    [[nodiscard]] std::set<std::pair<int, int>> all_acked() const { return acked_; }

    static constexpr int devices = 40;

private:
    awaitable<void> drive(int device) {
        for (int number = 1; !ending_; ++number) {
            auto storing = journal_.append(numbered(device, number));
            co_await std::move(storing);
            const std::lock_guard lock{mutex_};
            acked_.emplace(device, number);
        }
    }

    asio::io_context io_;
    Metrics metrics_;
    Health health_;
    Journal journal_;
    mutable std::mutex mutex_;
    std::set<std::pair<int, int>> acked_;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

}  // namespace

TEST_CASE("kill -9 of PostgreSQL under load: what was acknowledged is stored, once") {
    test::ScratchCluster cluster;
    const test::ScratchDatabase database{cluster};
    Traffic load{database.conninfo()};
    for (int kill = 0; kill < 4; ++kill) {
        const auto before = load.acked();
        while (load.acked() < before + 400) std::this_thread::sleep_for(1ms);
        cluster.kill_9();
        std::this_thread::sleep_for(std::chrono::milliseconds{30 * kill});
        cluster.start();
    }
    const auto before = load.acked();
    while (load.acked() < before + 400) std::this_thread::sleep_for(1ms);
    load.finish();

    std::set<std::pair<int, int>> stored;
    const auto rows = database.sql(
        "SELECT terminal_key, extract(epoch FROM at - '2026-03-01 12:00:00Z')::int "
        "FROM observations");
    for (const auto& row : rows) stored.emplace(row[0].as<int>(), row[1].as<int>());
    CHECK(stored.size() == rows.size());  // none twice
    std::size_t lost = 0;
    std::size_t alerts = 0;
    for (const auto& point : load.all_acked()) {
        lost += stored.contains(point) ? 0U : 1U;
        alerts += point.second % 10 == 0 ? 1U : 0U;
    }
    CHECK(lost == 0);
    CHECK(rows.size() - load.all_acked().size() <= Traffic::devices);
    CHECK(database.value<std::size_t>("SELECT count(*) FROM alert_revisions") >= alerts);
    CHECK(database.value<std::size_t>("SELECT count(*) FROM media") ==
          database.value<std::size_t>("SELECT count(*) FROM alert_revisions"));
    INFO(load.all_acked().size() << " acknowledged through 4 kills");
    CHECK(load.all_acked().size() >= 2'000);
}
