// 0x8600 to 0x8608, 0x0608.
#include "tests/unit/telematics/jtt808_bodies.hpp"

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::test;

namespace {
const std::string hours = "000000060000 000000200000";
const std::string plain_circle = "00000007 0008 01acc5a0 0720f380 000000c8";
}  // namespace

TEST_CASE("a circle has hours and a limit only with their flags") {
    const auto m = read_back<SetCircles>(
        "01 02" + plain_circle + "00000008 0003 01acc5a0 0720f380 000000c8" + hours + "003c 0a");
    REQUIRE(m.setting.areas.size() == 2);
    CHECK(m.setting.areas[0].area == 7);
    CHECK(m.setting.areas[0].shape.radius_m == 200);
    CHECK(to_hex(m.setting.areas[1].hours.end) == "000000200000");
    CHECK(m.setting.areas[1].limit.highest_kmh == 60);
    CHECK(m.setting.areas[1].limit.seconds == 10);
}

TEST_CASE("2019 adds a limit at night and a name, 2011 a second count") {
    const auto m = read_back<SetCircles>(
        "01 01 00000008 0002 01acc5a0 0720f380 000000c8 003c 0a 0028 0004 b3a7c7f8",
        Edition::v2019);
    CHECK(m.layout == Layout::v2019);
    CHECK(m.setting.areas[0].limit.highest_at_night_kmh == 40);
    CHECK(m.setting.areas[0].name.utf8 == "厂区");
    const auto old = read_back<SetCircles>("01 03 01" + plain_circle);
    CHECK(old.layout == Layout::v2011);
    CHECK(old.setting.total == 3);
}

TEST_CASE("a rectangle has two corners") {
    const auto m =
        read_back<SetRectangles>("00 01 00000007 0020 01acc5a0 0720f380 01acc000 07210000");
    CHECK(m.setting.areas[0].shape.upper_left.latitude == 28'100'000);
    CHECK(m.setting.areas[0].shape.lower_right.longitude == 0x07210000);
    CHECK(fault<SetRectangles>("00 02 00000007 0020 01acc5a0 0720f380 01acc000 07210000") ==
          Fault::truncated);
}

TEST_CASE("a polygon's limit stands before its corners and the one at night behind them") {
    const std::string corners = "0003 01acc5a0 0720f380 01acc5a1 0720f381 01acc5a2 0720f382";
    const auto m = read_back<SetPolygon>("00000009 0002 003c 0a" + corners);
    CHECK(m.shape.corners.size() == 3);
    CHECK(m.shape.corners[2].longitude == 0x0720f382);
    const auto late =
        read_back<SetPolygon>("00000009 0002 003c 0a" + corners + "0028 0000", Edition::v2019);
    CHECK(late.shape.limit.highest_at_night_kmh == 40);
}

TEST_CASE("a route has points with a width and what holds on their segments") {
    const auto m =
        read_back<SetRoute>("0000000a 0001" + hours +
                            "0002 00000001 00000001 01acc5a0 0720f380 32 00"
                            "     00000002 00000002 01acc988 0720f380 32 03 0258 003c 003c 0a");
    REQUIRE(m.shape.points.size() == 2);
    CHECK(m.shape.points[0].width_m == 50);
    CHECK(m.shape.points[1].times.longest_s == 600);
    CHECK(m.shape.points[1].limit.highest_kmh == 60);
}

TEST_CASE("areas are deleted by id, all of them when none is named") {
    CHECK(read_back<DeleteCircles>("01 00000007").areas == std::vector<std::uint32_t>{7});
    CHECK(read_back<DeleteRectangles>("00").areas.empty());
    CHECK(read_back<DeletePolygons>("02 00000007 00000008").areas.size() == 2);
    CHECK(read_back<DeleteRoutes>("01 0000000a").areas[0] == 10);
    CHECK(fault<DeleteRoutes>("02 0000000a") == Fault::truncated);
}

TEST_CASE("areas are asked for and told one by one or as whole settings") {
    CHECK(read_back<QueryAreas>("01 00000001 00000007", Edition::v2019).areas[0] == 7);
    const auto one = read_back<AreasReply>("01 00000001" + plain_circle + "0000", Edition::v2019);
    CHECK(one.layout == AreasReplyLayout::one_by_one);
    CHECK(one.circles[0].shape.radius_m == 200);
    const auto settings =
        read_back<AreasReply>("01 00000001 01 01" + plain_circle + "0000", Edition::v2019);
    CHECK(settings.layout == AreasReplyLayout::settings);
    CHECK(settings.circle_settings[0].areas[0].area == 7);
    const auto other = read_back<AreasReply>("05 00000001 00000007", Edition::v2019);
    CHECK(other.layout == AreasReplyLayout::other);
    CHECK(to_hex(other.other) == "00000007");
    const auto route = read_back<AreasReply>(
        "04 00000001 0000000a 0000 0001 00000001 00000001 01acc5a0 0720f380 32 00 0000",
        Edition::v2019);
    CHECK(route.routes[0].points.size() == 1);
}
