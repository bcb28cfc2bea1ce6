#include "simulators/recording.hpp"

#include "simulators/server_clock.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::simulators;
using namespace std::chrono_literals;

TEST_CASE("a recording is read by its header, in time order, with speeds guessed when not given") {
    const auto fixes = parse_recording(
        "lat,lon,time\n28.101,119.6,2026-01-26T15:57:12Z\n28.1,119.6,2026-01-26T15:57:02Z\n");
    REQUIRE(fixes);
    REQUIRE(fixes->size() == 2);
    CHECK(to_iso(fixes->front().at) == "2026-01-26T15:57:02Z");
    CHECK(fixes->back().speed.value == Approx(11.1).margin(0.1));
}

TEST_CASE("epoch seconds, speeds and quoted cells are read too") {
    const auto fixes = parse_recording(
        "time,lat,lon,speed_kmh,direction_deg,satellites\r\n1700000000,\"28.1\",119.6,36,90,7\r\n"
        "1700000010.5,28.1,119.61,36,90,7\r\n");
    REQUIRE(fixes);
    CHECK(fixes->front().speed.value == Approx(10));
    CHECK(fixes->front().satellites == 7);
    CHECK(fixes->back().at - fixes->front().at == 10'500ms);
}

TEST_CASE("a line that is no fix is told by its number") {
    const auto fixes = parse_recording("time,lat,lon\n1700000000,28.1,119.6\nyesterday,1,2\n");
    REQUIRE_FALSE(fixes);
    CHECK(fixes.error().pointer == "line 3");
    CHECK_FALSE(parse_recording("time,lat,lon\n"));
}

TEST_CASE("a recorded truck gets a manifest only along a route, and needs parties for it") {
    const auto fixes = parse_recording("time,lat,lon\n0,28.1,119.6\n60,28.11,119.6\n");
    REQUIRE(fixes);
    Scenario scenario;
    CHECK_FALSE(with_recording(scenario, *fixes, std::nullopt, {50}));
    scenario.parties = {{"c", "c", "carrier", "x"}};
    const auto bare = with_recording(scenario, *fixes, std::nullopt, {50});
    REQUIRE(bare);
    CHECK(bare->trucks.back().route.empty());
    const Path line{{.lat = 28.1, .lon = 119.6}, {.lat = 28.11, .lon = 119.6}};
    CHECK_FALSE(with_recording(scenario, *fixes, line, {50}));
}

TEST_CASE("simulated time follows the server's clock and never runs backwards") {
    ServerClock clock;
    const Monotonic zero{};
    const Instant start = *parse_iso("2026-03-01T14:00:00Z");
    follow(clock, R"({"clock": {"now": "2026-03-01T14:00:00Z", "rate": 60, "demo": true}})", zero);
    CHECK(clock.now(zero + 2s) == start + 2min);
    CHECK(clock.until(start + 3min, zero + 2s) == 1s);
    clock.said(start + 1min, 60, zero + 2s);
    CHECK(clock.now(zero + 2s) == start + 2min);
    CHECK(clock.now(zero + 4s) == start + 3min);
    CHECK_THROWS(follow(clock, "{}", zero));
}
