// What a trace takes over up to a hundred million positions, as the role of HTTP, under row
// security, by the functions of `GET /v1/trace` and `POST /v1/trace/upstream`. By the clock
// on the wall, and the processor's beside it, for others may use the machine.
// Usage: bench_trace CONNINFO CHILL RUNS POSITIONS...: a migrated database, the shell command that
// makes it start anew without anything in memory, and sizes from the smallest on. The last hour
// lies in rows, what is before it in pieces; each size adds days before those that are there. What
// a database has already is not filled in again.
#include "server/database.hpp"
#include "server/store/traces.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/trace_fleet.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using telematics::archive::Column;
using telematics::archive::Row;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t positions_an_hour = bench::fleet_trucks * hour_ms / bench::fleet_step_ms;
const std::int64_t now_ms = parse_iso("2026-03-20T00:00:00Z")->time_since_epoch().count();

std::string iso(std::int64_t ms) { return to_iso(Instant{Duration{ms}}); }

// How many hours the database has, the last one in rows.
std::int64_t filled_hours(pqxx::work& db) {
    const auto first =
        db.exec1("SELECT (extract(epoch FROM min(first_at)) * 1000)::bigint FROM cold_pieces")[0];
    return first.is_null() ? 0 : (now_ms - first.as<std::int64_t>()) / hour_ms;
}

void register_fleet(const std::string& conninfo) {
    pqxx::connection connection{conninfo};
    pqxx::work db{connection};
    if (filled_hours(db) > 0) return;
    db.exec(
        "INSERT INTO parties (id, name, roles) VALUES"
        " ('00000000-0000-4000-8000-0000000000aa', 'Haulage', '{carrier}');"
        "INSERT INTO vehicles (id, plate, carrier_id) SELECT gen_random_uuid(),"
        " '浙K' || lpad(i::text, 5, '0'), '00000000-0000-4000-8000-0000000000aa'"
        " FROM generate_series(1, 1000) i;"
        "INSERT INTO terminals (id, number, protocol, auth_code) SELECT gen_random_uuid(),"
        " (13900000000 + i)::text, 'jt808', '' FROM generate_series(1, 1000) i;"
        "SELECT ensure_partitions('2026-03-18', '2026-03-20');"
        "SELECT ensure_cold_months('2026-01-01', '2026-03-20')");
    db.commit();
}

// Rows of the last hour, by time as a server hears them.
void store_hour(pqxx::work& db, const std::vector<bench::Place>& places) {
    std::vector<std::pair<int, Row>> rows;
    const std::int64_t day = now_ms / bench::day_ms - 1;
    for (int truck = 1; truck <= bench::fleet_trucks; ++truck) {
        bench::TruckDay drive{truck, day, places};
        for (std::int64_t at = day * bench::day_ms; at < now_ms; at += bench::fleet_step_ms) {
            Row row = drive.next(at);
            if (at >= now_ms - hour_ms) rows.emplace_back(truck, std::move(row));
        }
    }
    std::ranges::stable_sort(rows, {}, [](const auto& one) { return *one.second[Column::at]; });
    pqxx::stream_to copy{db, "observations",
                         std::vector<std::string>{"terminal_key", "vehicle_key", "at", "kind",
                                                  "hash", "received_at", "message", "status", "lat",
                                                  "lon", "speed", "heading", "altitude", "source"}};
    for (const auto& [truck, row] : rows) {
        copy << std::make_tuple(truck, truck, iso(*row[Column::at]), 1, row.hash,
                                iso(*row[Column::received_at]), 0x0200, 3, *row[Column::lat],
                                *row[Column::lon], *row[Column::speed], *row[Column::heading],
                                *row[Column::altitude], 0);
    }
    copy.complete();
}

std::string hex(const std::vector<std::byte>& bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "\\x";
    for (const std::byte b : bytes) {
        text += digits[std::to_integer<unsigned>(b) >> 4U];
        text += digits[std::to_integer<unsigned>(b) & 15U];
    }
    return text;
}

void write_piece(pqxx::stream_to& copy, int truck, const std::vector<Row>& rows) {
    const auto [south, north] =
        std::ranges::minmax(rows, {}, [](const Row& r) { return *r[Column::lat]; });
    const auto [west, east] =
        std::ranges::minmax(rows, {}, [](const Row& r) { return *r[Column::lon]; });
    copy << std::make_tuple(iso(*rows.front()[Column::at]), iso(*rows.back()[Column::at]), truck,
                            truck, *south[Column::lat], *north[Column::lat], *west[Column::lon],
                            *east[Column::lon], rows.size(), "f",
                            hex(telematics::archive::pack(rows).value()));
}

// Pieces of the hours [first, last) before now, in the order in which a server packs them.
void store_pieces(pqxx::work& db, const std::vector<bench::Place>& places, std::int64_t first,
                  std::int64_t last) {
    const std::int64_t begin = now_ms - last * hour_ms, end = now_ms - first * hour_ms;
    pqxx::stream_to copy{
        db, "cold_pieces",
        std::vector<std::string>{"first_at", "last_at", "terminal_key", "vehicle_key", "south",
                                 "north", "west", "east", "rows", "of_manifest", "payload"}};
    for (std::int64_t day = begin / bench::day_ms; day * bench::day_ms < end; ++day) {
        std::fprintf(stderr, "  packing %s\n", iso(day * bench::day_ms).c_str());
        for (int truck = 1; truck <= bench::fleet_trucks; ++truck) {
            bench::TruckDay drive{truck, day, places};
            std::vector<Row> rows;
            for (std::int64_t at = day * bench::day_ms;
                 at < std::min(end, (day + 1) * bench::day_ms); at += bench::fleet_step_ms) {
                Row row = drive.next(at);
                if (at < begin) continue;
                rows.push_back(std::move(row));
                if ((at + bench::fleet_step_ms) % hour_ms != 0) continue;
                write_piece(copy, truck, rows);
                rows.clear();
            }
        }
    }
    copy.complete();
}

