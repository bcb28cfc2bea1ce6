// Shapes that cannot be, refused with the place of the fault; and shapes at the edges of the map.
#include "geofence/corridor.hpp"
#include "geofence/zone.hpp"
#include "tests/support/sketch.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

LatLon east(double metres, double north = 0) { return shifted(sketch_corner, {metres}, {north}); }
GeoFault route_fault(const std::vector<Path>& lines, double half_width = 50) {
    const auto made = Corridor::from_lines(lines, {half_width});
    REQUIRE_FALSE(made);
    return made.error();
}
GeoFault zone_fault(const std::vector<Path>& rings) {
    const auto made = Shape::polygon(rings);
    REQUIRE_FALSE(made);
    return made.error();
}
Path circle(double radius, std::size_t corners) {
    Path ring;
    for (std::size_t i = 0; i < corners; ++i) {
        const double angle =
            6.283185307179586 * static_cast<double>(i) / static_cast<double>(corners);
        ring.push_back(east(radius * std::cos(angle), radius * std::sin(angle)));
    }
    return ring;
}

}  // namespace

TEST_CASE("a route is refused with the vertex at fault, counted through all lines") {
    const Path good{east(0), east(500), east(900)};
    CHECK(route_fault({good, {east(0)}}).index == 3);
    CHECK(route_fault({good, {east(7), east(7)}}).index == 3);
    CHECK(route_fault({good, {east(0), {.lat = 91, .lon = 0}}}).index == 4);
    CHECK(route_fault({{{.lat = 1, .lon = 179.9}, {.lat = 1, .lon = -179.9}}}).index == 1);
    CHECK(route_fault({Path(100'001, east(0))}).index == 100'000);
    const Stretch thin{.line = good, .half_widths = {Metres{50}, Metres{0}, Metres{50}}};
    const auto made = Corridor::from_stretches({&thin, 1});
    REQUIRE_FALSE(made);
    CHECK(made.error().code == GeoFaultCode::bad_width);
    CHECK(made.error().index == 1);
}

TEST_CASE("a zone is refused with the vertex, edge or hole at fault") {
    CHECK(zone_fault({{east(0), east(100)}}).index == 0);
    CHECK(zone_fault({circle(500, 30), {east(0), east(50)}}).index == 30);
    Path broken = circle(500, 30);
    broken[17] = {.lat = std::nan(""), .lon = 0};
    CHECK(zone_fault({broken}).index == 17);
    const Path bow{east(0), east(100, 100), east(100), east(0, 100)};
    CHECK(zone_fault({bow}).code == GeoFaultCode::self_crossing);
    CHECK(zone_fault({bow}).index == 2);
    const Path outside{east(2'000), east(2'100), east(2'100, 100)};
    CHECK(zone_fault({circle(500, 30), outside}).code == GeoFaultCode::hole_outside);
    CHECK(zone_fault({circle(500, 30), outside}).index == 1);
    CHECK(zone_fault({circle(5'000, 100'000)}).code == GeoFaultCode::too_many_points);
    CHECK(Shape::polygon({circle(5'000, 10'000)}));  // the most there may be
}

TEST_CASE("an unclosed ring is closed, an hourglass that only closing makes is refused") {
    const Path open{east(0), east(100), east(100, 100), east(0, 100)};
    CHECK(Shape::polygon({open})->contains(east(5, 50)));
    const Path hourglass{east(0), east(100, 100), east(0, 100), east(100)};
    CHECK(zone_fault({hourglass}).code == GeoFaultCode::self_crossing);
}

TEST_CASE(
    "up to 85 degrees an offset of 200 m is right to 2 %, and nearer the poles it is finite") {
    for (const double lat : {-85.0, -60.0, 0.0, 75.0, 85.0, 89.5, 89.999}) {
        for (const double lon : {-179.5, 0.0, 179.5}) {
            const LatLon start{.lat = lat, .lon = lon};
            const double sign = lon > 0 ? -1 : 1;
            const LatLon end = shifted(start, {sign * 3'000}, {0});
            if (std::abs(end.lon) > 180 || std::abs(end.lon - lon) > 180) continue;
            const Path line{start, end};
            const auto route = Corridor::from_lines({&line, 1}, {50});
            REQUIRE(route);
            const double down = lat > 0 ? -200 : 200;
            const LatLon place = shifted(start, {sign * 1'500}, {down});
            const double off = route->locate(place).off.value;
            INFO(lat << ' ' << lon);
            REQUIRE(std::isfinite(off));
            if (std::abs(lat) <= 85) {
                const LatLon nearest = route->point_at(route->locate(place).along);
                CHECK(off == Approx(geodesic_distance(place, nearest).value).epsilon(0.02));
            }
        }
    }
    const Path to_the_pole{{.lat = 89.9, .lon = 10}, {.lat = 90, .lon = 10}};
    CHECK(Corridor::from_lines({&to_the_pole, 1}, {50})->locate({.lat = 89.95, .lon = 10}).off <
          Metres{1});
}

TEST_CASE("zones end at the antimeridian, and are whole up to it") {
    const Path ring{{.lat = 10, .lon = 179.9},
                    {.lat = 10, .lon = 180},
                    {.lat = 10.1, .lon = 180},
                    {.lat = 10.1, .lon = 179.9}};
    const auto shape = Shape::polygon({ring});
    REQUIRE(shape);
    CHECK(shape->contains({.lat = 10.05, .lon = 179.99}));
    CHECK_FALSE(shape->contains({.lat = 10.05, .lon = -179.99}));
    const Path across{
        {.lat = 10, .lon = 179.9}, {.lat = 10, .lon = -179.9}, {.lat = 11, .lon = 179.9}};
    CHECK(zone_fault({across}).code == GeoFaultCode::antimeridian);
    CHECK(zone_fault({across}).index == 1);
}
