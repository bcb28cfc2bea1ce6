// Plans and licences over HTTP: who enters and sees them, their versions, and what they refuse.
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::naming;
using liuhen::test::Valley;
using nlohmann::json;

Valley& valley() {
    static Valley one;
    return one;
}
int next_year() { return test::year_in_china(valley().house.now()) + 1; }

json rows(int kg) {
    return {{{"code", "336-054-17"},
             {"receiver", valley().party["receiver"]},
             {"method", "D9"},
             {"yearly_kg", kg}}};
}
std::string path(const json& paper, const std::string& register_, const std::string& event) {
    return "/v1/" + register_ + "/" + paper.at("id").get<std::string>() + "/" + event;
}

TEST_CASE("a plan is drafted in private, filed, amended, and each version is kept") {
    const auto producer = valley().as("producer");
    auto plan =
        test::expect(producer.post("/v1/plans", {{"year", next_year()}, {"rows", rows(100)}}), 201);
    CHECK(plan["status"] == "DRAFT");
    const std::string at = "/v1/plans/" + plan["id"].get<std::string>();
    CHECK(valley().as("regulator").get(at).status == 404);
    CHECK(valley().as("other").get(at).status == 404);
    plan = test::expect(
        producer.post(path(plan, "plans", "edit"), {{"rows", rows(200)}}, naming(plan)), 200);
    CHECK(plan["rows"][0]["limit_g"] == 200'000);
    CHECK(producer.post(path(plan, "plans", "amend"), {{"rows", rows(1)}}, naming(plan)).status ==
          409);
    plan =
        test::expect(producer.post(path(plan, "plans", "file"), json::object(), naming(plan)), 200);
    CHECK(plan["status"] == "FILED");
    CHECK(plan.contains("filed_at"));
    CHECK(plan["warnings"].empty());
    CHECK(valley().as("regulator").get(at).status == 200);
    CHECK(valley().as("other").get(at).status == 404);
    CHECK(producer.post(path(plan, "plans", "edit"), {{"rows", rows(1)}}, naming(plan)).status ==
          409);
    plan = test::expect(
        producer.post(path(plan, "plans", "amend"), {{"rows", rows(300)}}, naming(plan)), 200);
    const auto history = valley().as("regulator").get(at + "/history").json()["items"];
    REQUIRE(history.size() == 4);
    CHECK(history[1]["event"] == "edit");
    CHECK(history[1]["document"]["rows"][0]["limit_g"] == 200'000);
    CHECK(history[3]["document"]["rows"][0]["limit_g"] == 300'000);
    CHECK(history[3]["person"] == "producer person");
}

TEST_CASE("one producer has one plan a year, and names the version it changes") {
    const auto other = valley().as("other");
    const json form{{"year", next_year()}, {"rows", rows(100)}};
    const auto plan = test::expect(other.post("/v1/plans", form), 201);
    const auto again = other.post("/v1/plans", form);
    CHECK(again.status == 409);
    CHECK(again.json()["code"] == "DUPLICATE");
    const std::string edit = path(plan, "plans", "edit");
    CHECK(other.post(edit, {{"rows", rows(1)}}).status == 428);
    CHECK(other.post(edit, {{"rows", rows(1)}}, {{"If-Match", "\"7\""}}).status == 412);
    CHECK(valley().as("producer").post(edit, {{"rows", rows(1)}}, naming(plan)).status == 404);
    CHECK(valley().as("carrier").post("/v1/plans", form).status == 403);
}

TEST_CASE("every fault of a plan is told with its place") {
    const json bad{
        {"year", 1999},
        {"rows",
         {{{"code", "1"},
           {"receiver", valley().party["carrier"]},
           {"method", "D9"},
           {"yearly_kg", 1}},
          {{"code", "336-054-17"}, {"receiver", valley().party["receiver"]}, {"method", "D9"}},
          {{"code", "336-054-17"},
           {"receiver", valley().party["receiver"]},
           {"method", "D9"},
           {"yearly_kg", 1},
           {"colour", 1}}}}};
    const auto reply = valley().as("producer").post("/v1/plans", bad);
    REQUIRE(reply.status == 422);
    std::map<std::string, std::string> said;
    const auto body = reply.json();
    for (const auto& one : body["errors"]) said[one["pointer"]] = one["code"];
    CHECK(said == std::map<std::string, std::string>{{"/year", "OUT_OF_RANGE"},
                                                     {"/rows/0/code", "NOT_A_WASTE_CODE"},
                                                     {"/rows/0/receiver", "UNKNOWN_REFERENCE"},
                                                     {"/rows/1/yearly_g", "MISSING"},
                                                     {"/rows/2", "DUPLICATE"},
                                                     {"/rows/2/colour", "UNKNOWN_FIELD"}});
}

TEST_CASE("a licence is entered by an authority, seen by all, amended and ended") {
    const auto desk = valley().as("operator");
    json form{{"receiver", valley().party["receiver"]},
              {"licence_no", "ZJ-2026-77"},
              {"kind", "collection"},
              {"valid_from", "2026-01-01"},
              {"valid_to", "2029-01-01"},
              {"scope", {{{"category", "HW08"}, {"method", "S1"}, {"yearly_kg", 500}}}}};
    CHECK(valley().as("receiver").post("/v1/licences", form).status == 403);
    CHECK(desk.post("/v1/licences", form).json()["errors"][0]["pointer"] == "/valid_to");
    form["valid_to"] = "2028-12-31";  // three years, to the day
    auto licence = test::expect(valley().as("regulator").post("/v1/licences", form), 201);
    CHECK(licence["rows"].size() == 3);  // a row for each year
    CHECK(desk.post("/v1/licences", form).json()["code"] == "DUPLICATE");
    const std::string at = "/v1/licences/" + licence["id"].get<std::string>();
    CHECK(valley().as("producer").get(at).status == 200);
    CHECK(desk.get("/v1/licences?licence_no=ZJ-2026-77").json()["items"].size() == 1);
    CHECK(desk.get("/v1/licences?licence_no=none").json()["items"].empty());
    form.erase("receiver");
    form.erase("licence_no");
    form["scope"][0]["yearly_kg"] = 700;
    licence = test::expect(desk.post(at + "/amend", form, naming(licence)), 200);
    CHECK(licence["rows"][0]["limit_g"] == 700'000);
    const json end{{"valid_to", "2026-06-30"}, {"reason", "given back"}};
    licence = test::expect(desk.post(at + "/end", end, naming(licence)), 200);
    CHECK(licence["valid_to"] == "2026-06-30");
    const auto history = desk.get(at + "/history").json()["items"];
    REQUIRE(history.size() == 3);
    CHECK(history[2]["request"]["reason"] == "given back");
}

TEST_CASE("the wall behind the code: what is not one's own is not changed in SQL either") {
    const auto as = [](const std::string& role, const std::string& party, const char* sql) {
        pqxx::connection connection{valley().database.conninfo("liuhen_http")};
        pqxx::work work{connection};
        work.exec_params(
            "SELECT set_config('liuhen.role', $1, true),"
            " set_config('liuhen.party', $2, true)",
            role, party);
        return work.exec(sql).affected_rows();
    };
    const auto& party = valley().party;
    CHECK(as("producer", party.at("other"),
             "UPDATE quotas SET limit_g = limit_g + 1"
             " WHERE plan_id IS NOT NULL") ==
          as("producer", party.at("other"), "SELECT 1 FROM quotas WHERE plan_id IS NOT NULL"));
    CHECK(as("receiver", party.at("receiver"), "UPDATE licences SET valid_to = '2099-01-01'") == 0);
    CHECK(as("receiver", party.at("receiver"), "SELECT 1 FROM plans") == 0);
    CHECK(as("", "", "SELECT 1 FROM licences") == 0);
    CHECK_THROWS_AS(as("operator", "", "UPDATE quotas SET held_g = 0"),
                    pqxx::insufficient_privilege);
    CHECK_THROWS_AS(as("operator", "", "DELETE FROM quota_entries"), pqxx::insufficient_privilege);
    CHECK_THROWS_AS(as("operator", "", "UPDATE register_events SET event = ''"),
                    pqxx::insufficient_privilege);
}

}  // namespace
