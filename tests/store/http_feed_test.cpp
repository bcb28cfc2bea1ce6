// The feed of alerts, what people do about them, tracks and the roadside, over HTTP.
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
using nlohmann::json;

// A revision as the journal stores it.
void store_alert(Valley& place, const std::string& kind, char tier, int revision,
                 const std::string& what) {
    const std::string now = to_iso(place.house.now());
    place.database.sql(
        "INSERT INTO alert_revisions SELECT 'trip1." + kind + ".1', " + std::to_string(revision) +
        ", '" + what + "', 'trip1', v.id, v.carrier_id, v.plate, '{33112026000001}', '" + kind +
        "', '" + std::string(1, tier) + "', 2, '" + now + "', NULL, '" + now +
        "', false, '2026-1', '{\"fixes\":[],\"terms\":[]}', clock_timestamp() FROM vehicles v");
    place.house.wake_feed();
}

json read_until(const Valley& place, const std::string& query, std::size_t count) {
    json page;
    for (int i = 0; i < 50; ++i) {
        page = place.as("police").get("/v1/alerts?" + query).json();
        if (page.at("events").size() >= count) break;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return page;
}

TEST_CASE("a reader by cursor gets every revision once and in order") {
    Valley place;
    CHECK(place.as("police").get("/v1/alerts").json()["events"].empty());
    store_alert(place, "SUSPECTED_DUMPING", 'A', 1, "raised");
    store_alert(place, "ROUTE_DEVIATION", 'B', 1, "raised");
    store_alert(place, "SUSPECTED_DUMPING", 'A', 2, "amended");
    const auto first = read_until(place, "tier=A,B&limit=2", 2);
    REQUIRE(first["events"].size() == 2);
    const auto event = first["events"][0];
    CHECK(event["specversion"] == "1.0");
    CHECK(event["id"] == "trip1.SUSPECTED_DUMPING.1.1");
    CHECK(event["type"] == "liuhen.alert.raised.v1");
    CHECK(event["subject"] == "trip1.SUSPECTED_DUMPING.1");
    CHECK(event["data"]["manifest_no"] == "33112026000001");
    CHECK(event["data"]["until"].is_null());
    const std::string next = first["next"];
    const auto second = read_until(place, "tier=A,B&after=" + next, 1);
    REQUIRE(second["events"].size() == 1);
    CHECK(second["events"][0]["type"] == "liuhen.alert.amended.v1");
    const auto third =
        place.as("police").get("/v1/alerts?after=" + second["next"].get<std::string>()).json();
    CHECK(third["events"].empty());
    CHECK(third["next"] == second["next"]);
    // Police are told tier A, carriers B and C of their own trucks, unless they ask for more.
    CHECK(place.as("police").get("/v1/alerts").json()["events"].size() == 2);
    CHECK(place.as("carrier").get("/v1/alerts").json()["events"].size() == 1);
    CHECK(place.as("regulator").get("/v1/alerts").json()["events"].size() == 3);
    CHECK(place.as("police").get("/v1/alerts?after=zebra").status == 422);
    CHECK(place.as("police").get("/v1/alerts?after=f999").status == 422);
}

TEST_CASE("a long poll ends with the first alert, or with its time") {
    Valley place;
    const auto begun = server::monotonic();
    const auto empty = place.as("police").get("/v1/alerts?wait=1").json();
    const auto waited = server::monotonic() - begun;
    CHECK(empty["events"].empty());
    CHECK(waited >= std::chrono::milliseconds{900});
    std::thread later{[&place] {
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        store_alert(place, "LOCK_TAMPER", 'A', 1, "raised");
    }};
    const auto again = server::monotonic();
    const auto told = place.as("police").get("/v1/alerts?wait=20").json();
    later.join();
    CHECK(told["events"].size() == 1);
    CHECK(server::monotonic() - again < std::chrono::seconds{5});
}

TEST_CASE("a stream goes on after the last event its reader saw") {
    Valley place;
    store_alert(place, "SUSPECTED_DUMPING", 'A', 1, "raised");
    store_alert(place, "SUSPECTED_DUMPING", 'A', 2, "withdrawn");
    REQUIRE(read_until(place, "", 2)["events"].size() == 2);
    const auto listen = [&place](const std::string& more) {
        test::WebLine line{place.house.web().port, 5};
        line.send("GET /v1/alerts/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                  place.tokens.at("police") + "\r\n" + more + "\r\n");
        std::string all = line.receive_until("withdrawn");
        return all;
    };
    const std::string whole = listen("");
    CHECK(whole.find("text/event-stream") != std::string::npos);
    CHECK(whole.find("id: f1\nevent: alert\ndata: {") != std::string::npos);
    CHECK(whole.find("id: f2\n") != std::string::npos);
    const std::string rest = listen("Last-Event-ID: f1\r\n");
    CHECK(rest.find("id: f1\n") == std::string::npos);
    CHECK(rest.find("id: f2\n") != std::string::npos);
}

TEST_CASE("a stream tells nothing more once its token is revoked") {
    Valley place;
    store_alert(place, "SUSPECTED_DUMPING", 'A', 1, "raised");
    REQUIRE(read_until(place, "", 1)["events"].size() == 1);
    test::WebLine line{place.house.web().port, 10};
    line.send("GET /v1/alerts/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
              place.tokens.at("police") + "\r\n\r\n");
    REQUIRE(line.receive_until("id: f1\n").find("id: f1\n") != std::string::npos);
    place.database.sql("UPDATE tokens SET revoked_at = created_at WHERE role = 'police'");
    std::this_thread::sleep_for(std::chrono::milliseconds{2'500});  // as long as it may be cached
    store_alert(place, "LOCK_TAMPER", 'A', 1, "raised");
    CHECK(line.receive_until("LOCK_TAMPER").find("LOCK_TAMPER") == std::string::npos);
}

TEST_CASE("a long poll tells nothing once its token is revoked") {
    Valley place;
    std::thread later{[&place] {
        std::this_thread::sleep_for(std::chrono::milliseconds{200});
        place.database.sql("UPDATE tokens SET revoked_at = created_at WHERE role = 'police'");
    }};
    const auto refused = place.as("police").get("/v1/alerts?wait=3");
    later.join();
    CHECK(refused.status == 401);
    CHECK(refused.json()["code"] == "TOKEN_REVOKED");
}

TEST_CASE("regulators acknowledge and close an alert, once") {
    Valley place;
    store_alert(place, "LOCK_TAMPER", 'A', 1, "raised");
    const std::string path = "/v1/alerts/trip1.LOCK_TAMPER.1";
    const auto regulator = place.as("regulator");
    CHECK(regulator.post(path + "/ack", {{"reason", "car sent"}}).status == 200);
    CHECK(place.as("police").post(path + "/ack", json::object()).status == 403);
    CHECK(regulator.post(path + "/close", {{"outcome", "SHRUG"}}).status == 422);
    const json verdict{{"outcome", "FALSE_ALARM"}, {"reason", "the seal was loose"}};
    CHECK(regulator.post(path + "/close", verdict).status == 200);
    CHECK(regulator.post(path + "/close", verdict).status == 409);
    const auto whole = place.as("police").get(path).json();
    CHECK(whole["reviews"].size() == 2);
    CHECK(whole["reviews"][1]["outcome"] == "FALSE_ALARM");
    CHECK(whole["revisions"].size() == 1);
    CHECK(place.as("carrier").get(path).status == 200);
    CHECK(regulator.get("/v1/alerts/trip2.LOCK_TAMPER.1").status == 404);
}

TEST_CASE("a notice stands beside its manifest") {
    Valley place;
    const std::string id = place.draft();
    const json flat{{"kind", "breakdown"}, {"text", "flat tyre at km 12"}};
    CHECK(place.as("driver").post("/v1/manifests/" + id + "/notices", flat).status == 404);
    REQUIRE(place.act("producer", id, "submit").status == 200);
    CHECK(place.as("driver").post("/v1/manifests/" + id + "/notices", flat).status == 201);
    CHECK(place.as("producer").post("/v1/manifests/" + id + "/notices", flat).status == 403);
    CHECK(place.as("driver").post("/v1/manifests/" + id + "/notices", {{"kind", "nap"}}).status ==
          422);
    const auto seen = place.as("police").get("/v1/manifests/" + id + "/notices").json();
    CHECK(seen["items"][0]["text"] == "flat tyre at km 12");
}

TEST_CASE("a track is GeoJSON with its times and gaps, page by page") {
    Valley place;
    const Instant start = place.house.now() - std::chrono::hours{1};
    for (int i = 0; i < 6; ++i) {
        const auto pause = std::chrono::minutes{i < 3 ? i : i + 20};
        place.fix(start + pause, 28.10 + i * 0.001, 119.60, 1000);
    }
    const std::string path = "/v1/vehicles/" + place.vehicle + "/track";
    const auto whole = place.as("police").get(path);
    CHECK(whole.header("content-type") == "application/geo+json");
    const auto feature = whole.json()["features"][0];
    CHECK(feature["geometry"]["type"] == "LineString");
    CHECK(feature["geometry"]["coordinates"].size() == 6);
    CHECK(feature["geometry"]["coordinates"][0] == json({119.60, 28.10}));
    CHECK(feature["properties"]["coordTimes"].size() == 6);
    CHECK(feature["properties"]["speeds_kmh"][0] == 36.0);
    CHECK(feature["properties"]["gaps"].size() == 1);
    std::set<std::string> times;
    std::string next = path + "?limit=4";
    int pages = 0;
    for (; !next.empty() && pages < 5; ++pages) {
        const auto page = place.as("police").get(next).json();
        for (const auto& time : page["features"][0]["properties"]["coordTimes"])
            CHECK(times.insert(time).second);
        next = page["next"].is_null() ? "" : page["next"].get<std::string>();
    }
    CHECK(pages == 2);
    CHECK(times.size() == 6);
    CHECK(place.as("police")
              .get(path + "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")
              .status == 422);
}

TEST_CASE("a look-up at the roadside shows what the truck may carry, and is written down") {
    Valley place;
    const std::string id = place.draft();
    REQUIRE(place.act("producer", id, "submit").status == 200);
    REQUIRE(place.act("carrier", id, "carrier_accept", place.acceptance()).status == 200);
    const std::string plate = "%E6%B5%99K%2012345";  // with a space, as it is painted
    const auto found = place.as("police").get("/v1/checkpoint?plate=" + plate).json();
    CHECK(found["found"] == true);
    const auto manifest = found["vehicles"][0]["manifests"][0];
    CHECK(manifest["id"] == id);
    CHECK(manifest["lines"][0]["code"] == "336-054-17");
    CHECK(manifest["driver"]["name"] == "Wang Jun");
    const auto unknown = place.as("police").get("/v1/checkpoint?plate=%E6%B5%99K99999").json();
    CHECK(unknown["found"] == false);
    CHECK(place.as("police").get("/v1/checkpoint?plate=soup").status == 422);
    CHECK(place.database.value<int>("SELECT count(*) FROM checkpoint_log WHERE role = 'police'") ==
          2);
}

TEST_CASE("a load is not signed while the lock is open or the truck is elsewhere") {
    Valley place;
    const std::string id = place.draft();
    REQUIRE(place.act("producer", id, "submit").status == 200);
    REQUIRE(place.act("carrier", id, "carrier_accept", place.acceptance()).status == 200);
    place.lock_says(place.house.now() - std::chrono::minutes{2}, 1);
    place.fix(place.house.now() - std::chrono::minutes{1}, 28.5, 119.6);
    const auto codes = [](const test::WebReply& reply) {
        std::set<std::string> found;
        const auto body = reply.json();
        for (const auto& one : body["errors"]) found.insert(one["code"]);
        return found;
    };
    json weights{{"gross_kg", 20000}, {"tare_kg", 12000}};
    const auto elsewhere = place.act("producer", id, "load_sign", weights);
    CHECK(elsewhere.status == 422);
    CHECK(codes(elsewhere).contains("VEHICLE_NOT_HERE"));
    weights["manual_reason"] = "the terminal lost its sky";
    REQUIRE(place.act("producer", id, "load_sign", weights).status == 200);
    json driver{{"manual_reason", "the terminal lost its sky"}};
    const auto open = place.act("driver", id, "load_sign", driver);
    CHECK(open.status == 422);
    CHECK(codes(open).contains("LOCK_NOT_CLOSED"));
    driver["seal_nos"] = {"S-1"};
    CHECK(place.act("driver", id, "load_sign", driver).status == 200);
}

}  // namespace
