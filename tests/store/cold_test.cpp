// Days that were packed read as they did before, whatever comes late or again.
#include "server/store/cold.hpp"

#include "base/hash.hpp"
#include "server/database.hpp"
#include "server/store/batch.hpp"
#include "server/store/observations.hpp"
#include "server/store/tracks.hpp"
#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;

namespace {

const Instant noon = *parse_iso("2026-03-01T12:00:00Z");
const std::string day = "2026-03-01";

Sighting fix_at(Instant at, int i) {
    Sighting seen;
    seen.what = Fix{.at = at,
                    .where = {.lat = 28.123456 + i * 1e-4, .lon = -119.987654 - i * 2e-4},
                    .speed = from_kmh(i % 90 + 0.3),
                    .heading = {static_cast<double>(i * 7 % 360)},
                    .load = Load::full,
                    .satellites = std::uint8_t{11},
                    .odometer = std::nullopt,
                    .signals = {static_cast<std::uint16_t>(i % 5 == 0 ? 0x8003 : 0)}};
    seen.hash = 0x9000000000000001ULL * static_cast<unsigned>(i + 1);
    seen.backlog = i % 7 == 0;
    seen.message = 0x0200;
    seen.alarm = i % 11 == 0 ? 0xFFFFFFFFU : 0;
    seen.status = 3;
    seen.altitude_m = static_cast<std::int16_t>(i % 40 - 20);
    seen.raw = {std::byte{0x01},
                std::byte{4},
                std::byte{0},
                std::byte{1},
                static_cast<std::byte>(i / 256),
                static_cast<std::byte>(i)};
    if (i % 13 == 0) seen.raw.insert(seen.raw.end(), 60, std::byte{0x5A});
    return seen;
}

Sighting lock_at(Instant at, int i) {
    Sighting seen;
    seen.what = LockEvent{.at = at,
                          .lock = {i % 2 == 0 ? "8531000042" : "锁7"},
                          .action = static_cast<LockAction>(i % 9),
                          .means = LockMeans::card,
                          .actor = i % 3 == 0 ? "张三" : "",
                          .where = std::nullopt,
                          .cuts = std::uint16_t{3}};
    seen.hash = 7;
    return seen;
}

void store_rows(const test::ScratchDatabase& database, std::vector<store::ObservationRow> rows) {
    store::BatchWriter writer{conninfo_as(database.conninfo(), "liuhen_core")};
    store::Entry entry;
    entry.observations = std::move(rows);
    const store::Entry* pointer = &entry;
    REQUIRE(writer.write({&pointer, 1}, store::Way::over).verdict == store::Written::Verdict::done);
}

// Two terminals on one truck, one on none; positions and locks of some hours.
std::vector<store::ObservationRow> a_day() {
    std::vector<store::ObservationRow> rows;
    for (int i = 0; i < 900; ++i) {
        const Instant at = noon + 13s * i;
        const auto received = at + Duration{900 + i * 37 % 400};
        rows.push_back(store::to_row(fix_at(at, i), {3, 5, received}));
        if (i % 3 == 0) rows.push_back(store::to_row(fix_at(at, i), {4, std::nullopt, received}));
        if (i % 10 == 0) rows.push_back(store::to_row(lock_at(at, i), {6, 5, received}));
    }
    return rows;
}

store::Packed pack_day(const test::ScratchDatabase& database, std::size_t most = 100'000,
                       bool commit = true) {
    pqxx::connection connection{database.conninfo("liuhen_core")};
    store::Packed sum;
    for (std::optional<std::int32_t> behind = -1; behind;) {
        pqxx::work work{connection};
        const auto some = store::pack_some(work, day, *behind, most);
        if (commit) work.commit();
        sum.rows += some.rows;
        sum.pieces += some.pieces;
        sum.repeated += some.repeated;
        behind = some.behind;
    }
    return sum;
}

constexpr const char* every_column =
    "terminal_key, vehicle_key, at, kind, hash, received_at, message, flags, alarm, status, lat,"
    " lon, speed, heading, altitude, source, load, satellites, odometer, action, means,"
    " lock_number, actor, raw, cuts, signals, mass_g, recorder_speed";

std::string differing(const std::string& a, const std::string& b) {
    const std::string columns{every_column};
    return "SELECT count(*) FROM ((SELECT " + columns + " FROM " + a + " EXCEPT ALL SELECT " +
           columns + " FROM " + b + ") UNION ALL (SELECT " + columns + " FROM " + b +
           " EXCEPT ALL SELECT " + columns + " FROM " + a + ")) d";
}

std::vector<store::StoredSighting> history_of(const test::ScratchDatabase& database,
                                              std::size_t most) {
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    const store::HistoryAsked asked{.vehicle_key = 5, .from = noon - 1h, .until = noon + 12h};
    std::vector<store::StoredSighting> all;
    std::optional<store::HistoryPlace> after;
    do {
        auto page = store::history(work, asked, after, most);
        std::ranges::move(page.seen, std::back_inserter(all));
        after = page.next;
    } while (after);
    return all;
}

bool same(const std::vector<store::StoredSighting>& a,
          const std::vector<store::StoredSighting>& b) {
    return std::ranges::equal(a, b, [](const auto& one, const auto& other) {
        return one.terminal_key == other.terminal_key && one.seen == other.seen;
    });
}

}  // namespace