void fill(const std::string& conninfo, std::int64_t hours) {
    const auto places = bench::fleet_places();
    {
        pqxx::connection core{conninfo_as(conninfo, "liuhen_core")};
        pqxx::work db{core};
        const auto filled = filled_hours(db);
        if (filled >= hours) return;
        if (filled == 0) store_hour(db, places);
        store_pieces(db, places, std::max<std::int64_t>(1, filled), hours);
        db.commit();
    }
    pqxx::connection owner{conninfo};
    pqxx::nontransaction db{owner};
    db.exec("VACUUM ANALYZE observations");
    db.exec("VACUUM ANALYZE cold_pieces");
}

// Some 60 km, past one of the works.
std::string river(const std::vector<bench::Place>& places) {
    const auto& works = places[1];
    return fmt::format(R"({{"type":"LineString","coordinates":[[{},{}],[{},{}],[{},{}],[{},{}]]}})",
                       works.lon - 0.2, works.lat + 0.1, works.lon, works.lat, works.lon + 0.2,
                       works.lat - 0.1, works.lon + 0.3, works.lat - 0.4);
}

struct Question {
    std::string what;
    Instant from, until;
    std::optional<LatLon> point;  ///< or the river
};

std::int64_t ask(pqxx::connection& connection, const Question& asked) {
    pqxx::work db{connection};
    db.exec(
        "SELECT set_config('liuhen.role', 'regulator', true), set_config('liuhen.party', '', true),"
        " set_config('liuhen.division', '', true), set_config('liuhen.rank', 'member', true)");
    if (asked.point)
        return store::trace_near(db, {*asked.point, {300}, asked.from, asked.until, 50}).total;
    store::UpstreamQuestion question;
    question.line = river(bench::fleet_places());
    question.width = {200};
    question.from = asked.from;
    question.until = asked.until;
    question.stop = std::chrono::minutes{2};
    question.limit = 50;
    return store::trace_upstream(db, question).total;
}

// Milliseconds that this program and its process of PostgreSQL had a processor.
double processor_ms(const pqxx::connection& connection) {
    double nanoseconds = 0;
    std::ifstream{fmt::format("/proc/{}/schedstat", connection.backendpid())} >> nanoseconds;
    return nanoseconds / 1e6 + bench::processor_seconds() * 1e3;
}

struct Took {
    std::int64_t found = 0;
    double wall_ms = 0, processor_ms = 0;
};

Took ask_timed(pqxx::connection& connection, const Question& asked) {
    const double before = processor_ms(connection);
    const auto begun = std::chrono::steady_clock::now();
    const auto found = ask(connection, asked);
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begun;
    return {found, wall.count(), processor_ms(connection) - before};
}

std::vector<Question> questions() {
    const auto places = bench::fleet_places();
    const LatLon gate{places[0].lat, places[0].lon};
    const LatLon road{(places[0].lat + places[1].lat) / 2, (places[0].lon + places[1].lon) / 2};
    std::vector<Question> all;
    for (const int hours : {1, 24, 168}) {
        // The hour is one that was packed; the others end with what was reported last.
        const std::int64_t until = hours == 1 ? now_ms - hour_ms : now_ms;
        const Instant from{Duration{until - hours * hour_ms}}, to{Duration{until}};
        all.push_back({fmt::format("road, {} h", hours), from, to, road});
        all.push_back({fmt::format("gate, {} h", hours), from, to, gate});
        all.push_back({fmt::format("river, {} h", hours), from, to, std::nullopt});
    }
    return all;
}

void measure(const std::string& conninfo, const std::string& chill, int runs,
             std::int64_t positions) {
    bench::Results results{fmt::format("trace, {} positions", positions), runs};
    const std::string role = conninfo_as(conninfo, "liuhen_http");
    for (const auto& question : questions()) {
        if (std::system(chill.c_str()) != 0) std::exit(1);
        pqxx::connection connection{role};
        const Took cold = ask_timed(connection, question);
        std::vector<Took> warm;
        for (int run = 0; run < runs; ++run) warm.push_back(ask_timed(connection, question));
        const auto median = [&warm](double Took::*of) {
            std::ranges::sort(warm, {}, of);
            return warm[warm.size() / 2].*of;
        };
        const auto what = fmt::format("{}, finds {}", question.what, cold.found);
        results.add((what + ", cold").c_str(), "ms", cold.wall_ms);
        results.add((what + ", warm").c_str(), "ms", median(&Took::wall_ms));
        results.add("  of that processor", "ms", median(&Took::processor_ms));
    }
}

}  // namespace

int main(int count, char** words) {
    if (count < 5) return 2;
    register_fleet(words[1]);
    for (int i = 4; i < count; ++i) {
        const auto hours = (std::atoll(words[i]) + positions_an_hour - 1) / positions_an_hour;
        fill(words[1], hours);
        measure(words[1], words[2], std::max(1, std::atoi(words[3])), hours * positions_an_hour);
    }
    return 0;
}
