#include "server/store/observations.hpp"

#include "server/database.hpp"
#include "server/store/batch.hpp"
#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::server;

namespace {

const Instant noon = *parse_iso("2026-03-01T12:00:00Z");

Sighting fix_at(Instant at) {
    Sighting seen;
    seen.what = Fix{.at = at,
                    .where = {.lat = 28.123456789, .lon = -119.987654321},
                    .speed = from_kmh(53.7),
                    .heading = {271},
                    .source = FixSource::cell_tower,
                    .load = Load::full,
                    .satellites = std::uint8_t{255},
                    .odometer = Metres{123456700}};
    seen.hash = 0x8000000000000001ULL;
    seen.backlog = true;
    seen.unsound = true;
    seen.message = 0xFFFF;
    seen.alarm = 0xFFFFFFFFU;
    seen.status = 0x80000003U;
    seen.altitude_m = -12;
    return seen;
}

Sighting lock_at(Instant at) {
    Sighting seen;
    seen.what = LockEvent{.at = at,
                          .lock = {"8531000042"},
                          .action = LockAction::cut,
                          .means = LockMeans::one_time_password,
                          .actor = "张三",
                          .where = LatLon{.lat = 28.1, .lon = 119.6},
                          .cuts = std::uint16_t{3}};
    seen.hash = 7;
    seen.undated = true;
    return seen;
}

void store_all(const test::ScratchDatabase& database, std::vector<store::ObservationRow> rows) {
    store::BatchWriter writer{conninfo_as(database.conninfo(), "liuhen_core")};
    store::Entry entry;
    entry.observations = std::move(rows);
    const store::Entry* pointer = &entry;
    REQUIRE(writer.write({&pointer, 1}, store::Way::first).verdict ==
            store::Written::Verdict::done);
}

std::vector<store::StoredSighting> read_back(const test::ScratchDatabase& database, int vehicle,
                                             std::size_t most = 100) {
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    return store::history(work, vehicle, noon - std::chrono::hours{1}, noon + std::chrono::hours{1},
                          most);
}

}  // namespace

TEST_CASE("a sighting read back is the one that was folded, to the last bit") {
    const test::ScratchDatabase database;
    const std::vector<Sighting> seen{fix_at(noon), lock_at(noon + Duration{1})};
    std::vector<store::ObservationRow> rows;
    for (const auto& one : seen) rows.push_back(store::to_row(one, {3, 5, noon}));
    store_all(database, rows);
    const auto back = read_back(database, 5);
    REQUIRE(back.size() == 2);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        CHECK(back[i].terminal_key == 3);
        CHECK(back[i].seen == store::canonical(seen[i]));
    }
    CHECK(store::canonical(store::canonical(seen[0])) == store::canonical(seen[0]));
}

TEST_CASE("a sighting of a wrong checksum is stored with its mark") {
    Sighting seen = fix_at(noon);
    CHECK(store::to_row(seen, {3, 5, noon}).flags == (store::backlog | store::unsound));
    seen.unsound = false;
    CHECK(store::to_row(seen, {3, 5, noon}).flags == store::backlog);
}

TEST_CASE("canonical form is within a centimetre and a centimetre per second") {
    const auto before = std::get<Fix>(fix_at(noon).what);
    const auto after = std::get<Fix>(store::canonical(fix_at(noon)).what);
    CHECK(std::abs(after.where.lat - before.where.lat) <= 0.5e-7);
    CHECK(std::abs(after.where.lon - before.where.lon) <= 0.5e-7);
    CHECK(std::abs(after.speed.value - before.speed.value) <= 0.005);
}

TEST_CASE("a device time that cannot be is stored, marked, and left out of the history") {
    const auto early = noon - store::oldest_plausible - Duration{1};
    const auto late = noon + store::newest_plausible + Duration{1};
    for (const Instant at : {early, late}) {
        CHECK((store::to_row(fix_at(at), {3, 5, noon}).flags & store::Flag::implausible_time) != 0);
    }
    CHECK((store::to_row(fix_at(noon - store::oldest_plausible), {3, 5, noon}).flags &
           store::Flag::implausible_time) == 0);
    const test::ScratchDatabase database;
    auto received_long_after = noon + std::chrono::hours{24 * 60};
    store_all(database, {store::to_row(fix_at(noon), {3, 5, received_long_after})});
    CHECK(database.value<int>("SELECT count(*) FROM observations") == 1);
    CHECK(read_back(database, 5).empty());
}

TEST_CASE("a history that is too long keeps its newest part, in order of time") {
    const test::ScratchDatabase database;
    std::vector<store::ObservationRow> rows;
    for (int i = 0; i < 10; ++i) {
        rows.push_back(store::to_row(fix_at(noon + std::chrono::seconds{i}), {3, 5, noon}));
    }
    rows.push_back(store::to_row(fix_at(noon), {3, 6, noon}));  // another vehicle's
    rows.back().terminal_key = 4;
    store_all(database, rows);
    const auto back = read_back(database, 5, 3);
    REQUIRE(back.size() == 3);
    CHECK(time_of(back.front().seen.what) == noon + std::chrono::seconds{7});
    CHECK(time_of(back.back().seen.what) == noon + std::chrono::seconds{9});
}
