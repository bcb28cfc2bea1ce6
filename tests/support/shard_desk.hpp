// One shard over a scratch database, as the server has it, and what stands there in the end.
#pragma once

#include "server/shard.hpp"
#include "tests/support/fleet_rows.hpp"

#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <future>
#include <string>
#include <vector>

namespace liuhen::test {

using namespace server;
using namespace std::chrono_literals;

inline const Instant night = *parse_iso("2026-03-01T14:00:00Z");
inline const std::string armed = "2026-03-01 14:00:00Z";
inline constexpr double degree_of_100_m = 0.000898;  // of latitude

inline Sighting fix_at(int second, double lat, double lon) {
    Sighting seen;
    Fix fix;
    fix.at = night + std::chrono::seconds{second};
    fix.where = {.lat = lat, .lon = lon};
    fix.speed = from_kmh(60);
    fix.heading = {90};
    fix.satellites = std::uint8_t{10};
    seen.what = fix;
    seen.hash = static_cast<std::uint64_t>(second);
    seen.message = 0x0200;
    return seen;
}

// Along the road at 60 km/h, one fix each 10 s, 500 m beside it for ten minutes in the middle.
inline std::vector<Sighting> journey_with_a_detour() {
    std::vector<Sighting> seen;
    for (int second = 0; second <= 1'080; second += 10) {
        const double lon = 119.6 + 0.00017 * second;
        const bool away = second >= 300 && second < 900;
        seen.push_back(fix_at(second, away ? 28.1 + 5 * degree_of_100_m : 28.1, lon));
    }
    return seen;
}

// One shard over a scratch database, as the server has it.
struct Desk {
    explicit Desk(const ScratchDatabase& scratch, Instant at = night + 1'100s)
        : clock(DemoClock{at, 1}), database(scratch.conninfo(), 2, 1) {
        auto read = [](pqxx::work& work) {
            return Directory::read(work, Ground::read(work), night);
        };
        pqxx::connection connection{scratch.conninfo("liuhen_core")};
        pqxx::work work{connection};
        board.post(read(work));
        const ShardWorld world{
            .clock = clock,
            .database = database,
            .board = board,
            .metrics = metrics,
            .health = health,
            .alerts_stored = [] {},
            .reached =
                [this](geofence::Milestone milestone) { return note(std::move(milestone)); }};
        shard = std::make_unique<Shard>(world, scratch.conninfo(), 100);
        shard->start();
    }
    ~Desk() {
        shard->stop(2s);
        database.stop();
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    awaitable<void> note(geofence::Milestone milestone) {
        milestones.push_back(milestone.what);
        co_return;
    }
    std::future<void> send(const FleetRows& rows, std::vector<Sighting> seen) {
        return send(rows.vehicle, "13900000001", std::move(seen));
    }
    std::future<void> send(const std::string& id, const std::string& number,
                           const std::vector<Sighting>& seen) {
        return send(report(id, number, seen));
    }
    std::future<void> send(Report report) {
        return asio::co_spawn(shard->executor(), shard->record(std::move(report)),
                              asio::use_future);
    }
    [[nodiscard]] Report report(const FleetRows& rows, const std::vector<Sighting>& seen) const {
        return report(rows.vehicle, "13900000001", seen);
    }
    [[nodiscard]] Report report(const std::string& id, const std::string& number,
                                const std::vector<Sighting>& seen) const {
        const auto directory = board.read();
        const auto* vehicle = directory->vehicle({id});
        const auto key = directory->terminal(number)->key;
        Report report;
        report.vehicle = vehicle->id;
        report.received = std::max(time_of(seen.back().what) + 1s, receives);
        for (const auto& one : seen) {
            auto row = store::to_row(one, {key, vehicle->key, report.received});
            report.seen.push_back({key, store::to_sighting(row)});
            report.entry.observations.push_back(std::move(row));
        }
        return report;
    }
    void tick() { asio::co_spawn(shard->executor(), shard->tick(), asio::use_future).get(); }
    void arm(const FleetRows& rows) {
        asio::co_spawn(shard->executor(), shard->arm({rows.vehicle}), asio::use_future).get();
    }

    Clock clock;
    Instant receives{};  ///< not before; else a second after what is sent
    Metrics metrics;
    Health health;
    Database database;
    DirectoryBoard board;
    std::vector<geofence::Milestone::What> milestones;
    std::unique_ptr<Shard> shard;
};

// What stands in the end, without what depends on the order of arrival.
inline std::string final_alerts(const ScratchDatabase& database) {
    return database.value<std::string>(
        "SELECT coalesce(string_agg(concat_ws('|', kind, tier, grade, since, until, evidence), "
        "E'\\n' ORDER BY kind, since), '') FROM (SELECT DISTINCT ON (alert) * FROM "
        "alert_revisions ORDER BY alert, revision DESC) newest WHERE what <> 'withdrawn'");
}

inline int deviations(const ScratchDatabase& database) {
    return database.value<int>(
        "SELECT count(*) FROM (SELECT DISTINCT ON (alert) kind, what FROM alert_revisions "
        "ORDER BY alert, revision DESC) a WHERE kind = 'ROUTE_DEVIATION' AND what <> 'withdrawn'");
}

}  // namespace liuhen::test
