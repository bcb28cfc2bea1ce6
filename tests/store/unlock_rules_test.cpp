// Who opens a truck where: every rule over HTTP on a real database, granted and refused.
#include "tests/support/unlock_house.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using nlohmann::json;
using test::byway;
using test::plant;
using test::Spot;
using test::UnlockHouse;
using test::works;

TEST_CASE("a producer opens the truck it is to load, and an order waits for the lock") {
    UnlockHouse place;
    const auto id = place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto reply = place.unlock("producer");
    REQUIRE(reply.status == 202);
    const auto body = reply.json();
    CHECK(body["rule"] == "U1");
    CHECK(body["ground"] == "loading");
    CHECK(body["manifest"] == id);
    const Instant until = *parse_iso(body["until"].get<std::string>());
    CHECK(until > place.house.now() + 14min);
    CHECK(until <= place.house.now() + 15min);
    const auto order = place.database.sql("SELECT * FROM orders WHERE id = '" +
                                          body["order"].get<std::string>() + "'");
    REQUIRE(order.size() == 1);
    const auto command = json::parse(order[0]["command"].c_str());
    CHECK(command["verb"] == "unseal");
    CHECK(command["lock"] == "7100001");
    CHECK(order[0]["role"].as<std::string>() == "producer");
    CHECK(order[0]["most_said"].as<int>() == 1);
    CHECK(order[0]["state"].as<std::string>() == "queued");
    // The lock's session says it, and the watch knows that the lock may be open.
    using What = server::http::FollowUp::What;
    const auto told = place.house.told();
    REQUIRE(told.size() >= 2);
    CHECK(told[told.size() - 2].what == What::order_given);
    CHECK(told[told.size() - 2].id == "7100001");
    CHECK(told.back().what == What::openings_changed);
    CHECK(place.database.value<int>(
              "SELECT count(*) FROM unlock_windows WHERE closed_at IS NULL") == 1);
}

struct Row {
    const char* state;
    Spot spot;
    const char* role;
    const char* verdict;
};

void walk(UnlockHouse& place, const std::string& id, std::initializer_list<Row> rows) {
    for (const Row& row : rows) {
        INFO(row.state << ' ' << row.spot.lon << ' ' << row.role);
        place.force(id, row.state);
        place.truck_at(row.spot);
        CHECK(place.verdict(row.role) == row.verdict);
    }
}

TEST_CASE("each state opens at its place for its role and nowhere else") {
    UnlockHouse place;
    const auto id = place.manifest("IN_TRANSIT");
    walk(place, id,
         {{"CARRIER_ASSIGNED", works, "driver", "U1"},
          {"CARRIER_ASSIGNED", works, "carrier", "UNLOCK_STATE"},
          {"CARRIER_ASSIGNED", byway, "producer", "UNLOCK_NOT_AT_ORIGIN"},
          {"CARRIER_ASSIGNED", plant, "driver", "UNLOCK_NOT_AT_ORIGIN"},
          {"LOADED", works, "producer", "U2"},
          {"LOADED", works, "driver", "UNLOCK_STATE"},
          {"LOADED", plant, "producer", "UNLOCK_NOT_AT_ORIGIN"},
          {"IN_TRANSIT", works, "producer", "UNLOCK_STATE"},
          {"IN_TRANSIT", byway, "driver", "UNLOCK_NO_SWAP"},
          {"IN_TRANSIT", plant, "receiver", "UNLOCK_STATE"}});
    walk(place, id,
         {{"HANDOVER_PENDING", byway, "carrier", "UNLOCK_STATE"},
          {"ARRIVED", plant, "receiver", "U3"},
          {"ARRIVED", plant, "driver", "UNLOCK_STATE"},
          {"ARRIVED", byway, "receiver", "UNLOCK_NOT_AT_DESTINATION"},
          {"ARRIVED", works, "receiver", "UNLOCK_NOT_AT_DESTINATION"},
          {"REJECTED", plant, "receiver", "UNLOCK_STATE"},
          {"RETURNING", works, "producer", "U4"},
          {"RETURNING", plant, "producer", "UNLOCK_NOT_AT_ORIGIN"},
          {"RETURNING", plant, "receiver", "UNLOCK_STATE"}});
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_requests") == 19);
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_windows") == 4);
    CHECK(place.database.value<int>("SELECT count(*) FROM orders") == 4);
}

