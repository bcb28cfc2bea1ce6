// Approvals to leave a province on a real database: the steps, whose they are, what they allow,
// and what the clock does when nobody takes them.
#include "server/approval_clock.hpp"
#include "tests/support/await.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <thread>

namespace {

using namespace liuhen;
using liuhen::test::naming;
using liuhen::test::Valley;
using nlohmann::json;

std::string day_in(const Valley& place, int days) {
    return to_iso(place.house.now() + china_standard_time + std::chrono::hours{24} * days)
        .substr(0, 10);
}

// The receiver of the valley, moved into the next province.
void move_away(const Valley& place) {
    place.database.sql("UPDATE parties SET division = '320502' WHERE id = '" +
                       place.party.at("receiver") + "'");
}

json application(const Valley& place, int kg = 80'000) {
    return {{"receiver", place.party.at("receiver")},
            {"wanted_from", day_in(place, 0)},
            {"wanted_to", day_in(place, 60)},
            {"rows", {{{"code", "336-054-17"}, {"method", "D9"}, {"planned_kg", kg}}}}};
}

struct Case {
    const Valley& place;
    json paper;

    test::WebReply take(const std::string& role, const std::string& step,
                        const json& body = json::object()) const {
        return place.as(role).post(
            "/v1/approvals/" + paper.at("id").get<std::string>() + "/" + step, body);
    }
    void step(const std::string& role, const std::string& name, const json& body = json::object()) {
        paper = test::expect(take(role, name, body), 200);
    }
};

Case applied(const Valley& place, int kg = 80'000) {
    return {place,
            test::expect(place.as("producer").post("/v1/approvals", application(place, kg)), 201)};
}
Case approved(const Valley& place, int kg) {
    Case one = applied(place, kg);
    for (const char* name : {"accept", "send_inquiry", "agree"}) one.step("regulator", name);
    one.step("regulator", "approve", {{"no", "ZJ-JS-1"}});
    return one;
}

TEST_CASE("waste leaves its province by an approval of both provinces only") {
    const Valley place;
    move_away(place);
    const auto submit = [&place] { return place.act("producer", place.draft(), "submit"); };
    const auto without = submit();
    CHECK(without.status == 422);
    CHECK(without.json()["code"] == "XPROV_MISSING");
    CHECK(without.json()["errors"][0]["pointer"] == "/lines/0");

    Case one = applied(place, 16'000);
    CHECK(one.paper["state"] == "RECEIVED");
    CHECK(one.paper["allowed_steps"] == json{"withdraw"});
    CHECK(one.paper["due_office"] == "origin");
    CHECK(one.take("producer", "accept").status == 403);
    CHECK(one.take("regulator", "approve", {{"no", "1"}}).status == 409);
    CHECK(one.take("regulator", "list_gaps").json()["errors"][0]["pointer"] == "/text");
    one.step("regulator", "list_gaps", {{"text", "the contract is missing"}});
    CHECK(one.paper["remarks"] == "the contract is missing");
    one.step("producer", "supplement");
    CHECK(one.take("regulator", "list_gaps", {{"text", "and the map"}}).status == 409);
    one.step("regulator", "accept");
    one.step("regulator", "send_inquiry");
    CHECK(one.paper["due_office"] == "receiving");
    one.step("regulator", "agree");
    CHECK(submit().json()["code"] == "XPROV_MISSING");
    one.step("regulator", "approve", {{"no", "ZJ-JS-1"}});
    CHECK(one.paper["valid_to"] == day_in(place, 60));
    CHECK(one.paper["approval_no"] == "ZJ-JS-1");

    CHECK(submit().status == 200);
    CHECK(submit().status == 200);
    CHECK(submit().json()["code"] == "XPROV_EXCEEDED");
    place.database.sql("UPDATE approvals SET valid_from = '2020-01-01', valid_to = '2020-12-31'");
    CHECK(submit().json()["code"] == "XPROV_EXPIRED");
    const auto history =
        place.as("producer")
            .get("/v1/approvals/" + one.paper["id"].get<std::string>() + "/history")
            .json()["items"];
    CHECK(history.size() == 7);
    CHECK(history[1]["request"]["text"] == "the contract is missing");
}

TEST_CASE("an application is seen by its two parties and authorities") {
    const Valley place;
    move_away(place);
    const Case one = applied(place);
    const std::string at = "/v1/approvals/" + one.paper["id"].get<std::string>();
    for (const char* role : {"producer", "receiver", "regulator", "police", "operator"})
        CHECK(place.as(role).get(at).status == 200);
    CHECK(place.as("other").get(at).status == 404);
    CHECK(place.as("carrier").get(at).status == 403);
    CHECK(one.take("receiver", "agree").status == 403);
}

TEST_CASE("a province takes its own steps, and sees what concerns it and no more") {
    const Valley place;
    move_away(place);  // from 33, to 32
    Case one = applied(place);
    const std::string at = "/v1/approvals/" + one.paper["id"].get<std::string>();
    const auto of = [&place](const char* division) {
        const auto made = place.as("operator")
                              .post("/v1/tokens", {{"role", "regulator"}, {"division", division}});
        return place.house.web(test::expect(made, 201).at("token"));
    };
    const auto origin = of("33"), receiving = of("32"), works = of("3311"), far = of("44");
    for (const auto* web : {&origin, &receiving, &works}) {
        CHECK(web->get(at).status == 200);
        CHECK(web->get("/v1/approvals").json()["items"].size() == 1);
    }
    CHECK(far.get(at).status == 404);
    CHECK(far.get("/v1/approvals").json()["items"].empty());
    CHECK(far.post(at + "/accept", json::object()).status == 404);
    CHECK(works.post(at + "/accept", json::object()).status == 403);
    CHECK(receiving.post(at + "/accept", json::object()).status == 403);
    CHECK(origin.get(at).json()["allowed_steps"] == json{"list_gaps", "accept"});
    CHECK(works.get(at).json()["allowed_steps"].empty());
    test::expect(origin.post(at + "/accept", json::object()), 200);
    test::expect(origin.post(at + "/send_inquiry", json::object()), 200);
    CHECK(origin.post(at + "/agree", json::object()).status == 403);
    test::expect(receiving.post(at + "/agree", json::object()), 200);
    CHECK(receiving.post(at + "/approve", {{"no", "ZJ-JS-1"}}).status == 403);
    CHECK(test::expect(origin.post(at + "/approve", {{"no", "ZJ-JS-1"}}), 200)["state"] ==
          "APPROVED");
}

TEST_CASE("what needs no approval, or cannot have one, is not applied for") {
    const Valley place;
    const auto post = [&place](const json& body) {
        return place.as("producer").post("/v1/approvals", body);
    };
    CHECK(post(application(place)).json()["code"] == "SAME_PROVINCE");
    move_away(place);
    auto filing = application(place);
    filing["kind"] = "filing";
    CHECK(post(filing).json()["code"] == "NEEDS_APPROVAL");
    filing["rows"] = {{{"code", "900-001-S17"}, {"planned_kg", 5}}};
    const auto filed = test::expect(post(filing), 201);
    CHECK(filed["state"] == "FILED");
    auto unlicensed = application(place);
    unlicensed["rows"][0]["method"] = "R4";
    Case one{place, test::expect(post(unlicensed), 201)};
    for (const char* name : {"accept", "send_inquiry", "agree"}) one.step("regulator", name);
    CHECK(one.take("regulator", "approve", {{"no", "1"}}).json()["code"] == "LICENCE_MISSING");
}

TEST_CASE("50 submits at once against an approval for 10 make exactly 10") {
    const Valley place;
    move_away(place);
    approved(place, 80'000);
    std::vector<std::string> drafts;
    for (int i = 0; i < 50; ++i) drafts.push_back(place.draft());
    std::vector<std::string> said(drafts.size());
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        clients.emplace_back([&, i] {
            const auto reply = place.act("producer", drafts[i], "submit");
            said[i] = reply.status == 200 ? "200" : reply.json().value("code", "?");
        });
    }
    for (auto& one : clients) one.join();
    CHECK(std::count(said.begin(), said.end(), "200") == 10);
    CHECK(std::count(said.begin(), said.end(), "XPROV_EXCEEDED") == 40);
    CHECK(place.database.value<long>("SELECT sum(held_g) FROM quotas WHERE approval_id IS NOT"
                                     " NULL") == 80'000'000);
}

TEST_CASE("silence accepts on the day received, and later steps that are late become tasks") {
    const Valley place;
    move_away(place);
    Case one = applied(place);
    server::Database database{place.database.conninfo(), 1, 1};
    server::Clock clock;
    server::ApprovalClock watch{database, clock};
    const auto sweep = [&watch] { return test::await(watch.sweep()); };
    const auto shown = [&] {
        return place.as("regulator")
            .get("/v1/approvals/" + one.paper["id"].get<std::string>())
            .json();
    };
    CHECK(sweep() == 0);
    place.database.sql(
        "UPDATE approvals SET received_at = now() - interval '30 days',"
        " due_at = now() - interval '20 days'");
    CHECK(sweep() == 1);
    CHECK(shown()["state"] == "ACCEPTED");
    CHECK(shown()["accepted_at"] == shown()["received_at"]);
    CHECK(sweep() == 1);  // and the review is late at once
    CHECK(sweep() == 0);
    const auto tasks = [&place] {
        return place.as("regulator").get("/v1/supervision-tasks").json()["items"];
    };
    REQUIRE(tasks().size() == 1);
    CHECK(tasks()[0]["state"] == "ACCEPTED");
    CHECK(tasks()[0]["office"] == "origin");
    CHECK(tasks()[0]["province"] == "33");
    CHECK(tasks()[0]["open"] == true);
    CHECK(shown()["state"] == "ACCEPTED");  // nothing follows by itself
    one.step("regulator", "send_inquiry");
    CHECK(tasks()[0]["open"] == false);
    CHECK(place.as("other").get("/v1/supervision-tasks").json()["items"].empty());
    database.stop();
}

}  // namespace
