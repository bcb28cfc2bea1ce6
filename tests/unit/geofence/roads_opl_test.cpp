#include "geofence/roads/opl.hpp"
#include "tests/support/roads.hpp"
#include "tests/support/sketch.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::geofence::roads;
using namespace liuhen::test;

namespace {

const auto at = sketch("A--B--C", Metres{100});

std::optional<Way> read(std::string_view tags, const Lorry& lorry = {}) {
    return read_way(opl_way(at, 7, "ABC", tags), lorry).value();
}
std::string refused(std::string_view line) {
    const auto way = read_way(line, {});
    REQUIRE_FALSE(way);
    return way.error().detail;
}

}  // namespace

TEST_CASE("a road is read with its class, its places and a lorry's speed") {
    const auto way = read("highway=primary,name=省道,tunnel=yes");
    REQUIRE(way);
    CHECK(way->id == 7);
    CHECK(way->built_as == RoadClass::primary);
    CHECK(way->in_tunnel);
    CHECK_FALSE(way->one_way);
    REQUIRE(way->nodes.size() == 3);
    CHECK(way->nodes[1].id == 'B');
    CHECK(way->nodes[1].at.lon == Approx(at.at('B').lon).epsilon(1e-9));
    CHECK(to_kmh(way->speed) == Approx(55));
}

TEST_CASE("a sign slows a lorry down and never speeds it up") {
    CHECK(to_kmh(read("highway=primary,maxspeed=30")->speed) == Approx(30));
    CHECK(to_kmh(read("highway=primary,maxspeed=100")->speed) == Approx(55));
    CHECK(to_kmh(read("highway=primary,maxspeed=20%20%mph")->speed) == Approx(32.19).margin(0.01));
    CHECK(to_kmh(read("highway=primary,maxspeed=none")->speed) == Approx(55));
}

TEST_CASE("what no lorry drives on is no road") {
    CHECK_FALSE(read("highway=footway"));
    CHECK_FALSE(read("building=yes"));
    CHECK_FALSE(read("highway=service,area=yes"));
    CHECK_FALSE(read("highway=construction,construction=primary"));
    CHECK_FALSE(read("highway=track,access=forestry"));
    CHECK_FALSE(read("highway=secondary,maxweight=7.5"));
    CHECK_FALSE(read("highway=secondary,maxheight=3.8"));
    CHECK(read("highway=secondary,maxweight=7.5", {.tonnes = 7}));
}

TEST_CASE("dangerous goods heed their signs, other loads do not") {
    CHECK_FALSE(read("highway=trunk,hazmat=no"));
    CHECK(read("highway=trunk,hazmat=no", {.hazardous = false}));
}

TEST_CASE("the sign for lorries stands above that for all") {
    CHECK(read("access=no,hgv=yes,highway=service")->access == Access::open);
    CHECK_FALSE(read("access=yes,hgv=no,highway=service"));
    CHECK(read("access=private,highway=service")->access == Access::ends_only);
    CHECK(read("highway=residential,motor_vehicle=destination")->access == Access::ends_only);
}

TEST_CASE("one-way roads are read in their direction") {
    CHECK(read("highway=primary,oneway=yes")->one_way);
    CHECK(read("highway=motorway")->one_way);
    CHECK_FALSE(read("highway=motorway,oneway=no")->one_way);
    CHECK(read("highway=tertiary,junction=roundabout")->one_way);
    const auto back = read("highway=primary,oneway=-1");
    CHECK(back->one_way);
    CHECK(back->nodes.front().id == 'C');
}

TEST_CASE("nodes, relations and blank lines are passed over") {
    CHECK_FALSE(read_way("n625022 v5 dV c1 t i1 ux T x1.55 y42.51", {}).value());
    CHECK_FALSE(read_way("r1 v1 dV c1 t i1 ux Ttype=route Mw1@", {}).value());
    CHECK_FALSE(read_way("", {}).value());
    CHECK_FALSE(read_way("w1 v1 dV c1 t i1 ux Thighway=primary Nn1x1y1", {}).value());
}

TEST_CASE("a way without places, or with impossible ones, is refused by name") {
    const std::string head = "w9 v1 dV c1 t i1 ux Thighway=primary N";
    CHECK(refused(head + "n1,n2").starts_with("node 1 has no place"));
    CHECK(refused(head + "n1x1y1,n2x1y95").starts_with("node 2 is not on earth"));
    CHECK(refused(head + "n1xnany1,n2x1y9").starts_with("node 1 is not on earth"));
    CHECK(refused(head + "n1x1y1;n2x1y2").starts_with("a comma belongs between two nodes"));
    CHECK(refused(head + "1,2").starts_with("nodes are written"));
    CHECK(refused("wx v1 Thighway=primary Nn1x1y1,n2x1y2").starts_with("a way begins with w"));
    CHECK(refused(std::string(1'000'001, 'w')) == "a line has over 1,000,000 bytes");
}
