// The inbox: what happens to a manifest is told to those whom it concerns, once each.
#include "tests/support/http_house.hpp"
#include "tests/support/valley_trip.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
using nlohmann::json;

json read(const Valley& place, const std::string& role, const std::string& query = "") {
    return test::expect(place.as(role).get("/v1/inbox" + query), 200);
}

// What each message says happened, in their order.
std::vector<std::string> events_of(const json& page) {
    std::vector<std::string> events;
    for (const auto& one : page.at("items")) events.push_back(one.at("event"));
    return events;
}

TEST_CASE("what happens to a manifest is told to those whom it concerns and to nobody else") {
    Valley place;
    test::truck_ready(place);
    const std::string id = test::arrived(place);
    const auto told = events_of(read(place, "producer"));
    CHECK(std::set<std::string>(told.begin(), told.end()).contains("arrive"));
    CHECK_FALSE(read(place, "carrier")["items"].empty());
    for (const auto& one : read(place, "producer")["items"]) CHECK(one["manifest"] == id);
    CHECK(read(place, "other")["items"].empty());
    for (const char* watcher : {"police", "operator"}) CHECK(read(place, watcher)["items"].empty());
}

TEST_CASE("a reader of the inbox loses no message and gets none twice, page by page") {
    Valley place;
    for (int i = 0; i < 3; ++i) {
        const std::string id = test::submitted(place, place.filing())["id"];
        test::step(place, "carrier", id, "carrier_accept", place.acceptance());
        test::step(place, "carrier", id, "unassign");
    }
    const json whole = read(place, "producer", "?limit=200")["items"];
    REQUIRE(whole.size() >= 6);
    json pieced = json::array();
    std::string after;
    while (true) {
        const json page = read(place, "producer", "?limit=2" + after);
        for (const auto& one : page["items"]) pieced.push_back(one);
        if (page["next"].is_null()) break;
        after = "&after=" + page["next"].dump();
    }
    CHECK(pieced == whole);
    // What comes later is found behind the last one that was read.
    const std::string last = pieced.back()["id"].dump();
    CHECK(read(place, "producer", "?after=" + last)["items"].empty());
    const std::string id = test::submitted(place, place.filing())["id"];
    test::step(place, "carrier", id, "carrier_accept", place.acceptance());
    CHECK_FALSE(read(place, "producer", "?after=" + last)["items"].empty());
}

TEST_CASE("a message that was read is marked, and only by one whom it was for") {
    Valley place;
    const std::string id = test::submitted(place, place.filing())["id"];
    test::step(place, "carrier", id, "carrier_accept", place.acceptance());
    const json first = read(place, "producer", "?unread=1")["items"].at(0);
    const std::string path = "/v1/inbox/" + first["id"].dump() + "/read";
    CHECK(place.as("other").send("POST", path).status == 404);
    CHECK(read(place, "producer", "?unread=1")["items"].at(0) == first);
    CHECK(place.as("producer").send("POST", path).status == 204);
    for (const auto& one : read(place, "producer", "?unread=1")["items"])
        CHECK(one["id"] != first["id"]);
    CHECK(read(place, "producer")["items"].at(0).contains("read_at"));
}

}  // namespace
