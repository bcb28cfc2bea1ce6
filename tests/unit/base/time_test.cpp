#include "base/time.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace liuhen;
using namespace std::chrono_literals;

namespace {
Instant at(const std::string& iso) {
    const auto t = parse_iso(iso);
    REQUIRE(t);
    return *t;
}
}  // namespace

TEST_CASE("an instant is written in UTC and read back as the same instant") {
    for (const auto* text : {"1970-01-01T00:00:00Z", "2026-11-21T14:00:05Z", "2024-02-29T23:59:59Z",
                             "2026-11-21T14:00:05.007Z", "9999-12-31T23:59:59.999Z"}) {
        CHECK(to_iso(at(text)) == text);
    }
    CHECK(to_iso(Instant{}) == "1970-01-01T00:00:00Z");
    CHECK(to_iso(Instant{Duration{-1}}) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("the zone of a written time is taken off") {
    CHECK(at("2026-11-21T22:00:00+08:00") == at("2026-11-21T14:00:00Z"));
    CHECK(at("2026-11-21T22:00:00+0800") == at("2026-11-21T14:00:00Z"));
    CHECK(at("2026-11-21 22:00:00+08") == at("2026-11-21T14:00:00Z"));
    CHECK(at("2026-11-20T23:30:00-03:30") == at("2026-11-21T03:00:00Z"));
}

TEST_CASE("fractions of a second are kept to the millisecond and cut there") {
    CHECK(at("2026-11-21T14:00:05.5Z") - at("2026-11-21T14:00:05Z") == 500ms);
    CHECK(at("2026-11-21T14:00:05.123999Z") - at("2026-11-21T14:00:05Z") == 123ms);
}

TEST_CASE("a text that is no time, or has no zone, is refused") {
    for (const auto* text :
         {"", "2026-11-21", "2026-11-21T14:00:05", "2026-11-21T14:00Z", "2026-02-29T00:00:00Z",
          "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-21T24:00:00Z",
          "2026-11-21T14:60:00Z", "2026-11-21T14:00:60Z", "1969-12-31T23:59:59Z",
          "2026-11-21T14:00:05.Z", "2026-11-21T14:00:05.1234567890Z", "2026-11-21T14:00:05Zx",
          "2026-11-21T14:00:05+15:00", "2026-11-21T14:00:05+08:60", "2026-11-21T14:00:05+",
          "2026/11/21T14:00:05Z", "+026-11-21T14:00:05Z"}) {
        INFO(text);
        CHECK_FALSE(parse_iso(text));
    }
}

TEST_CASE("a wall clock east of Greenwich shows a later hour for the same instant") {
    CHECK(from_civil(2026, 11, 21, 22, 0, 0, china_standard_time) == at("2026-11-21T14:00:00Z"));
    CHECK(from_civil(2026, 1, 1, 7, 59, 59, china_standard_time) == at("2025-12-31T23:59:59Z"));
}

TEST_CASE("a wall clock that shows a date or time that does not exist is refused") {
    CHECK_FALSE(from_civil(2026, 2, 29, 0, 0, 0, 0min));
    CHECK_FALSE(from_civil(2026, 0, 1, 0, 0, 0, 0min));
    CHECK_FALSE(from_civil(2026, 1, 32, 0, 0, 0, 0min));
    CHECK_FALSE(from_civil(2026, 1, 1, 24, 0, 0, 0min));
    CHECK_FALSE(from_civil(2026, 1, 1, 0, 60, 0, 0min));
    CHECK_FALSE(from_civil(2026, 1, 1, 0, 0, 60, 0min));
    CHECK(from_civil(2024, 2, 29, 0, 0, 0, 0min));
}

TEST_CASE("an interval holds its start and not its end, and may be open on either side") {
    const Instant noon = at("2026-11-21T12:00:00Z");
    const Interval hour{noon, noon + 1h};
    CHECK(hour.contains(noon));
    CHECK(hour.contains(noon + 1h - 1ms));
    CHECK_FALSE(hour.contains(noon + 1h));
    CHECK_FALSE(hour.contains(noon - 1ms));
    CHECK(Interval{std::nullopt, noon}.contains(Instant{}));
    CHECK(Interval{noon, std::nullopt}.contains(noon + 100000h));
    CHECK(Interval{}.contains(noon));
}

TEST_CASE("seconds between two instants carry their sign and fraction") {
    const Instant noon = at("2026-11-21T12:00:00Z");
    CHECK(seconds_between(noon, noon + 1500ms) == 1.5);
    CHECK(seconds_between(noon + 1500ms, noon) == -1.5);
}
