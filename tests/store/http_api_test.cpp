// The contract of docs/http.md over a real socket and a real database.
#include "server/http/routes.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <set>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
using liuhen::test::Web;
using liuhen::test::WebReply;
using nlohmann::json;
namespace http = liuhen::server::http;

Valley& valley() {
    static Valley one;
    return one;
}

// A path of the table with places filled in by names that nothing has.
std::string filled(std::string path) {
    for (const auto& [place, value] :
         std::map<std::string, std::string>{{"{id}", "00000000-0000-7000-8000-000000000000"},
                                            {"{event}", "submit"},
                                            {"{version}", "1"},
                                            {"{edition}", "2021"},
                                            {"{year}", "2026"},
                                            {"{alert}", "nothing.ROUTE_DEVIATION.1"}}) {
        const auto at = path.find(place);
        if (at != std::string::npos) path.replace(at, place.size(), value);
    }
    return path;
}

TEST_CASE("a method that an address does not have is answered with those it has") {
    for (const http::Route& route : http::routes()) {
        const std::string path = filled(std::string{route.path});
        const auto reply = valley().as("operator").send("PATCH", path, "{}");
        INFO(path);
        CHECK(reply.status == 405);
        CHECK(reply.header("allow").find(http::code(route.verb)) != std::string::npos);
    }
    CHECK(valley().as("operator").get("/v1/nothing").status == 404);
}

TEST_CASE("a manifest lives from draft to completed") {
    Valley place;
    place.lock_says(place.house.now() - std::chrono::minutes{2}, 0);
    place.fix(place.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
    const auto made = place.as("producer").post("/v1/manifests", place.filing());
    REQUIRE(made.status == 201);
    CHECK(made.header("etag") == "\"1\"");
    const std::string id = made.json()["id"];
    CHECK(made.header("location") == "/v1/manifests/" + id);
    CHECK(made.json()["allowed_events"] == json({"edit", "discard", "submit", "submit_backfill"}));

    const auto step = [&](const char* role, const char* event, const json& body,
                          const char* state) {
        const auto reply = place.act(role, id, event, body);
        INFO(event << ": " << reply.body);
        REQUIRE(reply.status == 200);
        CHECK(reply.json()["state"] == state);
        return reply.json();
    };
    const auto submitted = step("producer", "submit", json::object(), "SUBMITTED");
    CHECK(submitted["no"].get<std::string>().substr(4, 4) == "3311");
    const auto accepted = step("carrier", "carrier_accept", place.acceptance(), "CARRIER_ASSIGNED");
    CHECK(accepted["legs"][0]["terminal"] == "13900000001");
    CHECK(accepted["legs"][0]["locks"] == json({"7100001"}));
    step("producer", "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}}, "CARRIER_ASSIGNED");
    step("driver", "load_sign", json::object(), "LOADED");
    CHECK(place.database.value<int>("SELECT count(*) FROM trips WHERE departed_at IS NULL") == 1);
    step("driver", "depart", json::object(), "IN_TRANSIT");
    step("receiver", "arrive", json::object(), "ARRIVED");
    step("receiver", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}, {"scale", "S1"}},
         "ARRIVED");
    step("receiver", "accept", {{"lines", {{{"line_no", 1}, {"accepted_kg", 8000}}}}}, "ACCEPTED");
    const auto closed = step("producer", "close", json::object(), "COMPLETED");
    CHECK(closed["version"] == 10);
    CHECK(place.database.value<int>("SELECT count(*) FROM manifest_events") == 10);
    CHECK(
        place.database.value<bool>("SELECT departed_at IS NOT NULL AND arrived_at IS NOT NULL"
                                   " AND ended_at IS NOT NULL FROM trips"));
    // No truck is concerned before a carrier has accepted: making and submitting is told nobody.
    const auto told = place.house.told();
    CHECK(std::count_if(told.begin(), told.end(), [](const auto& news) {
              return news.what == http::FollowUp::What::manifest_changed;
          }) == 8);
}

TEST_CASE("every fault of a form stands in one answer with its pointer") {
    const auto reply = valley()
                           .as("producer")
                           .send("POST", "/v1/manifests",
                                 R"({"kind":"XX","colour":1,"planned_depart_at":"yesterday",
            "lines":[{"form":"L","planned_g":-1,"weight":3}]})");
    REQUIRE(reply.status == 422);
    CHECK(reply.header("content-type") == "application/problem+json");
    std::map<std::string, std::string> found;
    const auto body = reply.json();
    for (const auto& one : body["errors"]) {
        found[one["pointer"]] = one["code"];
        CHECK(!one["message_zh"].get<std::string>().empty());
    }
    CHECK(found == std::map<std::string, std::string>{{"/kind", "UNKNOWN_VALUE"},
                                                      {"/colour", "UNKNOWN_FIELD"},
                                                      {"/planned_depart_at", "NOT_A_TIME"},
                                                      {"/lines/0/planned_g", "OUT_OF_RANGE"},
                                                      {"/lines/0/weight", "UNKNOWN_FIELD"}});
    CHECK(body["title_zh"] == "内容未通过校验");
}

