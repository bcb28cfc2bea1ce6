// Many manifests signed in one request: each for itself, in order, and again by its key.
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>

namespace {

using namespace liuhen;
using liuhen::test::HttpHouse;
using liuhen::test::ScratchDatabase;
using liuhen::test::Trade;
using liuhen::test::Valley;
using liuhen::test::Web;
using liuhen::test::WebHeaders;
using liuhen::test::WebReply;
using nlohmann::json;

json by_id(const std::vector<std::string>& ids) {
    json items = json::array();
    for (const auto& id : ids) items.push_back({{"id", id}});
    return items;
}

WebReply batch(const Web& web, const char* event, const json& items, const WebHeaders& more = {}) {
    return web.post("/v1/manifests/batch", {{"event", event}, {"items", items}}, more);
}

std::vector<std::string> drafts(const Valley& place, int count) {
    std::vector<std::string> ids;
    json form = place.filing();
    form["lines"][0]["planned_kg"] = 100;
    for (int i = 0; i < count; ++i)
        ids.push_back(Valley::made(place.as("producer"), "manifests", form));
    return ids;
}

/// "ok STATE" or "status CODE" of each row.
std::vector<std::string> outcomes(const WebReply& reply) {
    INFO(reply.body);
    REQUIRE(reply.status == 200);
    std::vector<std::string> told;
    const json body = reply.json();
    for (const auto& row : body["results"]) {
        told.push_back(row["ok"] == true ? "ok " + row["state"].get<std::string>()
                                         : std::to_string(row["status"].get<int>()) + ' ' +
                                               row["errors"][0]["code"].get<std::string>());
    }
    return told;
}
using Told = std::vector<std::string>;

TEST_CASE("a batch answers row by row, in its order, and one bad row hurts no other") {
    Trade place;
    const auto ids = drafts(place, 3);
    const auto submitted =
        place.as("producer").post("/v1/manifests/" + ids[1] + "/submit", json::object());
    const std::string stranger = Valley::made(place.as("other"), "manifests", json::object());
    const std::string bare = Valley::made(place.as("producer"), "manifests", json::object());
    json items = by_id({ids[2], ids[1], stranger, bare, ids[0], ids[2]});
    items.push_back({{"no", "2026331100000"}});
    items.push_back({{"no", "20263311999999"}});
    items.push_back({{"id", ids[0]}, {"no", "20263311000001"}});
    items.push_back(7);
    items.push_back({{"id", ids[0]}, {"colour", "red"}});
    const auto reply = batch(place.as("producer"), "submit", items);
    CHECK(outcomes(reply) == Told{"ok SUBMITTED", "409 ILLEGAL_STATE", "404 NOT_FOUND",
                                  "422 FIELD_REQUIRED", "ok SUBMITTED", "422 DUPLICATE",
                                  "422 TOO_SHORT", "404 NOT_FOUND", "422 EXCLUSIVE",
                                  "422 WRONG_TYPE", "422 UNKNOWN_FIELD"});
    const json said = reply.json();
    CHECK(said["done"] == 2);
    CHECK(said["refused"] == 9);
    const json& rows = said["results"];
    CHECK(rows[0]["no"].get<std::string>().size() == 14);
    CHECK(rows[0]["version"] == 2);
    CHECK(rows[1]["state"] == "SUBMITTED");
    CHECK(rows[1]["no"] == submitted.json()["no"]);
    CHECK(rows[3]["errors"].size() > 3);  // all that is missing, as alone
    CHECK(rows[3]["state"] == "DRAFT");
    CHECK(rows[5]["errors"][0]["value"] == "/items/0");
    CHECK(rows[10]["errors"][0]["pointer"] == "/colour");
}

TEST_CASE(
    "each row has its own version, body and rights, and the body beside them is for the rest") {
    Trade place;
    place.weighed_in();
    const std::string first = place.id;
    const auto receiver = place.as("receiver");
    const json seen = receiver.get("/v1/manifests/" + first).json();
    const json stale{{{"no", seen["no"]}, {"version", 3}}};
    CHECK(outcomes(batch(receiver, "accept", stale)) == Told{"412 STALE_VERSION"});
    CHECK(outcomes(batch(place.as("receiver2"), "accept", by_id({first}))) ==
          Told{"404 NOT_FOUND"});
    CHECK(outcomes(batch(place.as("carrier"), "accept", by_id({first}))) ==
          Told{"403 ROLE_NOT_ALLOWED"});
    const json wrong{{{"no", seen["no"]}, {"body", {{"method_done", "Z99999999"}}}}};
    CHECK(outcomes(batch(receiver, "accept", wrong))[0].starts_with("422"));
    const json right{{{"no", seen["no"]}, {"version", seen["version"]}}};
    CHECK(outcomes(batch(receiver, "accept", right)) == Told{"ok ACCEPTED"});
    CHECK(outcomes(batch(place.as("producer"), "close", right)) == Told{"412 STALE_VERSION"});
    const auto closed = place.as("producer")
                            .post("/v1/manifests/batch", {{"event", "close"},
                                                          {"items", {{{"no", seen["no"]}}}},
                                                          {"body", {{"at", "never"}}}});
    CHECK(outcomes(closed) == Told{"422 NOT_A_TIME"});
    CHECK(outcomes(batch(place.as("producer"), "close", by_id({first}))) == Told{"ok COMPLETED"});
    const json history =
        place.as("producer").get("/v1/manifests/" + first + "/history").json()["items"];
    CHECK(history.back()["event"] == "close");
    CHECK(history.back()["person"] == "producer person");
}

TEST_CASE("a batch names two hundred manifests and no more, and events of the pile only") {
    Trade place;
    const auto producer = place.as("producer");
    const json one = by_id(drafts(place, 1));
    for (const char* event : {"create", "edit", "void", "hold", "dispute", "fly", ""}) {
        INFO(event);
        CHECK(batch(producer, event, one).status == 422);
    }
    CHECK(batch(producer, "submit", json::array()).json()["code"] == "TOO_SHORT");
    CHECK(producer.post("/v1/manifests/batch", {{"event", "submit"}}).json()["code"] == "MISSING");
    const json many(201, {{"no", "20263311000001"}});
    CHECK(batch(producer, "submit", many).json()["code"] == "TOO_MANY");
    const json most(200, {{"no", "20263311000001"}});
    CHECK(batch(producer, "submit", most).json()["refused"] == 200);
    CHECK(batch(place.as("regulator"), "submit", one).json()["code"] == "ROLE");
    CHECK(batch(producer, "submit", one, {{"Liuhen-On-Behalf-Of", place.party["other"]}})
              .json()["code"] == "NOT_DELEGABLE");
}

TEST_CASE("a batch asked again by its key does nothing twice, and tries what was refused again") {
    Trade place;
    auto ids = drafts(place, 3);
    const auto producer = place.as("producer");
    ids.push_back(Valley::made(producer, "manifests", json::object()));
    const WebHeaders key{{"Idempotency-Key", "evening"}};
    const json items = by_id(ids);
    const auto first = batch(producer, "submit", items, key);
    CHECK(first.json()["done"] == 3);
    json form = place.filing();
    form["lines"][0]["planned_kg"] = 100;
    CHECK(
        producer.post("/v1/manifests/" + ids[3] + "/edit", form, {{"If-Match", "\"1\""}}).status ==
        200);
    const auto again = batch(producer, "submit", items, key);
    CHECK(again.json()["done"] == 4);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(again.json()["results"][i] == first.json()["results"][i]);
    CHECK(place.count("SELECT count(*) FROM manifest_events WHERE event = 'submit'") == 4);
    CHECK(place.count("SELECT max(last) FROM manifest_numbers") == 4);
    const auto other = batch(producer, "submit", by_id({ids[0]}), key);
    CHECK(other.status == 409);
    CHECK(other.json()["code"] == "KEY_REUSED");
    CHECK(batch(producer, "submit", items).json()["done"] == 0);  // without it: a new request
}

TEST_CASE("batches of the same numbers in opposite order both end, each manifest signed once") {
    Trade place;
    auto ids = drafts(place, 30);
    const json there = by_id(ids);
    std::ranges::reverse(ids);
    const json back = by_id(ids);
    const auto producer = place.as("producer");
    std::vector<std::future<WebReply>> both;
    for (int i = 0; i < 4; ++i) {
        both.push_back(std::async(std::launch::async, [&producer, &there, &back, i] {
            return batch(producer, "submit", i % 2 == 0 ? there : back);
        }));
    }
    int done = 0;
    for (auto& one : both) {
        const auto reply = one.get();
        for (const auto& told : outcomes(reply))
            CHECK((told == "ok SUBMITTED" || told == "409 ILLEGAL_STATE"));
        done += reply.json()["done"].get<int>();
    }
    CHECK(done == 30);
    CHECK(place.count("SELECT count(*) FROM manifest_events WHERE event = 'submit'") == 30);
}

TEST_CASE("when the database hangs at one row the rest of a batch is not tried, and says so") {
    Trade place;
    const auto ids = drafts(place, 3);
    pqxx::connection other{place.database.conninfo()};
    pqxx::work holding{other};
    holding.exec_params("SELECT 1 FROM manifests WHERE id = $1::uuid FOR UPDATE", ids[1]);
    const auto reply = batch(place.as("producer"), "submit", by_id(ids));
    CHECK(outcomes(reply) == Told{"ok SUBMITTED", "503 DATABASE_DOWN", "503 NOT_TRIED"});
    holding.abort();
    CHECK(outcomes(batch(place.as("producer"), "submit", by_id({ids[1], ids[2]}))) ==
          Told{"ok SUBMITTED", "ok SUBMITTED"});
}

TEST_CASE("a batch that the server did not live to answer is finished by asking again") {
    Trade place;
    const auto ids = drafts(place, 60);
    const json items = by_id(ids);
    const WebHeaders key{{"Idempotency-Key", "cut"}};
    const auto submits = [&place] {
        return place.count("SELECT count(*) FROM manifest_events WHERE event = 'submit'");
    };
    {
        auto house = std::make_unique<HttpHouse>(place.database.conninfo());
        const test::WebLine line{house->web().port, 1};
        const std::string body = json{{"event", "submit"}, {"items", items}}.dump();
        line.send("POST /v1/manifests/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                  place.tokens["producer"] +
                  "\r\nContent-Type: application/json\r\nIdempotency-Key: cut\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body);
        while (submits() < 5) std::this_thread::sleep_for(std::chrono::milliseconds{2});
        house.reset();
        CHECK(line.receive().empty());  // it was never answered
    }
    const int before = submits();
    CHECK(before >= 5);
    CHECK(before < 60);
    const auto again = batch(place.as("producer"), "submit", items, key);
    CHECK(again.json()["done"] == 60);
    CHECK(submits() == 60);
    CHECK(place.count("SELECT count(DISTINCT no) FROM manifests WHERE no IS NOT NULL") == 60);
}

}  // namespace
