// Incidents on the way, told by where they happen (Order 23 art. 9).
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

#include <future>
#include <set>

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

namespace {

const json leak{{"kind", "incident"},
                {"text", "two drums fell and leak on the shoulder"},
                {"where", {{"lat", 28.70}, {"lon", 119.80}}}};

WebReply notice(const Trade& trade, const json& body) {
    return trade.as("driver").post("/v1/manifests/" + trade.id + "/notices", body);
}
/// A desk of an authority of that area.
Web desk_of(const Trade& trade, const std::string& division) {
    const auto made = expect(
        trade.as("operator").post("/v1/tokens", {{"role", "regulator"}, {"division", division}}),
        201);
    return trade.house.web(made.at("token"));
}
std::vector<std::string> inbox(const Web& web) {
    std::vector<std::string> events;
    const auto page = expect(web.get("/v1/inbox?limit=200"), 200);
    for (const auto& one : page.at("items")) events.push_back(one.at("event"));
    return events;
}

}  // namespace

TEST_CASE(
    "an incident is told to the authorities of its place, wherever the parties are registered") {
    Trade trade;
    const Web here = desk_of(trade, "330702");
    const Web home = desk_of(trade, "331102");
    Valley::made(trade.as("operator"), "sites",
                 {{"name", "reservoir"},
                  {"kind", "water_source"},
                  {"division", "330702"},
                  {"geometry", {{"type", "Point"}, {"coordinates", {119.81, 28.71}}}},
                  {"radius_m", 500}});
    trade.under_way();
    const auto path = "/v1/manifests/" + trade.id;
    CHECK(here.get(path).status == 404);

    const auto kept = notice(trade, leak);
    REQUIRE(kept.status == 201);
    CHECK(kept.json()["division"] == "330702");
    CHECK(inbox(here) == std::vector<std::string>{"INCIDENT"});
    CHECK(std::ranges::count(inbox(home), "INCIDENT") == 0);
    CHECK(std::ranges::count(inbox(trade.as("producer")), "INCIDENT") == 1);
    CHECK(std::ranges::count(inbox(trade.as("receiver")), "INCIDENT") == 1);
    // From then on the place's authority sees the load, also when its carrier changes.
    const auto shown = expect(here.get(path), 200);
    CHECK(shown["allowed_events"].empty());
    CHECK_FALSE(expect(home.get(path), 200)["allowed_events"].empty());
    auto body = trade.vehicle_body(trade.spare);
    body.update({{"reason", "the truck cannot go on"}, {"point", leak["where"]}});
    trade.step("carrier", "breakdown_swap", body);
    CHECK(here.get(path).status == 200);
    CHECK(expect(here.get(path + "/notices"), 200)["items"][0]["where"] == leak["where"]);
}

TEST_CASE("the authority of an incident's place reads the load after its end, and never holds it") {
    Trade trade;
    const Web here = desk_of(trade, "330702");
    Valley::made(trade.as("operator"), "sites",
                 {{"name", "reservoir"},
                  {"kind", "water_source"},
                  {"division", "330702"},
                  {"geometry", {{"type", "Point"}, {"coordinates", {119.81, 28.71}}}},
                  {"radius_m", 500}});
    trade.under_way();
    REQUIRE(notice(trade, leak).status == 201);
    const auto path = "/v1/manifests/" + trade.id;
    const auto refused = [&](const char* event, const json& body) {
        const auto reply = here.post(path + '/' + event, body);
        CHECK(reply.status == 403);
        return reply.json()["code"].get<std::string>();
    };
    CHECK(refused("hold", {{"order_no", "WJ-1"},
                           {"reason", "leaking on the road"},
                           {"until", to_iso(trade.house.now() + std::chrono::hours{48})}}) ==
          "NOT_YOUR_AREA");
    CHECK(refused("close_by_authority", {{"case_no", "AJ-1"}}) == "NOT_YOUR_AREA");
    // What the spot of an accident needs.
    const auto truck = "/v1/vehicles/" + trade.vehicle;
    CHECK(here.post(truck + "/inspections",
                    {{"officers", {"Chen Bo", "Lu Min"}}, {"reason", "leaking drums"}})
              .status == 201);
    CHECK(here.post(path + "/swaps", {{"reason", "leaking drums"}, {"lat", 28.70}, {"lon", 119.80}})
              .status == 201);
    trade.step("receiver", "arrive");
    trade.step("receiver", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}, {"scale", "S1"}});
    trade.step("receiver", "accept", {{"lines", {{{"line_no", 1}, {"accepted_kg", 8000}}}}});
    trade.step("producer", "close");
    CHECK(expect(here.get(path), 200)["state"] == "COMPLETED");
    CHECK(here.get(path + "/history").status == 200);
    CHECK(here.get(path + "/track").status == 200);
}

