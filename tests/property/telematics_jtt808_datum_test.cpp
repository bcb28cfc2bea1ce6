#include "telematics/datum.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <cmath>

using namespace liuhen;
using namespace liuhen::telematics;

TEST_CASE("every place in China survives the way into GCJ-02 and back") {
    const bool holds =
        rc::check("wgs84_from_gcj02(gcj02_from_wgs84(p)) is p within 2e-9 degrees", [] {
            const double lat = *rc::gen::inRange(1'000'000, 55'500'000) / 1e6;
            const double lon = *rc::gen::inRange(73'000'000, 137'500'000) / 1e6;
            const LatLon found = wgs84_from_gcj02(gcj02_from_wgs84({lat, lon}));
            RC_ASSERT(std::abs(found.lat - lat) < 2e-9);
            RC_ASSERT(std::abs(found.lon - lon) < 2e-9);
        });
    CHECK(holds);
}