TEST_CASE("what a draft lacks is told under the names of the form") {
    const std::string id = Valley::made(valley().as("producer"), "manifests", json::object());
    const auto reply = valley().act("producer", id, "submit");
    REQUIRE(reply.status == 422);
    std::set<std::string> pointers;
    const auto body = reply.json();
    for (const auto& one : body["errors"]) pointers.insert(one["pointer"]);
    CHECK(pointers.contains("/origin_site"));
    CHECK(pointers.contains("/destination_site"));
    CHECK(pointers.contains("/lines"));
}

TEST_CASE("a line without a code is told so at submit") {
    auto filing = valley().filing();
    filing["lines"][0].erase("code");
    const auto reply = valley().act(
        "producer", Valley::made(valley().as("producer"), "manifests", filing), "submit");
    REQUIRE(reply.status == 422);
    const auto errors = reply.json()["errors"];
    CHECK(std::any_of(errors.begin(), errors.end(), [](const json& one) {
        return one["code"] == "FIELD_REQUIRED" && one["pointer"] == "/lines/0/code";
    }));
}

TEST_CASE("an edit names its version, and a stale one is refused") {
    const std::string id = valley().draft();
    const std::string path = "/v1/manifests/" + id + "/edit";
    const Web producer = valley().as("producer");
    CHECK(producer.post(path, valley().filing()).status == 428);
    CHECK(producer.post(path, valley().filing(), {{"If-Match", "\"7\""}}).status == 412);
    CHECK(producer.post(path, valley().filing(), {{"If-Match", "seven"}}).status == 400);
    CHECK(producer.post(path, valley().filing(), {{"If-Match", "\"1\""}}).header("etag") ==
          "\"2\"");
    CHECK(producer.post("/v1/manifests/" + id + "/submit", json::object(), {{"If-Match", "\"1\""}})
              .status == 412);
}

TEST_CASE("an edit of any version is asked for with a star, and a weak tag is no version") {
    const std::string id = valley().draft();
    const auto edit = [&id](const char* if_match) {
        return valley()
            .as("producer")
            .post("/v1/manifests/" + id + "/edit", valley().filing(), {{"If-Match", if_match}});
    };
    CHECK(edit("*").header("etag") == "\"2\"");
    CHECK(edit("*").header("etag") == "\"3\"");
    CHECK(edit("W/\"3\"").status == 412);
    CHECK(edit("\"0\"").status == 412);
    CHECK(edit("").status == 400);
    CHECK(edit("\"2\", \"3\"").status == 400);
}

TEST_CASE("a manifest is not made in the future") {
    auto later = valley().filing();
    later["at"] = "2099-01-01T00:00:00Z";
    const auto refused = valley().as("producer").post("/v1/manifests", later);
    CHECK(refused.status == 422);
    CHECK(refused.json()["code"] == "TIME_IN_FUTURE");
    CHECK(refused.json()["errors"][0]["pointer"] == "/at");
}

TEST_CASE("every answer says how often one may ask, by address and by identity") {
    const auto open = valley().house.web().get("/livez");
    CHECK(open.header("ratelimit-policy") == "\"address\";q=10000;w=2");
    CHECK(open.header("ratelimit").starts_with("\"address\";r=9"));
    const Web police = valley().house.web(valley().token("police", ""));
    const auto known = police.get("/v1/alerts");
    CHECK(known.header("ratelimit-policy") == "\"address\";q=10000;w=2, \"identity\";q=2000;w=2");
    CHECK(known.header("ratelimit").find("\"identity\";r=1999;t=1") != std::string::npos);
    CHECK(police.get("/v1/alerts").header("ratelimit").find("\"identity\";r=19") !=
          std::string::npos);
    for (const char* path : {"/nothing", "/v1/parties?color=1", "/v1/alerts/x"})
        CHECK(!police.get(path).header("ratelimit").empty());
}

TEST_CASE("an event out of turn is told with the state and what may be done") {
    const auto reply = valley().act("receiver", valley().draft(), "arrive");
    CHECK(reply.status == 404);  // a draft is seen by its own organisation only
    const auto own = valley().act("producer", valley().draft(), "close");
    CHECK(own.status == 409);
    CHECK(own.json()["code"] == "ILLEGAL_STATE");
    CHECK(own.json()["state"] == "DRAFT");
    CHECK(own.json()["allowed_events"] == json({"edit", "discard", "submit", "submit_backfill"}));
    CHECK(valley().act("producer", valley().draft(), "fly").status == 404);
}

