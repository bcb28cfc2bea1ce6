#include "server/device_route.hpp"

#include "geofence/corridor.hpp"

#include <catch2/catch.hpp>

#include <cmath>

namespace {

using namespace liuhen;
using server::make_device_route;

// A road that winds: `count` points, some `step` degrees apart, swaying by `sway` degrees.
Path winding(int count, double step, double sway) {
    Path line;
    for (int i = 0; i < count; ++i)
        line.push_back({28.1 + sway * std::sin(i * 0.37), 119.6 + step * i});
    return line;
}

// The greatest distance of the points of `line` from the route through `points`.
double farthest(const Path& line, const Path& points) {
    const std::vector<Path> lines{points};
    const auto corridor = geofence::Corridor::from_lines(lines, Metres{100});
    REQUIRE(corridor);
    double most = 0;
    for (const LatLon place : line) most = std::max(most, corridor->locate(place).off.value);
    return most;
}

TEST_CASE("a straight road is its two ends, as wide as both sides together") {
    const auto route =
        make_device_route({{28.1, 119.6}, {28.1, 119.65}, {28.1, 119.7}}, Metres{50});
    CHECK(route.points == Path{{28.1, 119.6}, {28.1, 119.7}});
    CHECK(route.width_m == 100);
}

TEST_CASE("a corner that matters stays") {
    const Path line{{28.1, 119.6}, {28.2, 119.6}, {28.2, 119.7}};
    CHECK(make_device_route(line, Metres{50}).points == line);
}

TEST_CASE("a winding road keeps within a fifth of its half width, and its band covers it") {
    const Path line = winding(2'000, 0.0002, 0.0004);
    const auto route = make_device_route(line, Metres{60});
    CHECK(route.points.size() < line.size());
    CHECK(route.points.size() <= server::most_route_points);
    const double off = farthest(line, route.points);
    CHECK(off <= route.deviation.value + 0.1);
    CHECK(route.width_m >= 2 * 60);
}

TEST_CASE("a road with more bends than a terminal takes is drawn as well as it can be") {
    const Path line = winding(20'000, 0.0005, 0.01);
    const auto route = make_device_route(line, Metres{50});
    CHECK(route.points.size() <= server::most_route_points);
    CHECK(route.points.front() == line.front());
    CHECK(route.points.back() == line.back());
    CHECK(route.width_m == 255);
}

TEST_CASE("a route that turns back on itself keeps its turning point") {
    const Path line{{28.1, 119.6}, {28.1, 119.7}, {28.1, 119.6}};
    CHECK(make_device_route(line, Metres{50}).points == line);
}

TEST_CASE("a wide corridor is as wide as a byte says") {
    CHECK(make_device_route({{28.1, 119.6}, {28.1, 119.7}}, Metres{2'000}).width_m == 255);
}

TEST_CASE("a manifest's route has one number, and never none") {
    const ManifestId a{"00000000-0000-7000-8000-000000000001"};
    const ManifestId b{"00000000-0000-7000-8000-000000000002"};
    CHECK(server::device_route_number(a) == server::device_route_number(a));
    CHECK(server::device_route_number(a) != server::device_route_number(b));
    CHECK(server::device_route_number(a) != 0);
}

}  // namespace
