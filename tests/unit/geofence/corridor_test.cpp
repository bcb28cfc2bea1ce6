#include "geofence/corridor.hpp"

#include "tests/support/sketch.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

Corridor corridor_of(const std::vector<Path>& lines, double half_width = 50) {
    return Corridor::from_lines(lines, {half_width}).value();
}
GeoFaultCode fault_of(const std::vector<Path>& lines, double half_width = 50) {
    const auto corridor = Corridor::from_lines(lines, {half_width});
    REQUIRE_FALSE(corridor);
    return corridor.error().code;
}

}  // namespace

TEST_CASE("a place beside the route is located by its distance and its progress") {
    const auto at = sketch(R"(
        A----------------B
              x           )",
                           Metres{100});
    const auto found = corridor_of({{at.at('A'), at.at('B')}}).locate(at.at('x'));
    CHECK(found.off.value == Approx(100).epsilon(0.002));
    CHECK(found.along.value == Approx(600).epsilon(0.002));
}

TEST_CASE("progress settles which leg of an out-and-back road is meant") {
    const auto at = sketch(R"(
        A---------------------B
        D---------------------C)",
                           Metres{20});
    const LatLon far_b = shifted(at.at('B'), {30'000}, {0});
    const LatLon far_c = shifted(at.at('C'), {30'000}, {0});
    const auto route = corridor_of({{at.at('A'), far_b, far_c, at.at('D')}});
    const LatLon near_the_way_back = shifted(at.at('A'), {2'000}, {-15});
    CHECK(route.locate(near_the_way_back, Metres{1'900}).along.value == Approx(2'000).margin(3));
    const double back = route.length().value - 2'000;
    CHECK(route.locate(near_the_way_back, Metres{back - 90}).along.value == Approx(back).margin(3));
    CHECK(route.locate(near_the_way_back).along.value == Approx(back).margin(3));
}

TEST_CASE("a truck that reappears elsewhere on the route is found there") {
    Path winding;
    for (int i = 0; i < 200; ++i) {
        winding.push_back(shifted(sketch_corner, {i * 500.0}, {(i % 2) * 400.0}));
    }
    const auto route = corridor_of({winding});
    const auto far = route.locate(winding[150], Metres{1000});
    CHECK(far.off.value < 0.01);
    CHECK(far.along.value == Approx(route.locate(winding[150]).along.value));
}

TEST_CASE("an alternative line counts as route also when the truck was on the other") {
    const auto at = sketch(R"(
        A----------------B
              x
        C----------------D)",
                           Metres{80});
    const auto route = corridor_of({{at.at('A'), at.at('B')}, {at.at('C'), at.at('D')}});
    CHECK(route.locate(at.at('x'), Metres{480}).off.value == Approx(80).margin(0.5));
    const LatLon on_second = shifted(at.at('C'), {480}, {0});
    CHECK(route.locate(on_second, Metres{480}).off.value < 0.5);
}

TEST_CASE("what lies between two lines is not route") {
    const auto at = sketch("A---B          x          C---D", Metres{100});
    const auto route = corridor_of({{at.at('A'), at.at('B')}, {at.at('C'), at.at('D')}});
    CHECK(route.locate(at.at('x')).off.value == Approx(1100).epsilon(0.002));
    CHECK(route.length().value == Approx(800).epsilon(0.002));
}

TEST_CASE("a point of the route is found again from its progress") {
    const auto at = sketch(R"(
        A-----B
               \
                C)",
                           Metres{900});
    const auto route = corridor_of({{at.at('A'), at.at('B'), at.at('C')}});
    for (double along = 0; along < route.length().value; along += 137) {
        const LatLon point = route.point_at({along});
        CHECK(route.locate(point, Metres{along}).off.value < 0.05);
        CHECK(route.locate(point, Metres{along}).along.value == Approx(along).margin(0.1));
    }
}

TEST_CASE("a route that cannot be one is refused with its reason") {
    const LatLon a = sketch_corner;
    const LatLon b = shifted(a, {500}, {0});
    CHECK(fault_of({}) == GeoFaultCode::too_few_points);
    CHECK(fault_of({{a}}) == GeoFaultCode::too_few_points);
    CHECK(fault_of({{a, a, a}}) == GeoFaultCode::too_few_points);
    CHECK(fault_of({{a, b}, {}}) == GeoFaultCode::too_few_points);
    CHECK(fault_of({{a, b}}, 0) == GeoFaultCode::bad_width);
    CHECK(fault_of({{a, b}}, 19.9) == GeoFaultCode::bad_width);
    CHECK(fault_of({{a, b}}, 2001) == GeoFaultCode::bad_width);
    CHECK(fault_of({{a, b}}, std::nan("")) == GeoFaultCode::bad_width);
    CHECK(fault_of({{a, {.lat = 91, .lon = 0}}}) == GeoFaultCode::off_earth);
    CHECK(fault_of({{a, {.lat = std::nan(""), .lon = 0}}}) == GeoFaultCode::off_earth);
    CHECK(fault_of({{{.lat = 0, .lon = 179}, {.lat = 0, .lon = -179}}}) ==
          GeoFaultCode::antimeridian);
    CHECK(fault_of({{{.lat = 0, .lon = 0}, {.lat = 0, .lon = 60}}}) == GeoFaultCode::too_long);
    CHECK(fault_of({Path(100'001, a)}) == GeoFaultCode::too_many_points);
}

TEST_CASE("tunnels are kept by progress, through all lines, and repeated points do no harm") {
    const LatLon a = sketch_corner;
    const auto east = [&](double metres) { return shifted(a, {metres}, {0}); };
    const std::vector<Metres> widths(5, Metres{50});
    const Stretch first{{a, east(1'000), east(1'000), east(3'500), east(4'000)}, widths, {{1, 3}}};
    const Stretch second{{east(4'000), east(4'100), east(4'500), east(4'800), east(5'000)},
                         widths,
                         {{0, 1}, {3, 4}}};
    const auto route = Corridor::from_stretches(std::vector{first, second}).value();
    REQUIRE(route.tunnels().size() == 3);
    const double ends[][2] = {{1'000, 3'500}, {4'000, 4'100}, {4'800, 5'000}};
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(route.tunnels()[i].from.value == Approx(ends[i][0]).epsilon(0.002));
        CHECK(route.tunnels()[i].to.value == Approx(ends[i][1]).epsilon(0.002));
    }
}

TEST_CASE("a tunnel that is none is refused at its vertex") {
    const LatLon a = sketch_corner;
    const Path line{a, shifted(a, {500}, {0}), shifted(a, {900}, {0})};
    const std::vector<Metres> widths(3, Metres{50});
    const auto fault_with = [&](std::vector<TunnelSpan> tunnels) {
        const std::vector<Stretch> stretches{{line, widths, {}}, {line, widths, tunnels}};
        const auto corridor = Corridor::from_stretches(stretches);
        REQUIRE_FALSE(corridor);
        CHECK(corridor.error().code == GeoFaultCode::bad_tunnel);
        return corridor.error().index;
    };
    CHECK(fault_with({{1, 1}}) == 4);
    CHECK(fault_with({{2, 1}}) == 5);
    CHECK(fault_with({{0, 3}}) == 3);
    CHECK(fault_with({{0, 1}, {1, 2}}) == 4);
    CHECK(fault_with({{7, 9}}) == 5);
}

TEST_CASE("on a route that crosses itself progress tells which pass of the crossing is meant") {
    const auto at = sketch(R"(
                D
                |
        A-------+-------B
                |       |
                E-------C)",
                           Metres{3'000});
    // East, then south, west, and north over its own first part.
    const auto route = corridor_of({{at.at('A'), at.at('B'), at.at('C'), at.at('E'), at.at('D')}});
    const LatLon crossing = shifted(at.at('A'), {24'000}, {5});
    const auto first = route.locate(crossing, Metres{23'900});
    CHECK(first.along.value == Approx(24'000).margin(30));
    CHECK(first.off.value == Approx(5).margin(1));
    const auto second = route.locate(crossing, Metres{83'900});  // 48 + 6 + 24 + 6 km
    CHECK(second.along.value == Approx(84'000).margin(100));
    CHECK(second.off.value < 20);
}