TEST_CASE("a refusal names its code in both languages, the state, and what would be needed") {
    UnlockHouse place;
    place.manifest("LOADED");
    place.truck_at(works);
    const auto reply = place.unlock("driver");
    CHECK(reply.status == 409);
    CHECK(reply.header("content-type") == "application/problem+json");
    const auto body = reply.json();
    CHECK(body["code"] == "UNLOCK_STATE");
    CHECK(body["state"] == "LOADED");
    CHECK(!body["errors"][0]["message_zh"].get<std::string>().empty());
    REQUIRE(body["needed"].size() == 2);
    CHECK(body["needed"][0]["rule"] == "U1");
    CHECK(body["needed"][0]["states"] == json{"CARRIER_ASSIGNED"});
    CHECK(body["needed"][0]["place"] == "origin");
    CHECK(place.database.value<std::string>("SELECT reason FROM unlock_requests WHERE id = '" +
                                            body["request"].get<std::string>() + "'") ==
          "UNLOCK_STATE");
}

TEST_CASE("what is nobody's business does not exist: a rival, an unknown lock, a shelf") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto rival = place.unlock("other");
    const auto nothing = place.as("other").post("/v1/locks/9999999/unlock", json::object());
    CHECK(rival.status == 404);
    CHECK(rival.body == nothing.body);
    CHECK(place.as("other")
              .post("/v1/vehicles/" + place.vehicle + "/doors", {{"doors", "open"}})
              .status == 404);
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_requests") == 0);
    UnlockHouse::made(place.as("operator"), "locks", {{"number", "7100002"}});
    CHECK(place.as("producer").post("/v1/locks/7100002/unlock", json::object()).status == 404);
    CHECK(place.as("police").post("/v1/locks/7100002/unlock", json::object()).json()["code"] ==
          "UNLOCK_NOT_MOUNTED");
}

TEST_CASE("the operator opens nothing, and that it tried stands on record") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto reply = place.unlock("operator");
    CHECK(reply.status == 403);
    CHECK(reply.json()["code"] == "UNLOCK_OPERATOR");
    CHECK(place.database.value<std::string>("SELECT role FROM unlock_requests") == "operator");
    CHECK(place.inspect("operator").status == 403);
}

TEST_CASE("a position that is old, coarse, missing or of another device proves nothing") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.database.sql("DELETE FROM observations");
    CHECK(place.verdict("producer") == "UNLOCK_NO_POSITION");
    place.truck_at(works, 6min);
    CHECK(place.verdict("producer") == "UNLOCK_STALE_POSITION");
    place.database.sql("UPDATE observations SET at = at + interval '9 minutes'");
    CHECK(place.verdict("producer") == "UNLOCK_STALE_POSITION");  // received six minutes ago
    place.truck_at(works, 1min);
    place.database.sql("UPDATE observations SET source = 1");
    CHECK(place.verdict("producer") == "UNLOCK_COARSE_POSITION");
    place.truck_at(works, 1min);
    place.database.sql(
        "UPDATE observations SET terminal_key = (SELECT key FROM terminals WHERE number ="
        " '7100001')");
    CHECK(place.verdict("producer") ==
          "UNLOCK_NO_POSITION");  // the lock's own word, not the truck's
    place.truck_at(works, 1min);
    CHECK(place.verdict("producer") == "U1");
}

TEST_CASE("a manifest that an authority holds keeps the truck shut for all but authorities") {
    UnlockHouse place;
    const auto id = place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    place.database.sql(
        "UPDATE manifests SET document = jsonb_set(document, '{overlays,held}',"
        " '{\"since\":\"2026-03-01T00:00:00Z\",\"cause\":\"order 7\"}')");
    const auto reply = place.unlock("producer");
    CHECK(reply.status == 423);
    CHECK(reply.json()["code"] == "UNLOCK_HELD");
    REQUIRE(place.inspect("regulator").status == 201);
    CHECK(place.verdict("regulator") == "U6");
    CHECK(place.verdict("police") == "U6");
}

