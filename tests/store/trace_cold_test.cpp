// Traces over rows and packed hours, mixed, against the SQL that answered them before over the view
// `sightings` (sql/052_trace.sql), on recorded drives where the machine has them and on made-up
// ones.
#include "server/database.hpp"
#include "server/store/batch.hpp"
#include "server/store/cold.hpp"
#include "server/store/line_index.hpp"
#include "server/store/past_fixes.hpp"
#include "server/store/presences.hpp"
#include "server/store/text_array.hpp"
#include "tests/bench/storage_tracks.hpp"
#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <random>

using namespace liuhen;
using namespace liuhen::server;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

const Instant dawn = *parse_iso("2026-03-01T00:00:00Z");

// Drives and stands by turns, crossing its own way, within some kilometres.
bench::Track walk(std::mt19937& random) {
    std::uniform_real_distribution<double> one{0, 1};
    bench::Track track;
    double lat = 28.1 + 0.02 * one(random), lon = 119.6 + 0.02 * one(random), heading = 0;
    std::int64_t at = 0;
    bool stands = false;
    for (int i = 0; i < 700; ++i) {
        if (one(random) < 0.03) stands = !stands;
        if (one(random) < 0.2) heading = 7 * one(random);
        const double step = stands ? 3 * one(random) : 150 * one(random);
        lat = 28.1 + std::fmod(lat - 28.1 + step * std::cos(heading) / 111e3 + 0.02, 0.02);
        lon = 119.6 + std::fmod(lon - 119.6 + step * std::sin(heading) / 98e3 + 0.02, 0.02);
        at += one(random) < 0.01 ? 700 : 10;
        track.push_back({at, lat, lon});
    }
    return track;
}

std::vector<store::ObservationRow> all_rows() {
    const std::string recorded =
        std::string{LIUHEN_SOURCE_DIR} + "/../shared/data/trajectories/hof_fcd/points.csv";
    auto tracks = bench::read_tracks(recorded.c_str(), 10);
    std::mt19937 random{20260301};
    for (int i = 0; i < 12; ++i) tracks.push_back(walk(random));
    std::vector<store::ObservationRow> rows;
    for (const auto& told : bench::drive(tracks, 1, false)) rows.push_back(bench::row_of(told));
    return rows;
}

std::string old_sql() {
    std::ifstream file{std::string{LIUHEN_SOURCE_DIR} + "/sql/052_trace.sql"};
    const std::string all{std::istreambuf_iterator<char>{file}, {}};
    std::string wanted;
    for (const char* name :
         {"was_elsewhere", "fixes_within", "trace_near", "squares_along", "stops_along"}) {
        const auto begin = all.find("CREATE FUNCTION " + std::string{name} + "(");
        const auto body = all.find("AS $$", begin);
        wanted += all.substr(begin, all.find("$$;", body) + 3 - begin) + "\n";
    }
    return wanted;
}

void store_rows(const ScratchDatabase& database, std::vector<store::ObservationRow> rows) {
    store::BatchWriter writer{conninfo_as(database.conninfo(), "liuhen_core")};
    store::Entry entry;
    entry.observations = std::move(rows);
    const store::Entry* pointer = &entry;
    REQUIRE(writer.write({&pointer, 1}, store::Way::over).verdict == store::Written::Verdict::done);
}

