#include "geofence/zone.hpp"

#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

GeoFaultCode fault_of(const std::vector<Path>& rings) {
    const auto shape = Shape::polygon(rings);
    REQUIRE_FALSE(shape);
    return shape.error().code;
}
Path ring_of(const std::map<char, LatLon>& at, std::string_view corners) {
    Path ring;
    for (const char c : corners) ring.push_back(at.at(c));
    return ring;
}

const auto yard = sketch(R"(
    A---------------B
    |   E-----F     |
    |   |  x  |  y  |   z
    |   H-----G     |
    D---------------C   )",
                         Metres{50});

}  // namespace

TEST_CASE("a polygon contains what its outline holds and its hole does not") {
    const auto shape = Shape::polygon({ring_of(yard, "ABCD"), ring_of(yard, "EFGH")}).value();
    CHECK_FALSE(shape.contains(yard.at('x')));
    CHECK(shape.contains(yard.at('y')));
    CHECK_FALSE(shape.contains(yard.at('z')));
    CHECK(shape.signed_distance(yard.at('z')).value == Approx(200).epsilon(0.002));
    CHECK(shape.signed_distance(yard.at('y')).value == Approx(-100).epsilon(0.002));
}

TEST_CASE("a ring may be closed or open and run either way") {
    for (const auto* corners : {"ABCD", "ABCDA", "DCBA", "AABBCCDDA"}) {
        const auto shape = Shape::polygon({ring_of(yard, corners)});
        REQUIRE(shape);
        CHECK(shape->contains(yard.at('y')));
    }
}

TEST_CASE("a polygon that cannot be one is refused with its reason") {
    CHECK(fault_of({}) == GeoFaultCode::too_few_points);
    CHECK(fault_of({ring_of(yard, "ABA")}) == GeoFaultCode::too_few_points);
    CHECK(fault_of({ring_of(yard, "ACBD")}) == GeoFaultCode::self_crossing);
    CHECK(fault_of({ring_of(yard, "ABFB")}) == GeoFaultCode::self_crossing);
    CHECK(fault_of({ring_of(yard, "EFGH"), ring_of(yard, "AEz")}) == GeoFaultCode::self_crossing);
    CHECK(fault_of({ring_of(yard, "EFGH"), ring_of(yard, "yBC")}) == GeoFaultCode::hole_outside);
    CHECK(fault_of({{yard.at('A'), yard.at('B'), {.lat = 100, .lon = 0}}}) ==
          GeoFaultCode::off_earth);
    CHECK(fault_of({{{.lat = 0, .lon = 179}, {.lat = 1, .lon = -179}, {.lat = 2, .lon = 179}}}) ==
          GeoFaultCode::antimeridian);
    CHECK(fault_of({Path(10'001, yard.at('A'))}) == GeoFaultCode::too_many_points);
    CHECK(Shape::circle(yard.at('A'), {0}).error().code == GeoFaultCode::bad_radius);
    CHECK(Shape::circle({.lat = 0, .lon = 179.999}, {5000}).error().code ==
          GeoFaultCode::antimeridian);
}

TEST_CASE("places are found by their point, their time and their reach") {
    Site shut = round_site("shut", SiteKind::rest, yard.at('y'), {80});
    shut.valid = {.from = night, .until = std::nullopt};
    const auto places =
        Places::from({round_site("open", SiteKind::fuel, yard.at('y'), {100}), shut,
                      round_site("far", SiteKind::yard, yard.at('z'), {30}),
                      round_site("wide", SiteKind::water_source, yard.at('A'), {80'000})})
            .value();
    const auto ids = [&](Instant when) {
        std::string found;
        for (const Site* site : places.at(yard.at('y'), when)) found += site->id.text + " ";
        return found;
    };
    CHECK(ids(afternoon) == "open wide ");
    CHECK(ids(night) == "open shut wide ");
    CHECK(places.near(yard.at('y'), afternoon, {330}).size() == 3);
    CHECK(places.find({"far"})->kind == SiteKind::yard);
    CHECK(places.find({"nowhere"}) == nullptr);
}

TEST_CASE("sites with one id or an impossible hysteresis are refused") {
    const auto site = round_site("S", SiteKind::yard, yard.at('A'), {50});
    CHECK(Places::from({site, site}).error().code == GeoFaultCode::duplicate_id);
    auto odd = site;
    odd.hysteresis = {-1};
    CHECK(Places::from({odd}).error().code == GeoFaultCode::bad_hysteresis);
}

TEST_CASE("every kind of site has a code that leads back to it") {
    for (int i = 0; i < static_cast<int>(SiteKind::count_); ++i) {
        const auto kind = static_cast<SiteKind>(i);
        CHECK(site_kind_from_code(code(kind)) == kind);
    }
    CHECK_FALSE(site_kind_from_code("castle"));
}