TEST_CASE("an inspection needs two officers, a reason and an end") {
    UnlockHouse place;
    place.manifest("IN_TRANSIT");
    place.truck_at(byway);
    CHECK(place.verdict("police") == "UNLOCK_NO_INSPECTION");
    const std::string path = "/v1/vehicles/" + place.vehicle + "/inspections";
    const auto police = place.as("police");
    CHECK(police.post(path, {{"officers", {"Chen Bo", "Chen Bo"}}, {"reason", "routine"}}).status ==
          422);
    for (const char* const same : {"chen bo", "Chen Bo ", "Chen  Bo", "ChenBo", "Ｃｈｅｎ　Ｂｏ"})
        CHECK(police.post(path, {{"officers", {"Chen Bo", same}}, {"reason", "routine"}}).status ==
              422);
    CHECK(police.post(path, {{"officers", {"Chen Bo", "Lu Min"}}}).status == 422);
    CHECK(police
              .post(path, {{"officers", {"Chen Bo", "Lu Min"}},
                           {"reason", "routine"},
                           {"until", to_iso(place.house.now() + 25h)}})
              .status == 422);
    CHECK(place.inspect("producer").status == 403);
    REQUIRE(place.inspect("police").status == 201);
    CHECK(place.verdict("police") == "U6");
    CHECK(place.verdict("driver") == "UNLOCK_NO_SWAP");
}

TEST_CASE("a granted swap opens the broken truck for its driver, at that place only") {
    UnlockHouse place;
    const auto id = place.manifest("IN_TRANSIT");
    place.truck_at(byway);
    const std::string path = "/v1/manifests/" + id + "/swaps";
    const json grant{{"reason", "axle broken"}, {"lat", 28.10}, {"lon", 119.65}};
    CHECK(place.as("carrier").post(path, grant).status == 403);
    CHECK(place.as("police").post(path, grant).status == 403);
    REQUIRE(place.as("regulator").post(path, grant).status == 201);
    CHECK(place.verdict("driver") == "U5");
    CHECK(place.verdict("carrier") == "U5");
    CHECK(place.verdict("producer") == "UNLOCK_STATE");
    place.truck_at({28.10, 119.655});
    CHECK(place.verdict("driver") == "UNLOCK_NOT_AT_SWAP_PLACE");
    const auto other = place.manifest("CARRIER_ASSIGNED");
    CHECK(place.as("regulator").post("/v1/manifests/" + other + "/swaps", grant).status == 409);
}

TEST_CASE("doors are opened under the same rules and locked by whoever minds the truck") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    const auto doors = [&](const std::string& role, const std::string& how) {
        return place.as(role).post("/v1/vehicles/" + place.vehicle + "/doors", {{"doors", how}});
    };
    place.truck_at(byway);
    CHECK(doors("producer", "open").json()["code"] == "UNLOCK_NOT_AT_ORIGIN");
    place.truck_at(works);
    CHECK(doors("producer", "open").json()["rule"] == "U1");
    CHECK(doors("producer", "lock").status == 403);
    CHECK(doors("carrier", "lock").status == 202);
    CHECK(doors("carrier", "ajar").status == 422);
    CHECK(place.database.value<int>("SELECT count(*) FROM orders WHERE kind = 'doors'") == 2);
}

