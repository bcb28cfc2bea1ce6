// Bytes of a position: as a row, in the log of PostgreSQL, and packed. Not part of `liuhen test`.
// Usage: storage_bench CONNINFO SECONDS ITEMS FILE COPIES...: a migrated database, the least time
// between two positions, `items` or `bare`, a CSV of tracks (track,t_s,lon,lat, or id,time,POINT),
// and how many times its tracks are driven, run after run.
#include "server/database.hpp"
#include "server/store/batch.hpp"
#include "server/store/cold.hpp"
#include "telematics/jtt808/location.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/storage_tracks.hpp"

#include <pqxx/pqxx>

#include <cstdio>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using bench::Told;

constexpr std::size_t rows_a_commit = 2'000;

double bytes_of(const pqxx::connection&, pqxx::work& db, const char* root) {
    return db
        .exec_params1(
            "WITH RECURSIVE p AS (SELECT $1::regclass::oid AS oid UNION ALL"
            " SELECT i.inhrelid FROM p JOIN pg_inherits i ON i.inhparent = p.oid)"
            " SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM p",
            root)[0]
        .as<double>();
}

double log_position(pqxx::connection& connection) {
    pqxx::work db{connection};
    return db.exec1("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")[0].as<double>();
}

// As the journal does it: rows of all trucks by time, some thousand a commit.
void store_all(const std::string& conninfo, const std::vector<Told>& told) {
    store::BatchWriter writer{conninfo_as(conninfo, "liuhen_core")};
    for (std::size_t at = 0; at < told.size(); at += rows_a_commit) {
        store::Entry entry;
        for (std::size_t i = at; i < std::min(told.size(), at + rows_a_commit); ++i)
            entry.observations.push_back(bench::row_of(told[i]));
        const store::Entry* pointer = &entry;
        const auto written = writer.write({&pointer, 1}, store::Way::first);
        if (written.verdict == store::Written::Verdict::done) continue;
        std::fprintf(stderr, "not stored: %s\n", written.detail.c_str());
        std::exit(1);
    }
}

struct Sum {
    double rows = 0, payload = 0, seconds = 0, longest = 0;
};

Sum pack_all(const std::string& conninfo, Instant horizon) {
    pqxx::connection connection{conninfo_as(conninfo, "liuhen_core")};
    Sum sum;
    std::vector<std::string> days;
    {
        pqxx::work db{connection};
        days = store::days_to_pack(db, horizon, 1'000);
    }
    for (const auto& day : days) {
        for (std::optional<std::int32_t> behind = -1; behind;) {
            const auto begun = monotonic();
            pqxx::work db{connection};
            const auto some = store::pack_some(db, day, *behind, 20'000);
            db.commit();
            const std::chrono::duration<double> took = monotonic() - begun;
            sum.rows += static_cast<double>(some.rows);
            sum.payload += static_cast<double>(some.bytes);
            sum.seconds += took.count();
            sum.longest = std::max(sum.longest, took.count());
            behind = some.behind;
        }
        pqxx::work db{connection};
        store::empty_day(db, day);
        db.commit();
    }
    return sum;
}

// A truck's first eight hours, as its track is asked over HTTP.
double read_ms(pqxx::connection& connection) {
    pqxx::work db{connection};
    const auto begun = monotonic();
    db.exec(
        "SELECT at, lat, lon, speed FROM sightings WHERE vehicle_key = 1 AND piece_until >="
        " '2026-03-01Z' AND piece_from < '2026-03-01 08:00Z' AND at < '2026-03-01 08:00Z'"
        " ORDER BY at");
    const std::chrono::duration<double, std::milli> took = monotonic() - begun;
    return took.count();
}

void measure(const std::string& conninfo, const std::vector<Told>& told, int copies) {
    pqxx::connection connection{conninfo};
    const auto sized = [&connection](const char* root) {
        pqxx::work db{connection};
        return bytes_of(connection, db, root);
    };
    {
        pqxx::work db{connection};
        db.exec("TRUNCATE observations, cold_pieces, raw_frames");
        db.exec(
            "SELECT ensure_partitions('2026-02-28', '2026-04-01'),"
            " ensure_cold_months('2026-02-01', '2026-04-01')");
        db.commit();
    }
    const double shells = sized("observations"), cold_shells = sized("cold_pieces");
    const double log = log_position(connection);
    store_all(conninfo, told);
    const double logged = log_position(connection) - log;
    const double hot = sized("observations") - shells;
    const double hot_ms = read_ms(connection);
    const double packing = log_position(connection);
    const Sum sum = pack_all(conninfo, told.back().at + std::chrono::hours{48});
    const double pack_logged = log_position(connection) - packing;
    const double cold = sized("cold_pieces") - cold_shells;
    const auto rows = static_cast<double>(told.size());
    bench::Results results{"storage x" + std::to_string(copies), 1};
    results.add("positions", "1", rows);
    results.add("packed of them", "1", sum.rows);
    results.add("hot, with indexes", "bytes", hot / rows);
    results.add("log while stored", "bytes", logged / rows);
    results.add("cold, with indexes", "bytes", cold / rows);
    results.add("cold, payload alone", "bytes", sum.payload / rows);
    results.add("log while packed", "bytes", pack_logged / rows);
    results.add("raw frame as received", "bytes", bench::frame_bytes(told) / rows);
    results.add("packing", "us a row", sum.seconds * 1e6 / rows);
    results.add("longest transaction of it", "ms", sum.longest * 1e3);
    results.add("8 hours of a truck, hot", "ms", hot_ms);
    results.add("8 hours of a truck, cold", "ms", read_ms(connection));
}

}  // namespace

int main(int count, char** words) {
    if (count < 6) return 2;
    const auto tracks = bench::read_tracks(words[4], std::atoi(words[2]));
    const bool items = std::string_view{words[3]} == "items";
    for (int i = 5; i < count; ++i) {
        const int copies = std::atoi(words[i]);
        measure(words[1], bench::drive(tracks, copies, items), copies);
    }
    return 0;
}
