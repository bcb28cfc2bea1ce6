// The hot path measures in a local plane; GeographicLib says how long things really are.
#include "geofence/corridor.hpp"
#include "geofence/flat.hpp"
#include "tests/support/sketch.hpp"

#include <GeographicLib/Geodesic.hpp>
#include <catch2/catch.hpp>

#include <cmath>
#include <random>

using namespace liuhen;
using namespace liuhen::geofence;

namespace {

LatLon moved(LatLon from, double azimuth, double metres) {
    LatLon to;
    GeographicLib::Geodesic::WGS84().Direct(from.lat, from.lon, azimuth, metres, to.lat, to.lon);
    return to;
}
double within(std::mt19937& random, double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random);
}

}  // namespace

TEST_CASE("200 m measured up to 10 km from a plane's origin is right as the header says") {
    std::mt19937 random(1);
    double worst_at_30 = 0;
    double worst_at_75 = 0;
    for (int i = 0; i < 20'000; ++i) {
        const double lat = within(random, -75, 75);
        const LatLon origin{.lat = lat, .lon = within(random, -179, 179)};
        const LatLon a = moved(origin, within(random, 0, 360), within(random, 0, 10'000));
        const LatLon b = moved(a, within(random, 0, 360), 200);
        const FlatPlane plane(origin);
        const double error = std::abs(norm(plane.project(b) - plane.project(a)) - 200);
        worst_at_75 = std::max(worst_at_75, error);
        if (std::abs(lat) <= 30) worst_at_30 = std::max(worst_at_30, error);
    }
    INFO(worst_at_30 << " m up to 30 degrees, " << worst_at_75 << " m up to 75");
    CHECK(worst_at_30 < 0.4);
    CHECK(worst_at_75 < 2.0);
}

TEST_CASE("steps of up to 5 km are measured to 5 cm between the tropics and 60 degrees") {
    std::mt19937 random(2);
    for (int i = 0; i < 20'000; ++i) {
        const LatLon a{.lat = within(random, -60, 60), .lon = within(random, -179, 179)};
        const LatLon b = moved(a, within(random, 0, 360), within(random, 0, 5'000));
        REQUIRE(std::abs(flat_distance(a, b).value - geodesic_distance(a, b).value) < 0.05);
    }
}

TEST_CASE("the offset from a corridor is the geodesic distance to the nearest point of the route") {
    std::mt19937 random(3);
    for (int i = 0; i < 200; ++i) {
        Path line{{.lat = within(random, 18, 50), .lon = within(random, 80, 130)}};
        double azimuth = within(random, 0, 360);
        for (int k = 0; k < 20; ++k) {
            azimuth += within(random, -40, 40);
            line.push_back(moved(line.back(), azimuth, within(random, 100, 5'000)));
        }
        const auto route = Corridor::from_lines({&line, 1}, {50}).value();
        for (int k = 0; k < 50; ++k) {
            const Metres along{within(random, 0, route.length().value)};
            const LatLon where =
                moved(route.point_at(along), within(random, 0, 360), within(random, 0, 2'000));
            const auto found = route.locate(where);
            const double true_off = geodesic_distance(where, route.point_at(found.along)).value;
            REQUIRE(found.off.value == Approx(true_off).margin(0.5).epsilon(0.001));
            REQUIRE(route.locate(where, along).off.value <= 2'001);   // never worse than known
            for (double step = -3'000; step <= 3'000; step += 250) {  // nothing is nearer
                const LatLon other = route.point_at({found.along.value + step});
                REQUIRE(geodesic_distance(where, other).value > true_off - 1);
            }
        }
    }
}