TEST_CASE("a lock that cannot be told to open is refused at once, on record and without an order") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto its_line_is = [&](const std::string& protocol, const std::string& profile) {
        place.database.sql("UPDATE terminals SET protocol = '" + protocol + "', profile = '" +
                           profile + "' WHERE number = '7100001'");
    };
    for (const char* model : {"lock-huabao", "lock-text", "standard"}) {
        INFO(model);
        its_line_is("jt808", model);
        CHECK(place.verdict("producer") == "UNLOCK_NOT_REMOTE");
        CHECK(place.verdict("regulator") != "UNLOCK_NOT_REMOTE");  // not granted in the first place
    }
    CHECK(place.database.value<int>("SELECT count(*) FROM orders") == 0);
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_requests WHERE NOT granted"
                                    " AND reason = 'UNLOCK_NOT_REMOTE'") == 3);
    for (const char* model : {"lock-hhd", "lock-jointech"}) {
        its_line_is("jt808", model);
        CHECK(place.verdict("producer") == "U1");
    }
    its_line_is("jt701", "standard");
    place.database.sql("UPDATE terminals SET number = '7100002' WHERE number = '7100001'");
    CHECK(place.verdict("producer") == "UNLOCK_NOT_REMOTE");  // it hangs on another lock's line
}

TEST_CASE("a lock is told who asks in the 32 bytes that it notes, between two characters") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto noted = [&](const std::string& person) {
        const auto token = place.token("producer", place.party["producer"]);
        place.database.sql("UPDATE tokens SET person = '" + person + "' WHERE role = 'producer'");
        const auto reply =
            place.house.web(token).post("/v1/locks/" + place.lock + "/unlock", json::object());
        REQUIRE(reply.status == 202);
        const auto order = reply.json().at("order").get<std::string>();
        return place.database.value<std::string>(
            "SELECT command ->> 'user' FROM orders WHERE id ="
            " '" +
            order + "'");
    };
    CHECK(noted("王小明") == "王小明");
    CHECK(noted("一二三四五六七八九十一二三四五六七") == "一二三四五六七八九十一二三四五六");
    CHECK(noted("ئابدۇرېھىم مەمەت") == "ئابدۇرېھ");  // four bytes each
    CHECK(noted("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷") == "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷");
}

TEST_CASE("the number of a lock is plain, and its line tells the time as its model does") {
    UnlockHouse place;
    const auto desk = place.as("operator");
    for (const char* bad : {"1)(P43,888888", "71 00001", "71\n1", "锁1"}) {
        INFO(bad);
        CHECK(desk.post("/v1/locks", {{"number", bad}}).status == 422);
    }
    CHECK(desk.post("/v1/locks", {{"number", "E-71_0a"}}).status == 201);
    const auto zone = [&](json terminal) {
        const auto reply = desk.post("/v1/terminals", terminal);
        REQUIRE(reply.status == 201);
        return reply.json().at("time_zone").get<std::string>();
    };
    CHECK(zone({{"number", "7100011"}, {"protocol", "jt701"}}) == "+00:00");
    CHECK(zone({{"number", "7100012"}, {"protocol", "jt701"}, {"time_zone", "+08:00"}}) ==
          "+08:00");
    CHECK(zone({{"number", "7100013"}, {"protocol", "jt808"}, {"profile", "lock-jointech"}}) ==
          "+00:00");
    CHECK(zone({{"number", "7100014"}, {"protocol", "jt808"}}) == "+08:00");
}

TEST_CASE("who collects refusals is told to wait") {
    UnlockHouse place;
    place.manifest("IN_TRANSIT");
    place.truck_at(byway);
    test::WebReply last;
    for (int i = 0; i < 21; ++i) last = place.unlock("driver");
    CHECK(last.status == 429);
    CHECK(last.json()["code"] == "UNLOCK_TOO_OFTEN");
    CHECK(last.header("retry-after") == "60");
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_requests") == 20);
    CHECK(place.verdict("producer") == "UNLOCK_STATE");
}

TEST_CASE("a request sent again under its key opens once") {
    UnlockHouse place;
    place.manifest("CARRIER_ASSIGNED");
    const test::WebHeaders key{{"Idempotency-Key", "open-1"}};
    const auto ask = [&] {
        return place.as("producer")
            .post("/v1/locks/" + place.lock + "/unlock", json::object(), key);
    };
    place.truck_at(byway);
    CHECK(ask().status == 409);
    place.truck_at(works);
    const auto first = ask();
    REQUIRE(first.status == 202);
    CHECK(ask().body == first.body);
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_windows") == 1);
}

}  // namespace
