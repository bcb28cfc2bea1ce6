#include "manifest/custody/ledger.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::manifest::custody;
using namespace std::chrono_literals;
using Kind = MovementKind;
using What = LedgerFault::What;

const PartyId works{"works"}, haulage{"haulage"}, plant{"plant"};
const ContainerId drum{"drum"}, tank{"tank"};
const Instant start = *parse_iso("2026-01-10T00:00:00Z");

Movement row(Kind kind, const PartyId& from, const PartyId& to, std::int64_t grams,
             Instant at = start, const ContainerId& of = drum) {
    return {kind, of, from, to, Grams{grams}, at, {}, {}};
}

std::vector<Movement> life() {
    return {row(Kind::produced, {}, works, 200'000),
            row(Kind::labelled, works, works, 0, start + 1h),
            row(Kind::stored, works, works, 0, start + 2h),
            row(Kind::loaded, works, haulage, 200'000, start + 48h),
            row(Kind::received, haulage, plant, 199'960, start + 50h),
            row(Kind::corrected, haulage, {}, 40, start + 50h),
            row(Kind::treated, plant, {}, 150'000, start + 72h)};
}

TEST_CASE("a drum's standing is the sum of its movements, in whatever order they came") {
    auto movements = life();
    const auto standing = standing_of(movements);
    CHECK(standing.stock == std::map<PartyId, Grams>{{plant, Grams{49'960}}});
    CHECK(standing.holder == plant);
    CHECK(standing.last == Kind::treated);
    CHECK(standing.since == start + 50h);
    std::ranges::reverse(movements);
    CHECK(standing_of(movements) == standing);
}

TEST_CASE("every kind of movement is found again by its code") {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Kind::count_); ++i) {
        const auto kind = static_cast<Kind>(i);
        CHECK(movement_kind_from_code(code(kind)) == kind);
    }
    CHECK_FALSE(movement_kind_from_code("LOST"));
}

TEST_CASE("a book gives no more than it holds, at any time of its past") {
    const auto known = life();
    const std::vector late{row(Kind::treated, plant, {}, 49'961, start + 80h)};
    const auto refused = judge_movements(known, late);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == LedgerFault{What::stock_exceeded, drum, Grams{1}});
    CHECK(judge_movements(known, std::vector{row(Kind::treated, plant, {}, 49'960, start + 80h)}));
    // Enough today, but not on the day that is stated.
    const std::vector early{row(Kind::treated, plant, {}, 1, start + 49h)};
    CHECK(judge_movements(known, early).error().what == What::stock_exceeded);
    // What is taken out in the past was needed later on.
    const std::vector before{row(Kind::treated, works, {}, 1, start + 3h)};
    CHECK(judge_movements(known, before).error().off == Grams{1});
}

TEST_CASE("who takes from his own book does not pay for another's date") {
    // Filled, as the clerk says, an hour after it was driven away.
    auto known = life();
    known[0].at = start + 49h;
    CHECK(judge_movements(known, std::vector{row(Kind::treated, plant, {}, 49'960, start + 80h)}));
    CHECK_FALSE(
        judge_movements(known, std::vector{row(Kind::treated, plant, {}, 49'961, start + 80h)}));
    // What makes the hole deeper is a fault, what fills it none.
    CHECK_FALSE(judge_movements(known, std::vector{row(Kind::treated, works, {}, 1, start + 3h)}));
    CHECK(judge_movements(known, std::vector{row(Kind::produced, {}, works, 1, start + 3h)}));
}

TEST_CASE("what a book held is the sum up to that moment") {
    const auto known = life();
    CHECK(held_at(known, works, start - 1ms) == Grams{});
    CHECK(held_at(known, works, start) == Grams{200'000});
    CHECK(held_at(known, works, start + 48h) == Grams{});
    CHECK(held_at(known, plant, start + 71h) == Grams{199'960});
}

TEST_CASE("what comes back into a book is as old as what left it") {
    const std::vector there{row(Kind::produced, {}, works, 200'000),
                            row(Kind::loaded, works, haulage, 200'000, start + 48h)};
    for (const Kind kind : {Kind::corrected, Kind::refused}) {
        auto back = there;
        back.push_back(row(kind, haulage, works, 200'000, start + 50h));
        CHECK(standing_of(back).since == start);
        CHECK(standing_of(back).since_in.at(works) == start);
    }
    auto counted = std::vector{row(Kind::produced, {}, works, 5),
                               row(Kind::corrected, works, {}, 5, start + 1h),
                               row(Kind::corrected, {}, works, 5, start + 2h)};
    CHECK(standing_of(counted).since == start);
    // A new filling is new.
    counted.back().kind = Kind::produced;
    CHECK(standing_of(counted).since == start + 2h);
}

TEST_CASE("hazardous waste is poured into hazardous waste, medical into medical") {
    CHECK(may_pour("336-054-17", "900-249-08"));
    CHECK(may_pour("841-001-01", "841-002-01"));
    CHECK(may_pour("900-001-S17", "336-054-17"));
    CHECK(may_pour("900-001-S17", "900-002-S17"));
    CHECK_FALSE(may_pour("336-054-17", "900-001-S17"));
    CHECK_FALSE(may_pour("841-001-01", "336-054-17"));
}

TEST_CASE("what one operation pours out it pours in") {
    const auto known = life();
    const auto out = row(Kind::regrouped_into, plant, {}, 10'000, start + 90h);
    const auto in = row(Kind::regrouped_from, {}, plant, 10'000, start + 90h, tank);
    CHECK(judge_movements(known, std::vector{out, in}));
    const auto more = row(Kind::regrouped_from, {}, plant, 10'001, start + 90h, tank);
    const auto refused = judge_movements(known, std::vector{out, more});
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == LedgerFault{What::regroup_unbalanced, drum, Grams{1}});
    CHECK_FALSE(judge_movements(known, std::vector{out}));
    const auto too_much = row(Kind::regrouped_into, plant, {}, 49'961, start + 90h);
    const auto filled = row(Kind::regrouped_from, {}, plant, 49'961, start + 90h, tank);
    CHECK(judge_movements(known, std::vector{too_much, filled}).error().what ==
          What::stock_exceeded);
}

TEST_CASE("pouring does not make waste young") {
    auto poured = row(Kind::regrouped_from, {}, works, 5'000, start + 720h, tank);
    poured.since = start;
    CHECK(standing_of({poured}).since == start);
    const auto fresh = row(Kind::produced, {}, works, 1'000, start + 700h, tank);
    CHECK(standing_of({fresh, poured}).since == start);
    // An emptied drum begins anew.
    const auto emptied = row(Kind::treated, works, {}, 6'000, start + 800h, tank);
    const auto again = row(Kind::produced, {}, works, 1, start + 900h, tank);
    CHECK_FALSE(standing_of({fresh, poured, emptied}).since);
    CHECK(standing_of({again, fresh, poured, emptied}).since == start + 900h);
}

TEST_CASE("hazardous waste is stored for a year, to the end of the day in China") {
    const auto until = [](const char* since) {
        return storage_until("336-054-17", *parse_iso(since)).value();
    };
    // 23:30 on 31 December in Shanghai is still the old year there, and 16:30 UTC is the new one.
    CHECK(until("2025-12-31T15:30:00Z") == *parse_iso("2026-12-31T16:00:00Z"));
    CHECK(until("2025-12-31T16:30:00Z") == *parse_iso("2027-01-01T16:00:00Z"));
    CHECK(until("2028-02-29T04:00:00Z") == *parse_iso("2029-02-28T16:00:00Z"));
    CHECK(until("2027-02-28T04:00:00Z") == *parse_iso("2028-02-28T16:00:00Z"));
}

TEST_CASE("medical waste is stored for 48 hours, and general waste without a limit") {
    const Instant since = *parse_iso("2026-03-01T04:30:00Z");
    for (const char* code : {"841-001-01", "84100501"})
        CHECK(storage_until(code, since) == since + 48h);
    CHECK_FALSE(storage_until("900-001-S17", since));
    CHECK_FALSE(storage_until("900-001-S01", since));
}

TEST_CASE(
    "what is overdue is what came in before a year, on every day of a leap year and about it") {
    const Instant first = *parse_iso("2027-02-20T03:00:00Z");
    for (int day = 0; day < 800; ++day) {
        const Instant now = first + std::chrono::days{day};
        const auto cut = overdue_before(now);
        INFO(to_iso(now) << ' ' << to_iso(cut.hazardous));
        CHECK(storage_until("336-054-17", cut.hazardous - 1ms) <= now);
        CHECK(storage_until("336-054-17", cut.hazardous) > now);
        CHECK(storage_until("841-001-01", cut.medical - 1ms) <= now);
        CHECK(storage_until("841-001-01", cut.medical) > now);
    }
}

TEST_CASE("what ends soon is told 30 days before, of medical waste 12 hours before") {
    const Instant now = *parse_iso("2026-11-22T03:00:00Z");
    const auto cut = ending_before(now);
    CHECK(storage_until("336-054-17", cut.hazardous - 1ms) <= now + std::chrono::days{30});
    CHECK(storage_until("336-054-17", cut.hazardous) > now + std::chrono::days{30});
    CHECK(storage_until("841-001-01", cut.medical - 1ms) <= now + 12h);
    CHECK(storage_until("841-001-01", cut.medical) > now + 12h);
}

TEST_CASE("months are China's, without gaps, and each closes to the gram") {
    using std::chrono::year;
    const std::vector movements{
        row(Kind::produced, {}, works, 300, *parse_iso("2026-01-31T15:59:59Z")),
        row(Kind::produced, {}, works, 200, *parse_iso("2026-01-31T16:00:00Z")),
        row(Kind::loaded, works, haulage, 450, *parse_iso("2026-04-02T00:00:00Z")),
        row(Kind::stored, works, works, 50, *parse_iso("2026-04-02T00:00:00Z")),
        row(Kind::corrected, works, {}, 7, *parse_iso("2026-04-03T00:00:00Z"))};
    const auto months = month_balances(tallies(movements, works));
    REQUIRE(months.size() == 4);
    CHECK(months[0].month == year{2026} / 1);
    CHECK(months[0].closing == Grams{300});
    CHECK(months[1].opening == Grams{300});
    CHECK(months[1].closing == Grams{500});
    CHECK(months[2].opening == months[2].closing);
    const auto& april = months[3];
    CHECK(april.turnovers.at(static_cast<std::size_t>(Kind::loaded)).out == Grams{450});
    CHECK(april.turnovers.at(static_cast<std::size_t>(Kind::corrected)).out == Grams{7});
    CHECK(april.turnovers.at(static_cast<std::size_t>(Kind::stored)) == Turnover{});
    CHECK(april.closing == Grams{43});
    CHECK(month_balances({}).empty());
}

}  // namespace
