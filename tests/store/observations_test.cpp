#include "server/store/observations.hpp"

#include "geofence/fold.hpp"
#include "server/database.hpp"
#include "server/store/batch.hpp"
#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <tuple>

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
                    .odometer = Metres{123456700},
                    .recorder_speed = from_kmh(52.9),
                    .mass = Grams{12'345'678'901},
                    .signals = {0x87FF}};
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
    const store::HistoryAsked asked{.vehicle_key = vehicle,
                                    .from = noon - std::chrono::hours{1},
                                    .until = noon + std::chrono::hours{1}};
    std::vector<store::StoredSighting> all;
    std::optional<store::HistoryPlace> after;
    do {
        auto page = store::history(work, asked, after, most);
        CHECK(page.seen.size() <= most);
        std::ranges::move(page.seen, std::back_inserter(all));
        after = page.next;
    } while (after);
    return all;
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

TEST_CASE("a history is read page by page, whole and in the order of the fold") {
    const test::ScratchDatabase database;
    std::vector<store::ObservationRow> rows;
    for (int i = 9; i >= 0; --i) {
        rows.push_back(store::to_row(fix_at(noon + std::chrono::seconds{i / 3}), {3, 5, noon}));
        rows.back().hash =
            i % 2 == 0 ? i : -i;  // what is negative here is great where it is folded
    }
    rows.push_back(store::to_row(lock_at(noon), {4, 5, noon}));
    rows.push_back(store::to_row(fix_at(noon), {3, 6, noon}));  // another vehicle's
    rows.back().hash = 77;
    store_all(database, rows);
    for (const std::size_t most : {1U, 2U, 3U, 11U, 100U}) {
        const auto back = read_back(database, 5, most);
        REQUIRE(back.size() == 11);
        CHECK(std::ranges::is_sorted(back, [](const auto& a, const auto& b) {
            const auto order = [](const store::StoredSighting& one) {
                return std::tuple{time_of(one.seen.what), kind_of(one.seen.what), one.seen.hash};
            };
            return order(a) < order(b);
        }));
    }
}

TEST_CASE("a crowd of fixes of one instant is not read back, what locks say is") {
    const test::ScratchDatabase database;
    std::vector<store::ObservationRow> rows;
    for (int i = 0; i < 50; ++i) {
        for (const auto& seen : {fix_at(noon), lock_at(noon)}) {
            rows.push_back(store::to_row(seen, {3, 5, noon}));
            rows.back().hash = i % 2 == 0 ? i : -i;
        }
    }
    store_all(database, rows);
    for (const std::size_t most : {3U, 100U}) {
        const auto back = read_back(database, 5, most);
        CHECK(back.size() == geofence::max_fixes_an_instant + 50);
        CHECK(back[3].seen.hash == 6);  // 0, 2, 4, 6: the least ones
    }
}

TEST_CASE("what is stored already is told from what is new") {
    const test::ScratchDatabase database;
    store_all(database, {store::to_row(fix_at(noon), {3, 5, noon}),
                         store::to_row(lock_at(noon), {4, 5, noon})});
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    const std::vector<store::StoredSighting> asked{{3, fix_at(noon)},
                                                   {3, fix_at(noon + Duration{1'000})},
                                                   {4, fix_at(noon)},
                                                   {4, lock_at(noon)},
                                                   {3, lock_at(noon)}};
    const auto fresh = store::not_stored(work, asked);
    REQUIRE(fresh.size() == 3);
    CHECK(fresh[0].seen == asked[1].seen);
    CHECK(fresh[1].terminal_key == 4);
    CHECK(fresh[2].seen == asked[4].seen);
    CHECK(store::not_stored(work, {}).empty());
}
