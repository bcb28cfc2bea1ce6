// Acting for another organisation, and organisations that have ceased.
#include "tests/support/people_house.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace {

using namespace liuhen;
using liuhen::test::PeopleHouse;
using liuhen::test::Person;
using liuhen::test::Web;
using liuhen::test::WebReply;
using nlohmann::json;

struct Agents : PeopleHouse {
    Agents() : boss(admin_of("producer", "boss.works")) {
        party["agent"] =
            made(as("operator"), "parties", {{"name", "Paperwork Ltd"}, {"roles", {"producer"}}});
        tokens["agent"] = token("producer", party["agent"]);
    }
    [[nodiscard]] json delegation(const json& acts) const {
        return {{"delegate", party.at("agent")},
                {"acts", acts},
                {"until", to_iso(house.now() + std::chrono::hours{24 * 30})},
                {"document_no", "WT-2026-07"}};
    }
    [[nodiscard]] WebReply for_works(const std::string& verb, const std::string& path,
                                     const json& body = json::object(),
                                     test::WebHeaders more = {}) const {
        more["Liuhen-On-Behalf-Of"] = party.at("producer");
        return as("agent").send(verb, path, verb == "GET" ? "" : body.dump(), more);
    }
    Person boss;
};

TEST_CASE("a delegate does the acts that were delegated, in the delegator's name") {
    Agents place;
    CHECK(place.for_works("POST", "/v1/manifests", place.filing()).json()["code"] ==
          "NOT_DELEGATED");
    const auto made = place.boss.web.post("/v1/delegations", place.delegation({"create", "edit"}));
    REQUIRE(made.status == 201);
    CHECK(made.json()["state"] == "IN_FORCE");
    CHECK(made.json()["role"] == "producer");

    const auto draft = place.for_works("POST", "/v1/manifests", place.filing());
    REQUIRE(draft.status == 201);
    const std::string id = draft.json()["id"];
    const std::string path = "/v1/manifests/" + id;
    CHECK(draft.json()["producer"]["id"] == place.party["producer"]);
    const json allowed = draft.json()["allowed_events"];
    CHECK(std::ranges::find(allowed, json("edit")) != allowed.end());
    CHECK(std::ranges::find(allowed, json("submit")) == allowed.end());
    CHECK(place.as("agent").get(path).status == 404);  // in its own name it sees nothing
    CHECK(place.for_works("GET", path).status == 200);
    CHECK(place.for_works("POST", path + "/edit", place.filing(), {{"If-Match", "\"1\""}}).status ==
          200);
    CHECK(place.for_works("POST", path + "/submit").json()["code"] == "NOT_DELEGATED");
    CHECK(place.as("producer").post(path + "/submit", json::object()).status == 200);

    const auto rows = place.database.sql(
        "SELECT party_id, coalesce(record::jsonb ->> 'delegate', '') FROM manifest_events WHERE"
        " manifest_id = '" +
        id + "' ORDER BY version");
    REQUIRE(rows.size() == 3);
    for (const auto& row : rows) CHECK(row[0].as<std::string>() == place.party["producer"]);
    CHECK(rows[0][1].as<std::string>() == place.party["agent"]);
    CHECK(rows[1][1].as<std::string>() == place.party["agent"]);
    CHECK(rows[2][1].as<std::string>().empty());
}

TEST_CASE("what is not delegable is not done in another's name") {
    Agents place;
    REQUIRE(place.boss.web.post("/v1/delegations", place.delegation({"create"})).status == 201);
    for (const char* path : {"/v1/me", "/v1/parties", "/v1/sessions"})
        CHECK(place.for_works("GET", path).json()["code"] == "NOT_DELEGABLE");
    CHECK(place.for_works("POST", "/v1/logout").json()["code"] == "NOT_DELEGABLE");
    const auto with = [&](const std::string& whom) {
        return place.as("agent")
            .send("GET", "/v1/manifests", "", {{"Liuhen-On-Behalf-Of", whom}})
            .status;
    };
    CHECK(with(place.party["producer"]) == 200);
    CHECK(with(place.party["other"]) == 403);
    CHECK(with("' OR true --") == 403);
    CHECK(place.as("police")
              .send("GET", "/v1/manifests", "", {{"Liuhen-On-Behalf-Of", place.party["producer"]}})
              .status == 403);
    // The same key in one's own name and in another's is two requests.
    const test::WebHeaders key{{"Idempotency-Key", "twice"}};
    CHECK(place.for_works("POST", "/v1/manifests", place.filing(), key).status == 201);
    CHECK(place.as("agent").post("/v1/manifests", place.filing(), key).status == 409);
}