TEST_CASE(
    "an incident far from every registered place is told to the whole country's authorities") {
    Trade trade;
    const Web home = desk_of(trade, "331102");
    trade.under_way();
    auto far = leak;
    far["where"] = {{"lat", 30.5}, {"lon", 114.3}};
    const auto kept = notice(trade, far);
    REQUIRE(kept.status == 201);
    CHECK_FALSE(kept.json().contains("division"));
    CHECK(std::ranges::count(inbox(trade.as("regulator")), "INCIDENT") == 1);
    CHECK(std::ranges::count(inbox(home), "INCIDENT") == 0);
}

TEST_CASE("an incident is told by whose truck has the load, while it is on the way") {
    Trade trade;
    trade.id = trade.draft();
    trade.step("producer", "submit");
    const auto told_by = [&](const char* role) {
        return trade.as(role).post("/v1/manifests/" + trade.id + "/notices", leak).status;
    };
    CHECK(told_by("carrier") == 409);
    trade.under_way();
    CHECK(told_by("carrier") == 201);
    CHECK(told_by("driver") == 201);
    trade.step("receiver", "arrive");
    trade.step("receiver", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}, {"scale", "S1"}});
    trade.step("receiver", "accept", {{"lines", {{{"line_no", 1}, {"accepted_kg", 8000}}}}});
    CHECK(told_by("carrier") == 409);
    CHECK(trade.count("SELECT count(*) FROM inbox WHERE event = 'INCIDENT'") == 6);
}

TEST_CASE("an organisation tells twenty incidents of a load within a day") {
    Trade trade;
    trade.under_way();
    for (int i = 0; i < 20; ++i) REQUIRE(notice(trade, leak).status == 201);
    const auto refused = notice(trade, leak);
    CHECK(refused.status == 429);
    CHECK(refused.json()["code"] == "TOO_MANY_INCIDENTS");
    const int wait = std::stoi(refused.header("retry-after"));
    CHECK(wait > 24 * 3600 - 300);
    CHECK(wait <= 24 * 3600);
    CHECK(trade.count("SELECT count(*) FROM inbox WHERE event = 'INCIDENT'") == 60);
    auto rest = leak;
    rest["kind"] = "rest";
    rest.erase("where");
    CHECK(notice(trade, rest).status == 201);
    // The next carrier of the load has its own twenty.
    trade.database.sql("UPDATE manifest_notices SET party_id = '" + trade.party["carrier2"] + "'");
    CHECK(notice(trade, leak).status == 201);
    trade.database.sql("UPDATE manifest_notices SET party_id = '" + trade.party["carrier"] + "'");
    CHECK(notice(trade, leak).status == 429);
    // The first of them is a day old.
    trade.database.sql(
        "UPDATE manifest_notices SET recorded_at = recorded_at - interval '24 hours' WHERE id IN"
        " (SELECT id FROM manifest_notices WHERE kind = 'incident' ORDER BY id LIMIT 2)");
    CHECK(notice(trade, leak).status == 201);
    CHECK(notice(trade, leak).status == 429);
}

TEST_CASE("incidents told at the same time are counted one after the other") {
    Trade trade;
    trade.under_way();
    for (int i = 0; i < 18; ++i) REQUIRE(notice(trade, leak).status == 201);
    std::vector<std::future<int>> told;
    for (int i = 0; i < 6; ++i)
        told.push_back(std::async(std::launch::async, [&] { return notice(trade, leak).status; }));
    std::multiset<int> answers;
    for (auto& one : told) answers.insert(one.get());
    CHECK(answers == std::multiset<int>{201, 201, 429, 429, 429, 429});
}

TEST_CASE("an incident has a place, and nothing else has one") {
    Trade trade;
    trade.under_way();
    auto nowhere = leak;
    nowhere.erase("where");
    CHECK(faults_of(notice(trade, nowhere)) == std::vector<std::string>{"FIELD_REQUIRED /where"});
    auto rest = leak;
    rest["kind"] = "rest";
    CHECK(faults_of(notice(trade, rest)) == std::vector<std::string>{"UNKNOWN_FIELD /where"});
    rest.erase("where");
    CHECK(notice(trade, rest).status == 201);
}