// Every ninth row comes after its hour was packed; the last terminals are not packed at all. Every
// fourth terminal is a lock's, and its truck has another terminal for a part of the time.
const ScratchDatabase& mixed() {
    static const ScratchDatabase database = [] {
        ScratchDatabase fresh;
        fresh.sql(
            "INSERT INTO parties (id, name, roles) VALUES"
            " ('00000000-0000-4000-8000-0000000000aa', 'Haulage', '{carrier}');"
            "INSERT INTO vehicles (id, plate, carrier_id) SELECT gen_random_uuid(),"
            " '浙K' || lpad(i::text, 5, '0'), '00000000-0000-4000-8000-0000000000aa'"
            " FROM generate_series(1, 40) i;"
            "INSERT INTO terminals (id, number, protocol, auth_code) SELECT gen_random_uuid(),"
            " (13900000000 + i)::text, CASE WHEN i % 4 = 0 THEN 'jt701' ELSE 'jt808' END, ''"
            " FROM generate_series(1, 80) i;"
            "INSERT INTO bindings (id, vehicle_id, terminal_id, during) SELECT gen_random_uuid(),"
            " v.id, t.id, tstzrange('2026-03-01 02:20Z', '2026-03-01 04:40Z')"
            " FROM vehicles v JOIN terminals t ON t.key = v.key + 41 WHERE v.key % 4 = 0");
        auto rows = all_rows();
        std::vector<store::ObservationRow> early, late;
        for (std::size_t i = 0; i < rows.size(); ++i)
            (i % 9 == 0 ? late : early).push_back(rows[i]);
        store_rows(fresh, early);
        pqxx::connection connection{fresh.conninfo("liuhen_core")};
        {
            pqxx::work work{connection};
            const auto packed = store::pack_some(work, "2026-03-01", -1, early.size() * 4 / 5);
            REQUIRE(packed.behind);
            work.commit();
        }
        store_rows(fresh, late);
        REQUIRE(fresh.value<int>("SELECT count(*)::int FROM cold_pieces") > 30);
        REQUIRE(fresh.value<int>("SELECT count(*)::int FROM observations") > 1'000);
        fresh.sql(old_sql());
        return fresh;
    }();
    return database;
}

std::string ms(const char* column) {
    return "(extract(epoch FROM " + std::string{column} + ") * 1000)::bigint";
}

using Answer = std::vector<std::vector<double>>;

Answer old_near(pqxx::work& db, const store::NearQuestion& asked) {
    Answer all;
    for (const auto& row : db.exec_params(
             "SELECT vehicle_key, " + ms("first_at") + ", " + ms("last_at") +
                 ", fixes, stays, round(longest_s * 1000), " + ms("longest_from") +
                 ", round(stayed_s * 1000), nearest_m, round(" +
                 "extract(epoch FROM nearest_at) * 1000) FROM trace_near($1, $2, $3, $4, $5,"
                 " '600 s') ORDER BY 1",
             asked.point.lat, asked.point.lon, asked.radius.value, to_iso(asked.from),
             to_iso(asked.until))) {
        all.emplace_back();
        for (const auto& field : row) all.back().push_back(field.as<double>());
    }
    return all;
}

Answer new_near(pqxx::work& db, const store::NearQuestion& asked) {
    Answer all;
    const auto number = [](auto v) { return static_cast<double>(v); };
    for (const auto& p : store::presences(db, asked)) {
        all.push_back({number(p.vehicle_key), number(p.first_ms), number(p.last_ms),
                       number(p.fixes), number(p.stays), number(p.longest_ms),
                       number(p.longest_from_ms), number(p.stayed_ms), p.nearest_m,
                       number(p.nearest_ms)});
    }
    return all;
}

Answer old_stops(pqxx::work& db, const store::UpstreamQuestion& asked) {
    Answer all;
    for (const auto& row : db.exec_params(
             "SELECT vehicle_key, " + ms("from_at_place") + ", " + ms("until_at_place") +
                 ", fixes, round(lat * 1e7), round(lon * 1e7), off_m FROM stops_along("
                 " ST_SetSRID(ST_GeomFromGeoJSON($1), 4326), $2, $3, $4, $5, '600 s', 1.25)"
                 " ORDER BY 1, 2",
             asked.line, asked.width.value, to_iso(asked.from), to_iso(asked.until),
             std::to_string(asked.stop.count()) + " s")) {
        all.emplace_back();
        for (const auto& field : row) all.back().push_back(field.as<double>());
    }
    return all;
}

Answer new_stops(pqxx::work& db, const store::UpstreamQuestion& asked) {
    Answer all;
    const auto number = [](auto v) { return static_cast<double>(v); };
    for (const auto& s : store::stops_along(db, asked)) {
        all.push_back({number(s.vehicle_key), number(s.from_ms), number(s.until_ms),
                       number(s.fixes), number(s.lat), number(s.lon), s.off_m});
    }
    return all;
}

// Distances are those of two programs for the same geodesic.
void check_alike(const Answer& found, const Answer& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        for (std::size_t c = 0; c < expected[i].size(); ++c) {
            INFO("row " << i << ", column " << c);
            CHECK(std::abs(found[i][c] - expected[i][c]) < 1e-5);
        }
    }
}

// As an authority over HTTP asks.
void as_authority(pqxx::work& db) {
    db.exec(
        "SELECT set_config('liuhen.role', 'regulator', true),"
        " set_config('liuhen.party', '', true), set_config('liuhen.division', '', true),"
        " set_config('liuhen.rank', 'member', true)");
}

}  // namespace

TEST_CASE("a trace over rows and pieces finds what the view says") {
    pqxx::connection connection{mixed().conninfo("liuhen_http")};
    pqxx::work db{connection};
    as_authority(db);
    const auto seen = db.exec(
        "SELECT lat, lon, " + ms("at") +
        " FROM sightings WHERE vehicle_key IS NOT NULL ORDER BY md5(at::text || vehicle_key)"
        " LIMIT 40");
    std::mt19937 random{7};
    std::size_t found = 0, stays = 0;
    for (const auto& row : seen) {
        const Instant at{Duration{row[2].as<std::int64_t>()}};
        // Windows begin and end with hours, with a fix, and anywhere.
        Instant from = std::chrono::floor<std::chrono::hours>(at), until = from + 1h;
        if (random() % 3 == 0) from = at;
        if (random() % 3 == 0) until = at + (from == at ? 30min : 0min);
        if (random() % 3 == 0) until = dawn + 24h;
        const store::NearQuestion asked{{row[0].as<double>() / 1e7, row[1].as<double>() / 1e7},
                                        {static_cast<double>(20 + random() % 500)},
                                        from,
                                        until,
                                        50};
        INFO(asked.point.lat << ' ' << asked.point.lon << ' ' << asked.radius.value << ' '
                             << to_iso(from) << ' ' << to_iso(until));
        const auto expected = old_near(db, asked);
        check_alike(new_near(db, asked), expected);
        found += expected.size();
        for (const auto& one : expected) stays += static_cast<std::size_t>(one[4]);
    }
    CHECK(found > 60);
    CHECK(stays > 2 * found);  // trucks that left and came back
}

