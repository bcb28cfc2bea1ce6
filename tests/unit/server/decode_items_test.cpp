// Items, words and locks as `liuhen decode` prints them, with and without a profile.
#include "server/tools/decode.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using nlohmann::json;

namespace {

// One of our own, HHD: sealed and closed, one-time password 12345678, card 90000001 opened it.
std::string hhd_frame() {
    Fix fix;
    fix.at = *parse_iso("2026-11-21T04:00:00Z");
    fix.where = {28.1, 119.6};
    Position p = report_of(fix, std::chrono::minutes{0});
    p.status |= 1U << 14U | 1U << 15U;
    p.alarm = 1U << 2U;
    p.items = {{0x60, *from_hex("0004003930303030303031")}, {0x67, *from_hex("3132333435363738")}};
    Header head = *header_for("8000620011", Edition::v2013);
    return to_hex(seal_message(head, p));
}
json printed(const std::string& hex, std::string_view profile) {
    const auto line = server::tools::decode_line(hex, *find_profile(profile));
    REQUIRE(line);
    CHECK(line->read);
    return json::parse(line->json);
}

}  // namespace

TEST_CASE("a profile names bits, items and lock events, and hides passwords") {
    const json body = printed(hhd_frame(), "lock-hhd")["body"];
    CHECK(body["alarm_bits"] == json{"battery_low"});
    CHECK(body["status_bits"] == json({"sealed", "rod_closed"}));
    CHECK(body["items"]["60"]["event_name"] == "card_unsealed");
    CHECK(body["items"]["60"]["actor"] == "90000001");
    CHECK(body["items"]["67"] == json{{"raw", "2a2a2a2a2a2a2a2a"}});
    REQUIRE(body["lock_events"].size() == 3);
    CHECK(body["lock_events"][2] == json{{"lock", "8000620011"},
                                         {"action", "unsealed"},
                                         {"means", "card"},
                                         {"actor", "90000001"}});
}

TEST_CASE("without a profile a position is printed by the standard alone") {
    const json body = printed(hhd_frame(), "standard")["body"];
    CHECK_FALSE(body.contains("lock_events"));
    CHECK(body["items"]["60"] == json{{"raw", "0004003930303030303031"}});
}

TEST_CASE("a profile's zone moves the printed time") {
    CHECK(printed(hhd_frame(), "standard")["body"]["time"] == "2026-11-20T20:00:00Z");
    CHECK(printed(hhd_frame(), "tracker-utc")["body"]["time"] == "2026-11-21T04:00:00Z");
}

TEST_CASE("a lock's report with a one-byte serial is printed") {
    const json line = printed(
        "7e5501802a7400000011850721112614000528060000119360000f12981e040000002d370ac30c0c2866"
        "03080000000b05220083a5bf6e7e",
        "standard");
    CHECK(line["msg_id"] == "0x5501");
    CHECK(line["serial"] == 7);
    CHECK(line["body"]["time"] == "2026-11-21T14:00:05Z");
    CHECK(line["body"]["mileage_km"] == 45);
    CHECK(line["body"]["items"]["0b"]["event_name"] == "card");
    CHECK(line["body"]["lock_events"][0]["action"] == "unsealed");
}
