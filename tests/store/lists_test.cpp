// Editions of the waste lists and calendars: imported whole, looked up by day, asked by submit.
#include "server/list_files.hpp"
#include "tests/support/registered.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/valley_trip.hpp"

#include <fstream>
#include <iterator>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

using Codes = std::vector<std::string>;

WebReply put(const Web& desk, const std::string& path, const json& body) {
    return desk.send("PUT", path, body.dump());
}
json bath_list(const std::string& from) {
    return {{"kind", "HW"},
            {"valid_from", from},
            {"entries",
             {{{"code", "336-054-17"}, {"hazards", {"T"}}, {"name", "镀镍废液"}},
              {{"code", "900-041-49"}, {"hazards", {"T", "In"}}, {"name", "废弃包装物"}}}}};
}

WebReply submit(const Valley& place, const json& filing) {
    const auto made = expect(place.as("producer").post("/v1/manifests", filing), 201);
    return place.act("producer", made.at("id"), "submit");
}

TEST_CASE("without an edition submit says so; with one, codes are held to it") {
    RegisteredValley place;
    const auto filing = place.whole_filing();
    CHECK(warning_codes(submitted(place, filing)) == Codes{"WASTE_LIST_MISSING"});
    const auto desk = place.as("operator");
    REQUIRE(put(desk, "/v1/waste-lists/2021", bath_list("2021-01-01")).status == 201);
    CHECK(warning_codes(submitted(place, filing)).empty());

    auto unlisted = filing;
    unlisted["lines"][0]["code"] = "336-100-17";
    const Codes in_no_register{"PLAN_MISSING /lines/0", "LICENCE_SCOPE /lines/0"};
    auto refused = submit(place, unlisted);
    CHECK(refused.status == 422);
    CHECK(faults_of(refused) ==
          Codes{"CODE_UNKNOWN /lines/0/code", in_no_register[0], in_no_register[1]});

    auto tested = filing;
    tested["lines"][0]["code"] = "900-000-17";
    tested["lines"][0]["hazards"] = {"T", "C"};
    CHECK(faults_of(submit(place, tested)) == in_no_register);
}

TEST_CASE("a later edition takes over on its first day, and an earlier one ends on its last") {
    Valley place;
    const auto desk = place.as("operator");
    auto first = bath_list("2021-01-01");
    REQUIRE(put(desk, "/v1/waste-lists/2021", first).status == 201);
    first["valid_from"] = "2025-01-01";
    first["entries"].erase(1);
    REQUIRE(put(desk, "/v1/waste-lists/2025", first).status == 201);
    const auto edition = [&](const std::string& day) {
        return place.as("driver").get("/v1/waste-codes?on=" + day).json();
    };
    CHECK(edition("2024-12-31")["edition"] == "2021");
    CHECK(edition("2024-12-31")["items"].size() == 2);
    CHECK(edition("2025-01-01")["edition"] == "2025");
    CHECK(edition("2025-01-01")["items"].size() == 1);
    CHECK(edition("2020-12-31")["edition"].is_null());
    CHECK(warning_codes(edition("2020-12-31")) == Codes{"WASTE_LIST_MISSING"});

    first["valid_to"] = "2025-06-30";
    CHECK(put(desk, "/v1/waste-lists/2025", first).json()["outcome"] == "changed");
    CHECK(put(desk, "/v1/waste-lists/2025", first).json()["outcome"] == "unchanged");
    CHECK(edition("2025-07-01")["edition"] == "2021");
    CHECK(place.as("police").get("/v1/waste-lists").json()["items"].size() == 2);
    CHECK(put(place.as("regulator"), "/v1/waste-lists/2025", first).status == 403);
}

TEST_CASE("codes are found by part of code, category and name, with their exemptions") {
    Valley place;
    const auto desk = place.as("operator");
    REQUIRE(put(desk, "/v1/waste-lists/2021", bath_list("2021-01-01")).status == 201);
    const json exempt{{"kind", "EXEMPTION"},
                      {"valid_from", "2021-01-01"},
                      {"entries",
                       {{{"code_or_category", "HW49"}, {"condition", "sealed"}},
                        {{"code_or_category", "HW49"}, {"condition", "empty"}}}}};
    REQUIRE(put(desk, "/v1/waste-lists/2021", exempt).status == 201);
    const auto found = [&](const std::string& words) {
        Codes codes;
        const auto body = place.as("producer").get("/v1/waste-codes?q=" + words).json();
        for (const auto& one : body["items"]) codes.push_back(one["code"]);
        return codes;
    };
    CHECK(found("041") == Codes{"900-041-49"});
    CHECK(found("33605417") == Codes{"336-054-17"});
    CHECK(found("hw17") == Codes{"336-054-17"});
    CHECK(found("%E5%8C%85%E8%A3%85") == Codes{"900-041-49"});
    CHECK(found("%25").empty());
    const auto drum = place.as("producer").get("/v1/waste-codes?q=900-041").json()["items"][0];
    CHECK(drum["exemptions"][1]["rule"] == "HW49-2");
    CHECK(place.as("producer").get("/v1/waste-codes?on=tomorrow").status == 422);
}