TEST_CASE("stops along a river over rows and pieces are what the view says") {
    pqxx::connection connection{mixed().conninfo("liuhen_http")};
    pqxx::work db{connection};
    as_authority(db);
    std::size_t found = 0;
    for (const auto& [from, until] :
         {std::pair{dawn, dawn + 24h}, {dawn + 1h, dawn + 2h}, {dawn + 95min, dawn + 131min}}) {
        for (const double width : {30.0, 400.0}) {
            store::UpstreamQuestion asked;
            asked.line = R"({"type":"LineString","coordinates":[[119.598,28.095],[119.61,28.111],)"
                         R"([119.607,28.115],[119.622,28.122]]})";
            asked.width = {width};
            asked.from = from;
            asked.until = until;
            asked.stop = 20s;
            asked.limit = 50;
            INFO(to_iso(from) << ' ' << width);
            const auto expected = old_stops(db, asked);
            check_alike(new_stops(db, asked), expected);
            found += expected.size();
        }
    }
    CHECK(found > 40);
}

TEST_CASE("distances to a line are those of PostGIS") {
    pqxx::connection connection{mixed().conninfo("liuhen_http")};
    pqxx::work db{connection};
    std::mt19937 random{3};
    std::uniform_real_distribution<double> one{-1, 1};
    for (const LatLon middle : {LatLon{28.1, 119.6}, {-0.01, -0.01}, {71, -52}}) {
        std::vector<LatLon> line{middle};
        for (int i = 0; i < 300; ++i)
            line.push_back(
                {line.back().lat + 1.4e-3 * one(random), line.back().lon + 1.4e-3 * one(random)});
        std::string drawn;
        for (const LatLon at : line)
            drawn += (drawn.empty() ? "" : ",") + pqxx::to_string(at.lon) + " " +
                     pqxx::to_string(at.lat);
        const store::LineIndex index{line, {300}};
        std::vector<store::PastFix> fixes;
        for (int i = 0; i < 200; ++i) {
            const auto& by = line[random() % line.size()];
            fixes.push_back(
                {.lat = static_cast<std::int32_t>((by.lat + 0.006 * one(random)) * 1e7),
                 .lon = static_cast<std::int32_t>((by.lon + 0.006 * one(random)) * 1e7)});
        }
        const auto expected = db.exec_params(
            "SELECT ST_Distance(ST_SetSRID(ST_MakePoint(p.lon / 1e7, p.lat / 1e7), "
            "4326)::geography,"
            " ST_GeogFromText('LINESTRING(" +
                drawn +
                ")'), true)"
                " FROM unnest($1::int[], $2::int[]) WITH ORDINALITY p (lat, lon, n) ORDER BY n",
            store::number_array(fixes, [](const auto& f) { return f.lat; }),
            store::number_array(fixes, [](const auto& f) { return f.lon; }));
        int near = 0;
        for (std::size_t i = 0; i < fixes.size(); ++i) {
            const auto metres = expected[static_cast<pqxx::result::size_type>(i)][0].as<double>();
            const auto found = index.distance(fixes[i]);
            REQUIRE(found.has_value() == (metres <= 300));
            if (!found) continue;
            ++near;
            CHECK(std::abs(found->value - metres) < 1e-4);
            CHECK(index.squares().contains(store::square_of(fixes[i].lat, fixes[i].lon)));
        }
        CHECK(near > 50);
    }
}

TEST_CASE("a damaged piece is said, not passed over") {
    ScratchDatabase database{mixed()};
    pqxx::connection connection{database.conninfo("liuhen_owner")};
    pqxx::work db{connection};
    db.exec("UPDATE cold_pieces SET payload = substring(payload FROM 1 FOR 20)");
    const store::NearQuestion asked{{28.11, 119.61}, {500}, dawn, dawn + 24h, 50};
    CHECK_THROWS_WITH(store::presences(db, asked), "a piece of the past is damaged");
}

TEST_CASE("squares are a hundredth of a degree south and west of zero, too") {
    CHECK(store::square_of(281'234'567, 1'196'543'210) == 2812LL * 100'000 + 11965);
    CHECK(store::square_of(-1, -1) == -100'001);
    CHECK(store::square_of(-100'000, -100'000) == -100'001);
    CHECK(store::square_of(-100'001, 0) == -200'000);
}
