#include "geofence/roads/road_corridor.hpp"
#include "geofence/roads/route_finder.hpp"
#include "tests/support/roads.hpp"
#include "tests/support/sketch.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::geofence::roads;
using namespace liuhen::test;

namespace {

RoadRoute route_of(const std::vector<Way>& ways, const std::vector<LatLon>& places) {
    return find_route(RoadNetwork(ways), places).value();
}
RouteFaultCode fault_of(const std::vector<Way>& ways, const std::vector<LatLon>& places) {
    const auto route = find_route(RoadNetwork(ways), places);
    REQUIRE_FALSE(route);
    return route.error().code;
}
bool passes(const RoadRoute& route, LatLon place) {
    return std::ranges::any_of(route.path,
                               [&](LatLon one) { return flat_distance(one, place) < Metres{1}; });
}

/// Each road is entered where the one before it was left, and one-way roads onward.
bool driven_lawfully(const RoadNetwork& network, const RoadRoute& route) {
    for (std::size_t i = 0; i < route.roads.size(); ++i) {
        const auto [index, from, to] = route.roads[i];
        const Road& road = network.road(index);
        if (road.one_way && to < from) return false;
        if (i == 0) continue;
        const Driven& before = route.roads[i - 1];
        const Road& left = network.road(before.road);
        const Junction out = before.to >= before.from ? left.to : left.from;
        if (out != (to >= from ? road.from : road.to)) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("the quicker road is taken, not the shorter one") {
    const auto at = sketch(R"(
        B-----------------------C
        |                       |
        A-----------------------D)",
                           Metres{500});
    const std::vector<Way> ways{way(at, "AD", "highway=track"), way(at, "ABCD", "highway=primary")};
    const auto route = route_of(ways, {at.at('A'), at.at('D')});
    CHECK(passes(route, at.at('B')));
    CHECK(route.length.value == Approx(14'000).epsilon(0.003));
    CHECK(route.duration.count() == Approx(14'000 / (55 / 3.6)).margin(3));
}

TEST_CASE("a one-way road is not driven against its direction") {
    const auto at = sketch(R"(
        A-------B
        |       |
        D-------C)",
                           Metres{500});
    const std::vector<Way> ring{way(at, "ABCDA", "highway=primary,oneway=yes")};
    CHECK(route_of(ring, {at.at('A'), at.at('B')}).length.value == Approx(4'000).epsilon(0.01));
    CHECK(route_of(ring, {at.at('B'), at.at('A')}).length.value == Approx(6'000).epsilon(0.01));
    const std::vector<Way> dead_end{way(at, "AB", "highway=primary,oneway=yes")};
    CHECK(fault_of(dead_end, {at.at('B'), at.at('A')}) == RouteFaultCode::no_way);
}

TEST_CASE("a route begins and ends in the yard, and between two junctions") {
    const auto at = sketch(R"(
        y          z
        A----------------B)",
                           Metres{100});
    const auto route = route_of({way(at, "AB")}, {at.at('y'), at.at('z')});
    CHECK(route.path.front() == at.at('y'));
    CHECK(route.path.back() == at.at('z'));
    CHECK(route.length.value == Approx(100 + 1'100 + 100).epsilon(0.003));
    REQUIRE(route.roads.size() == 1);
    CHECK(route.roads[0].to.value == Approx(1'100).epsilon(0.003));
    const auto back = route_of({way(at, "AB")}, {at.at('z'), at.at('y')});
    CHECK(back.length.value == Approx(route.length.value));
}

TEST_CASE("private roads are driven at the ends and not through") {
    const auto at = sketch(R"(
        A-----B-----C
        |           |
        D-----------E)",
                           Metres{400});
    const std::vector<Way> ways{way(at, "ABC", "access=private,highway=secondary"),
                                way(at, "ADEC", "highway=secondary")};
    CHECK(passes(route_of(ways, {at.at('A'), at.at('C')}), at.at('D')));
    CHECK_FALSE(passes(route_of(ways, {at.at('A'), at.at('B')}), at.at('D')));
}

TEST_CASE("a route leads through the places between in their order") {
    const auto at = sketch(R"(
        A-----B-----C
              |
              D      )",
                           Metres{400});
    const std::vector<Way> ways{way(at, "ABC"), way(at, "BD")};
    const auto route = route_of(ways, {at.at('A'), at.at('D'), at.at('C')});
    CHECK(route.length.value == Approx(6 * 400 + 2 * 800 + 6 * 400).epsilon(0.01));
    REQUIRE(route.stops.size() == 3);
    CHECK(route.path[route.stops[1]] == at.at('D'));
}

TEST_CASE("places without a road, without a way, or too few are refused by their number") {
    const auto at = sketch("A---B    x    C---D", Metres{400});
    const std::vector<Way> ways{way(at, "AB"), way(at, "CD")};
    const auto far = find_route(RoadNetwork(ways), std::vector{at.at('A'), at.at('x')});
    REQUIRE_FALSE(far);
    CHECK(far.error().code == RouteFaultCode::no_road_near);
    CHECK(far.error().stop == 1);
    CHECK(fault_of(ways, {at.at('A'), at.at('D')}) == RouteFaultCode::no_way);
    CHECK(fault_of(ways, {at.at('A')}) == RouteFaultCode::stops);
    CHECK(fault_of({}, {at.at('A'), at.at('D')}) == RouteFaultCode::no_road_near);
    CHECK(code(RouteFaultCode::no_way) == "no_way");
}

TEST_CASE("routes cost what a search of every way finds") {
    std::mt19937 random(7);
    int checked = 0;
    for (int round = 0; round < 120; ++round) {
        constexpr int side = 5;
        std::map<char, LatLon> at;
        for (int i = 0; i < side * side; ++i) {
            at[static_cast<char>('A' + i)] =
                shifted(sketch_corner, {(i % side) * 400.0}, {(i / side) * 400.0});
        }
        std::vector<Way> ways;
        const auto maybe = [&](int a, int b) {
            if (random() % 5 == 0) return;
            const std::string ends{static_cast<char>('A' + a), static_cast<char>('A' + b)};
            constexpr std::string_view kinds[] = {"highway=primary", "highway=service",
                                                  "highway=tertiary,oneway=yes",
                                                  "highway=tertiary,oneway=-1"};
            ways.push_back(way(at, ends, kinds[random() % 4]));
        };
        for (int i = 0; i < side * side; ++i) {
            if (i % side + 1 < side) maybe(i, i + 1);
            if (i + side < side * side) maybe(i, i + side);
        }
        constexpr double none = 1e18;
        std::vector<double> best(side * side, none);
        best[0] = 0;
        for (int pass = 0; pass < side * side; ++pass) {
            for (const Way& one : ways) {
                const auto a = static_cast<std::size_t>(one.nodes.front().id - 'A');
                const auto b = static_cast<std::size_t>(one.nodes.back().id - 'A');
                const double cost = flat_distance(one.nodes.front().at, one.nodes.back().at) /
                                    Metres{1} / one.speed.value;
                best[b] = std::min(best[b], best[a] + cost);
                if (!one.one_way) best[a] = std::min(best[a], best[b] + cost);
            }
        }
        const char goal = 'A' + side * side - 1;
        const RoadNetwork network(ways);
        const auto route = find_route(network, std::vector{at['A'], at[goal]});
        if (best.back() >= none) continue;
        REQUIRE(route);
        CHECK(static_cast<double>(route->duration.count()) <= best.back() + 1);
        CHECK(driven_lawfully(network, *route));
        ++checked;
    }
    CHECK(checked > 30);
}

TEST_CASE("the corridor of a divided road reaches over its other carriageway") {
    const auto at = sketch(R"(
        B---------------------A


        C---------------------D)",
                           Metres{10});
    const std::vector<Way> ways{way(at, "AB", "highway=trunk,oneway=yes"),
                                way(at, "CD", "highway=trunk,oneway=yes")};
    const RoadNetwork network(ways);
    const auto route = find_route(network, std::vector{at.at('C'), at.at('D')}).value();
    const auto stretch = corridor_along(network, route, {50});
    REQUIRE(stretch.half_widths.size() == stretch.line.size());
    for (const Metres width : stretch.half_widths) CHECK(width.value == Approx(80).margin(1));
    const auto corridor = Corridor::from_stretches({&stretch, 1}).value();
    CHECK(corridor.half_width({100}).value == Approx(80).margin(1));
}

TEST_CASE("a parallel road that leads the same way, or a street across, widens nothing") {
    const auto at = sketch(R"(
        A---------------------B

        C----------E----------D
                   F           )",
                           Metres{20});
    const std::vector<Way> ways{way(at, "AB", "highway=trunk,oneway=yes"),
                                way(at, "CED", "highway=trunk,oneway=yes"),
                                way(at, "EF", "highway=trunk,oneway=yes")};
    const RoadNetwork network(ways);
    const auto route = find_route(network, std::vector{at.at('C'), at.at('D')}).value();
    for (const Metres width : corridor_along(network, route, {50}).half_widths) {
        CHECK(width.value == Approx(50));
    }
}

TEST_CASE("a ramp belongs to the road that it leaves") {
    const auto at = sketch(R"(
        C----------E----------D
                     F---G     )",
                           Metres{20});
    const std::vector<Way> ways{way(at, "CED", "highway=motorway"),
                                way(at, "EFG", "highway=motorway_link")};
    const RoadNetwork network(ways);
    const auto route = find_route(network, std::vector{at.at('C'), at.at('D')}).value();
    const auto widths = corridor_along(network, route, {40}).half_widths;
    CHECK(std::ranges::max(widths).value == Approx(60).margin(3));
}

TEST_CASE("tunnels of the map are kept along the corridor, in either direction of driving") {
    const auto at = sketch("A-----B--C---D-----E", Metres{200});
    const std::vector<Way> ways{way(at, "AB"), way(at, "BC", "highway=secondary,tunnel=yes"),
                                way(at, "CD", "highway=secondary,tunnel=yes"), way(at, "DE")};
    const RoadNetwork network(ways);
    const auto tunnel_between = [&](char from, char to) {
        const auto route = find_route(network, std::vector{at.at(from), at.at(to)}).value();
        const auto stretch = corridor_along(network, route, {50});
        const auto corridor = Corridor::from_stretches({&stretch, 1}).value();
        REQUIRE(corridor.tunnels().size() == 1);
        return corridor.tunnels().front();
    };
    CHECK(tunnel_between('A', 'E').from.value == Approx(1'200).epsilon(0.003));
    CHECK(tunnel_between('A', 'E').to.value == Approx(2'600).epsilon(0.003));
    CHECK(tunnel_between('E', 'B').from.value == Approx(1'200).epsilon(0.003));
    CHECK(tunnel_between('E', 'B').to.value == Approx(2'600).epsilon(0.003));
}