TEST_CASE("a list with faults is refused whole, each fault at its place") {
    Valley place;
    auto list = bath_list("2021-01-01");
    list["entries"].push_back({{"code", "900-041-99"}, {"hazards", {"X"}}});
    list["entries"].push_back({{"code", "900-041-49"}, {"category", "HW08"}, {"colour", 1}});
    const auto reply = put(place.as("operator"), "/v1/waste-lists/2021", list);
    CHECK(reply.status == 422);
    CHECK(faults_of(reply) ==
          Codes{"CODE_FORMAT /entries/2/code", "HAZARD_UNKNOWN /entries/2/hazards",
                "CODE_CATEGORY_MISMATCH /entries/3/category", "FIELD_REQUIRED /entries/3/hazards",
                "DUPLICATE /entries/3/code", "UNKNOWN_FIELD /entries/3/colour"});
    CHECK(place.database.value<int>("SELECT count(*) FROM waste_codes") == 0);
}

TEST_CASE("the published list of 2021 goes in as a file, and again without a change") {
    const auto codes = shared_file("data/hw_catalog_2021.csv");
    const auto exempt = shared_file("data/hw_transport_exempt_2021.csv");
    if (!codes || !exempt) return;
    ScratchDatabase database;
    pqxx::connection connection{database.conninfo("liuhen_owner")};
    const auto imported = [&](const std::filesystem::path& file) {
        std::ifstream in{file, std::ios::binary};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        const auto list = server::read_list_file(
            file.filename().string(), text,
            {"2021", std::chrono::sys_days{std::chrono::year{2021} / 1 / 1}, {}});
        REQUIRE(list);
        pqxx::work work{connection};
        const auto outcome = server::store::import_list(work, *list, {"file", "test", Instant{}});
        work.commit();
        return code(outcome);
    };
    CHECK(imported(*codes) == "made");
    CHECK(imported(*exempt) == "made");
    CHECK(imported(*codes) == "unchanged");
    CHECK(database.value<int>("SELECT count(*) FROM waste_codes") == 467);
    CHECK(database.value<int>("SELECT count(DISTINCT category) FROM waste_codes") == 46);
    CHECK(database.value<int>("SELECT count(*) FROM transport_exemptions") == 17);
    CHECK(database.value<std::string>("SELECT subject FROM transport_exemptions"
                                      " WHERE rule = 'HW01-2'") == "HW01");
}

TEST_CASE("a calendar is replaced year by year and known to everybody") {
    Valley place;
    const auto desk = place.as("operator");
    json year{{"days",
               {{{"date", "2026-10-01"}, {"kind", "holiday"}},
                {{"date", "2026-10-10"}, {"kind", "make-up workday"}}}}};
    CHECK(place.as("driver").get("/v1/calendars/2026").status == 404);
    CHECK(put(desk, "/v1/calendars/2026", year).status == 201);
    CHECK(put(desk, "/v1/calendars/2026", year).json()["outcome"] == "unchanged");
    const auto shown = place.as("driver").get("/v1/calendars/2026").json();
    CHECK(shown["days"][1] == json{{"date", "2026-10-10"}, {"kind", "workday"}});
    year["days"].erase(1);
    const auto changed = put(desk, "/v1/calendars/2026", year).json();
    CHECK(changed["outcome"] == "changed");
    CHECK(changed["days"].size() == 1);
    CHECK(changed["revision"] > shown["revision"]);
    year["days"] = {{{"date", "2025-10-01"}, {"kind", "holiday"}},
                    {{"date", "2026-02-30"}, {"kind", "holiday"}},
                    {{"date", "2026-10-01"}, {"kind", "rest"}}};
    CHECK(faults_of(put(desk, "/v1/calendars/2026", year)) == Codes{"OUT_OF_RANGE /days/0/date",
                                                                    "NOT_A_DATE /days/1/date",
                                                                    "UNKNOWN_VALUE /days/2/kind"});
    CHECK(put(desk, "/v1/calendars/1999", year).status == 404);
}

TEST_CASE("a wrong credit code stands by an authority's leave only, and says so") {
    Valley place;
    const auto desk = place.as("operator");
    json firm{{"name", "Old Mill"},
              {"uscc", "91331125XTRACK001T"},
              {"division", "331102"},
              {"roles", {"receiver"}}};
    CHECK(desk.post("/v1/parties", firm).status == 422);
    firm["uscc_exception"] = "registered so by the market authority, seen on paper";
    const auto made = desk.post("/v1/parties", firm);
    REQUIRE(made.status == 201);
    test::admit_receiver(place, made.json()["id"], "3311000009");
    auto filing = place.filing();
    filing["receiver"] = made.json()["id"];
    filing["destination_site"] =
        Valley::made(desk, "sites",
                     {{"name", "mill"},
                      {"kind", "receiver"},
                      {"party", made.json()["id"]},
                      {"geometry", {{"type", "Point"}, {"coordinates", {119.7, 28.1}}}},
                      {"radius_m", 200}});
    const auto codes = warning_codes(submitted(place, filing));
    CHECK(std::ranges::find(codes, "USCC_EXCEPTED") != codes.end());
}

}  // namespace