TEST_CASE("a packed day has the rows that it had, in SQL and in the fold") {
    const test::ScratchDatabase database;
    store_rows(database, a_day());
    database.sql("CREATE TABLE before AS SELECT * FROM observations");
    const auto folded = history_of(database, 100);
    const auto packed = pack_day(database, 500);
    CHECK(packed.rows == 1290);
    CHECK(packed.pieces == 12);  // three terminals, four hours each
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 0);
    CHECK(database.value<int>("SELECT sum(rows) FROM cold_pieces") == 1290);
    CHECK(database.value<int>(differing("before", "sightings")) == 0);
    CHECK(same(history_of(database, 100), folded));
    CHECK(same(history_of(database, 7), folded));
    CHECK(database.value<int>("SELECT count(*) FROM sightings WHERE NOT (at BETWEEN piece_from AND"
                              " piece_until AND coalesce(lat BETWEEN south AND north, true)"
                              " AND coalesce(lon BETWEEN west AND east, true))") == 0);
}

TEST_CASE("packing that is broken off changes nothing and goes on later") {
    const test::ScratchDatabase database;
    store_rows(database, a_day());
    database.sql("CREATE TABLE before AS SELECT * FROM observations");
    pack_day(database, 100'000, false);
    CHECK(database.value<int>("SELECT count(*) FROM cold_pieces") == 0);
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 1290);
    {
        pqxx::connection connection{database.conninfo("liuhen_core")};
        pqxx::work work{connection};
        CHECK(store::pack_some(work, day, -1, 500).behind == 3);
        work.commit();
    }
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 390);
    CHECK(database.value<int>(differing("before", "sightings")) == 0);
    CHECK(pack_day(database).rows == 390);
    CHECK(database.value<int>(differing("before", "sightings")) == 0);
}

TEST_CASE("what comes late is seen at once, and what comes again is one row") {
    const test::ScratchDatabase database;
    auto rows = a_day();
    const auto half = rows.begin() + 645;
    std::shuffle(rows.begin(), rows.end(), std::mt19937{7});
    store_rows(database, rows);
    database.sql("CREATE TABLE before AS SELECT * FROM observations");
    const auto folded = history_of(database, 100);
    database.sql("DELETE FROM observations");
    store_rows(database, {rows.begin(), half});
    pack_day(database);
    auto late = std::vector<store::ObservationRow>{half - 100, rows.end()};
    store_rows(database, late);  // a hundred of them are packed already
    CHECK(same(history_of(database, 100), folded));
    CHECK(same(history_of(database, 7), folded));
    const auto joined = pack_day(database);
    CHECK(joined.rows == 745);
    CHECK(joined.repeated == 100);
    CHECK(database.value<int>("SELECT sum(rows) FROM cold_pieces") == 1290);
    CHECK(database.value<int>(differing("before", "sightings")) == 0);
}