TEST_CASE("a delegation ends by its date and by revocation, at once") {
    Agents place;
    json brief = place.delegation({"create"});
    brief["until"] = to_iso(place.house.now() + std::chrono::hours{24 * 6});
    const auto made = place.boss.web.post("/v1/delegations", brief);
    REQUIRE(made.status == 201);
    const std::string id = made.json()["id"];
    for (const Web& reader : {place.boss.web, place.as("agent")}) {
        const json listed = reader.get("/v1/delegations").json()["items"];
        REQUIRE(listed.size() == 1);
        CHECK(listed[0]["warnings"][0]["code"] == "DELEGATION_ENDS_SOON");
    }
    CHECK(place.as("other").get("/v1/delegations").json()["items"].empty());
    CHECK(place.for_works("GET", "/v1/manifests").status == 200);
    place.database.sql(
        "UPDATE delegations SET during = tstzrange(now() - interval '2 days',"
        " now() - interval '1 day')");
    CHECK(place.for_works("GET", "/v1/manifests").status == 403);
    CHECK(place.boss.web.get("/v1/delegations").json()["items"][0]["state"] == "ENDED");
    const auto longer = place.boss.web.post("/v1/delegations", place.delegation({"create"}));
    CHECK(longer.json()["warnings"].empty());
    CHECK(place.for_works("GET", "/v1/manifests").status == 200);
    const std::string path = "/v1/delegations/" + longer.json()["id"].get<std::string>();
    const auto agent_boss = place.admin_of("agent", "boss.agent");
    CHECK(agent_boss.web.send("DELETE", path).status == 404);  // the delegate cannot end it
    CHECK(place.boss.web.send("DELETE", path).status == 204);
    CHECK(place.for_works("GET", "/v1/manifests").status == 403);
}

TEST_CASE("a delegation names acts that exist, a role of the delegator, an end and its writing") {
    Agents place;
    const auto code = [&](const char* field, const json& value) {
        json body = place.delegation({"create"});
        body[field] = value;
        const auto reply = place.boss.web.post("/v1/delegations", body);
        return reply.status == 201 ? "" : reply.json()["errors"][0]["code"].get<std::string>();
    };
    CHECK(code("acts", {"fly"}) == "UNKNOWN_VALUE");
    CHECK(code("acts", {"track_or_lock_event"}) == "UNKNOWN_VALUE");
    CHECK(code("acts", json::array()) == "TOO_SHORT");
    CHECK(code("role", "carrier") == "WRONG_ROLE");
    CHECK(code("delegate", place.party["producer"]) == "EXCLUSIVE");
    CHECK(code("delegate", "00000000-0000-7000-8000-000000000000") == "UNKNOWN_REFERENCE");
    CHECK(code("until", to_iso(place.house.now() - std::chrono::hours{1})) == "TIME_ORDER");
    CHECK(code("until", "2099-01-01T00:00:00Z") == "OUT_OF_RANGE");
    CHECK(code("document_no", nullptr) == "MISSING");
    CHECK(place.as("producer").post("/v1/delegations", place.delegation({"create"})).status == 403);
}

TEST_CASE("a closed organisation is named on no new filing, and finishes what is open") {
    Agents place;
    const auto desk = place.as("operator");
    const std::string draft = place.draft();
    const std::string path = "/v1/parties/" + place.party["receiver"] + "/close";
    CHECK(place.as("producer").post(path, {{"reason", "out of business"}}).status == 403);
    CHECK(desk.post(path, json::object()).status == 422);
    CHECK(desk.post(path, {{"reason", "out of business"}}).status == 200);
    CHECK(desk.post(path, {{"reason", "out of business"}}).json()["code"] == "ALREADY_CLOSED");
    const auto filed = place.as("producer").post("/v1/manifests", place.filing());
    CHECK(filed.status == 422);
    CHECK(filed.json()["errors"][0]["code"] == "PARTY_CLOSED");
    CHECK(filed.json()["errors"][0]["pointer"] == "/receiver");
    CHECK(place.act("producer", draft, "submit").json()["code"] == "PARTY_CLOSED");
    // The load that was under way is driven, received and closed all the same, and by firms that
    // ceased meanwhile.
    for (const char* one : {"carrier", "producer"}) {
        const std::string ends = "/v1/parties/" + place.party[one] + "/close";
        REQUIRE(desk.post(ends, {{"reason", "out of business"}}).status == 200);
    }
    CHECK(place.act("driver", place.manifest, "depart").status == 200);
    CHECK(place.act("receiver", place.manifest, "arrive").status == 200);
    const json weights{{"gross_kg", 20000}, {"tare_kg", 12000}};
    CHECK(place.act("receiver", place.manifest, "weigh_in", weights).status == 200);
    CHECK(place.act("receiver", place.manifest, "accept").status == 200);
    const auto closed = place.act("producer", place.manifest, "close");
    CHECK(closed.status == 200);
    CHECK(closed.json()["state"] == "COMPLETED");
}

}  // namespace
