// Periods as clerks write them, and lines that balance to the gram.
#include "manifest/custody/declaration.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::manifest::custody;
using namespace std::chrono;

TEST_CASE("a period is a month, a quarter or a year of China's calendar") {
    for (const char* text : {"2026-02", "2026-12", "2026-Q1", "2026-Q4", "2026"}) {
        INFO(text);
        const auto period = period_from_text(text);
        REQUIRE(period);
        CHECK(to_text(*period) == text);
    }
    for (const char* text : {"", "26", "1999", "2026-", "2026-13", "2026-00", "2026-Q0", "2026-Q5",
                             "2026-2", "2026/02", "2026-q1", "2026-021", "-026", "2026- 2"})
        CHECK_FALSE(period_from_text(text));
    CHECK(to_iso(*interval_of(*period_from_text("2026-Q1")).from) == "2025-12-31T16:00:00Z");
    CHECK(to_iso(*interval_of(*period_from_text("2026-Q1")).until) == "2026-03-31T16:00:00Z");
    CHECK(to_iso(*interval_of(*period_from_text("2026")).until) == "2026-12-31T16:00:00Z");
}

TEST_CASE("months and quarters are declared by the 15th, years by the end of March") {
    CHECK(declared_by(*period_from_text("2026-12")) == year{2027} / 1 / 15);
    CHECK(declared_by(*period_from_text("2026-Q2")) == year{2026} / 7 / 15);
    CHECK(declared_by(*period_from_text("2026")) == year{2027} / 3 / 31);
}

TEST_CASE("a declared line is the sum of its movements to the gram, reversals taken off") {
    using K = MovementKind;
    const std::vector<WasteTally> tallies{
        {"336-054-17", K::produced, {{500'001}, {}}, {{200'000}, {}}},
        {"336-054-17", K::loaded, {{}, {100'000}}, {{70'000}, {150'003}}},  // some taken off again
        {"336-054-17", K::refused, {}, {{20'002}, {}}},
        {"336-054-17", K::treated, {}, {{}, {1}}},
        {"336-054-17", K::corrected, {}, {{}, {40}}},
        {"336-054-17", K::regrouped_into, {}, {{}, {30'000}}},
        {"900-249-08", K::regrouped_from, {}, {{30'000}, {}}},
        {"900-249-08", K::received, {}, {{7}, {}}},
        {"900-041-49", K::produced, {{5}, {5}}, {}},
    };
    const auto lines = declaration(tallies);
    REQUIRE(lines.size() == 2);
    const auto& a = lines[0];
    CHECK(a == DeclaredWaste{"336-054-17",
                             {400'001},
                             {200'000},
                             {},
                             {20'002},
                             {80'003},
                             {1},
                             {-30'000},
                             {-40},
                             {509'959}});
    CHECK(a.closing == a.opening + a.produced + a.received + a.returned - a.sent - a.treated +
                           a.regrouped + a.corrected);
    CHECK(lines[1].received == Grams{7});
    CHECK(lines[1].closing == Grams{30'007});
}

}  // namespace