TEST_CASE("a list tells each reader what may be done next, as the manifest alone does") {
    const std::string draft = valley().draft();
    const std::string id = valley().draft();
    REQUIRE(valley().act("producer", id, "submit").status == 200);
    std::set<std::string> told;
    for (const char* role : {"producer", "carrier", "receiver", "regulator", "police"}) {
        const auto desk = valley().as(role);
        const auto page = desk.get("/v1/manifests?limit=200").json();
        REQUIRE(!page["items"].empty());
        for (const auto& item : page["items"]) {
            INFO(role << " " << item["id"]);
            const auto alone = desk.get("/v1/manifests/" + item["id"].get<std::string>()).json();
            CHECK(item["allowed_events"] == alone["allowed_events"]);
            if (item["id"] == id) told.insert(item["allowed_events"].dump());
        }
    }
    CHECK(told.size() >= 4);  // producer, carrier, receiver and authorities may do other things
}

TEST_CASE("a key gives the first answer again, and not for another request") {
    const Web producer = valley().as("producer");
    const test::WebHeaders key{{"Idempotency-Key", "one-manifest"}};
    const auto first = producer.post("/v1/manifests", valley().filing(), key);
    const std::string sent = valley().filing().dump();
    const auto same = producer.send("POST", "/v1/manifests", "{}", {{"Idempotency-Key", "two"}});
    const auto again = producer.send("POST", "/v1/manifests", "{}", {{"Idempotency-Key", "two"}});
    REQUIRE(same.status == 201);
    CHECK(again.status == 201);
    CHECK(again.body == same.body);
    CHECK(again.header("etag") == same.header("etag"));
    CHECK(again.header("idempotent-replayed") == "true");
    REQUIRE(first.status == 201);
    const auto other = producer.post("/v1/manifests", {{"kind", "GENERAL"}}, key);
    CHECK(other.status == 409);
    CHECK(other.json()["code"] == "KEY_REUSED");
    // Another token's keys are its own.
    CHECK(valley().as("other").send("POST", "/v1/manifests", "{}", key).status == 201);
}

TEST_CASE("equal requests at once have one effect") {
    Valley place;
    const std::string id = place.draft();
    std::vector<std::future<WebReply>> calls;
    for (int i = 0; i < 8; ++i) {
        calls.push_back(std::async(std::launch::async, [&place, &id] {
            return place.as("producer")
                .post("/v1/manifests/" + id + "/submit", json::object(),
                      {{"Idempotency-Key", "submit-once"}});
        }));
    }
    std::set<std::string> bodies;
    for (auto& call : calls) {
        const auto reply = call.get();
        CHECK(reply.status == 200);
        bodies.insert(reply.body);
    }
    CHECK(bodies.size() == 1);
    CHECK(place.database.value<int>("SELECT last FROM manifest_numbers") == 1);
}

TEST_CASE("numbers are drawn without gaps when many submit at once") {
    Valley place;
    std::vector<std::string> drafts;
    for (int i = 0; i < 20; ++i) drafts.push_back(place.draft());
    drafts.push_back(Valley::made(place.as("producer"), "manifests", json::object()));
    std::vector<std::future<WebReply>> calls;
    for (const auto& id : drafts) {
        calls.push_back(std::async(std::launch::async,
                                   [&place, id] { return place.act("producer", id, "submit"); }));
    }
    std::set<std::string> numbers;
    for (auto& call : calls) {
        const auto reply = call.get();
        if (reply.status == 200) numbers.insert(reply.json()["no"]);
    }
    CHECK(numbers.size() == 20);
    CHECK(numbers.begin()->substr(8) == "000001");
    CHECK(numbers.rbegin()->substr(8) == "000020");
}

TEST_CASE("one truck is promised once when two carriers' desks accept at the same time") {
    Valley place;
    std::vector<std::future<WebReply>> calls;
    for (int i = 0; i < 2; ++i) {
        auto filing = place.filing();
        // A load for another day does not share the truck's trip.
        if (i == 1) {
            filing["planned_depart_at"] = to_iso(place.house.now() + std::chrono::hours{49});
            filing["planned_arrive_at"] = to_iso(place.house.now() + std::chrono::hours{51});
        }
        const std::string id = Valley::made(place.as("producer"), "manifests", filing);
        REQUIRE(place.act("producer", id, "submit").status == 200);
        calls.push_back(std::async(std::launch::async, [&place, id] {
            return place.act("carrier", id, "carrier_accept", place.acceptance());
        }));
    }
    std::multiset<int> statuses;
    for (auto& call : calls) statuses.insert(call.get().status);
    CHECK(statuses == std::multiset<int>{200, 422});
}

}  // namespace
