#include "telematics/datum.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;

TEST_CASE("a place in Beijing is shifted by the published amount") {
    // 39.90734 N 116.39089 E is drawn at 39.90873 N 116.39713 E on Chinese maps.
    const LatLon shown = gcj02_from_wgs84({39.907341, 116.390887});
    CHECK(shown.lat == Approx(39.908745).margin(2e-5));
    CHECK(shown.lon == Approx(116.397130).margin(2e-5));
}

TEST_CASE("the inverse finds the place to a tenth of a millimetre") {
    const LatLon truth{28.1, 119.6};
    const LatLon found = wgs84_from_gcj02(gcj02_from_wgs84(truth));
    CHECK(found.lat == Approx(truth.lat).margin(1e-9));
    CHECK(found.lon == Approx(truth.lon).margin(1e-9));
}

TEST_CASE("outside the shifted area both grids are the same") {
    for (const LatLon abroad : {LatLon{50.32, 11.91}, LatLon{-33.9, 151.2}, LatLon{0, 0}}) {
        CHECK(gcj02_from_wgs84(abroad) == abroad);
        CHECK(wgs84_from_gcj02(abroad) == abroad);
    }
}