TEST_CASE("while a day is packed its rows go on coming in") {
    const test::ScratchDatabase database;
    const auto rows = a_day();
    store_rows(database, {rows.begin(), rows.begin() + 600});
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work packing{connection};
    CHECK(store::pack_some(packing, day, -1, 100'000).rows == 600);
    store_rows(database, {rows.begin() + 600, rows.end()});  // would wait for ever
    CHECK(database.value<int>("SELECT count(*) FROM sightings") == 1290);
    packing.commit();
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 690);
    CHECK(database.value<int>("SELECT count(*) FROM sightings") == 1290);
    CHECK(pack_day(database).rows == 690);
    CHECK(database.value<int>("SELECT sum(rows) FROM cold_pieces") == 1290);
}

TEST_CASE("what is packed is known when a device tells it again") {
    const test::ScratchDatabase database;
    store_rows(database, a_day());
    pack_day(database);
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    const std::vector<store::StoredSighting> asked{
        {3, fix_at(noon + 13s, 1)}, {3, fix_at(noon + 13s, 2)}, {6, lock_at(noon, 0)}};
    const auto fresh = store::not_stored(work, asked);
    REQUIRE(fresh.size() == 1);
    CHECK(fresh[0].seen == asked[1].seen);
}

TEST_CASE("a truck that has been silent since its day was packed is where it was") {
    const test::ScratchDatabase database;
    store_rows(database, a_day());
    database.sql(
        "INSERT INTO terminals (id, key, number, protocol, auth_code) OVERRIDING SYSTEM VALUE"
        " VALUES (gen_random_uuid(), 3, '13800000001', 'jt808', 'x')");
    const auto vehicle =
        store::SeenVehicle{{"00000000-0000-0000-0000-000000000000"}, 5, "", 0, {}, ""};
    const auto asked = [&] {
        pqxx::connection connection{database.conninfo("liuhen_core")};
        pqxx::work work{connection};
        const auto last = store::last_fix(work, vehicle, noon + 24h * 10);
        return std::pair{last ? last->at : Instant{},
                         store::fixes(work, vehicle, noon, noon + 1h, 10'000).size()};
    };
    const auto before = asked();
    pack_day(database);
    CHECK(asked() == before);
    CHECK(before.first == noon + 13s * 899);
    CHECK(before.second == 277);
}

TEST_CASE("months that are over are dropped whole, those of manifests not before ten years") {
    const test::ScratchDatabase database;
    database.sql(
        "SELECT ensure_cold_months('2016-01-01', '2026-01-01');"
        "SELECT ensure_partitions('2026-01-01', '2026-01-03');"
        "SELECT ensure_partitions('2026-03-01', '2026-03-01')");
    store_rows(database,
               {store::to_row(fix_at(*parse_iso("2026-01-02T00:00:00Z"), 1), {3, 5, noon})});
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    const auto dropped =
        store::drop_expired(work, {.hot = 7, .manifest = 1, .rest = 365, .frames = 30}, noon);
    const auto count = [&dropped](const std::string& like) {
        return std::ranges::count_if(dropped, [&](const auto& n) { return n.starts_with(like); });
    };
    CHECK(count("cold_manifest") == 1);   // January 2016
    CHECK(count("cold_rest_2025") == 2);  // January and February
    CHECK(count("cold_rest") == 110);     // and nine years before
    CHECK(count("raw_frames") == 3);
    CHECK(count("observations") == 2);  // the 2nd has a row that nobody packed
    work.commit();
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 1);
    CHECK(store::storage_state(work, noon).days_ahead == 1);
}

TEST_CASE(
    "an hour of a trip is of its manifest, another is not; an empty day gives its room back") {
    const test::ScratchDatabase database;
    database.sql("SELECT ensure_partitions('2026-03-01', '2026-03-01')");
    store_rows(database, a_day());
    {
        pqxx::connection connection{database.conninfo("liuhen_core")};
        pqxx::work work{connection};
        CHECK(!store::empty_day(work, day));
        CHECK(store::days_to_pack(work, noon, 10).empty());
        CHECK(store::days_to_pack(work, noon + 24h, 10) == std::vector{day});
    }
    pack_day(database);
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    CHECK(store::empty_day(work, day));
    CHECK(work.exec1("SELECT pg_relation_size('observations_20260301')")[0].as<int>() == 0);
    CHECK(work.exec1("SELECT count(*) FROM cold_pieces WHERE of_manifest")[0].as<int>() == 0);
}
