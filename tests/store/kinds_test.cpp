// The lives of other kinds of waste over a real socket and a real database, from filing to close,
// with what the law says differs for each: docs/kinds.md.
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

using Codes = std::vector<std::string>;

/// A trade whose one line of waste is of another kind.
class OtherTrade : public Trade {
public:
    [[nodiscard]] json filing_of(const std::string& kind, const json& line) const {
        auto form = filing();
        form["kind"] = kind;
        form["lines"] = json::array({line});
        return form;
    }
    /// Plan and licence of the receiver for one more hazardous code.
    void admit_code(const std::string& code, const std::string& method) {
        const int year = year_in_china(house.now() + 1h);
        const json one{{"code", code}, {"method", method}, {"yearly_kg", 100'000}};
        enter_licence(as("operator"), party["receiver"], "3311000021", year, json::array({one}));
        const auto plan = as("producer").get("/v1/plans").json().at("items").at(0);
        auto rows = json::array({one});
        rows[0]["receiver"] = party["receiver"];
        for (const auto& row : plan.at("rows"))
            rows.push_back({{"code", row.at("code")},
                            {"method", row.at("method")},
                            {"receiver", row.at("receiver")},
                            {"yearly_g", row.at("limit_g")}});
        const auto path = "/v1/plans/" + plan.at("id").get<std::string>() + "/amend";
        expect(as("producer").post(path, {{"rows", rows}}, naming(plan)), 200);
    }
    /// From the carrier's acceptance to the close.
    json driven(const json& acceptance) {
        step("carrier", "carrier_accept", acceptance);
        load();
        step("driver", "depart");
        step("receiver", "arrive");
        step("receiver", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}});
        step("receiver", "accept");
        return step("producer", "close");
    }
    json enter(const std::string& role, const json& entry, int status = 201) {
        const auto reply = as(role).post("/v1/manifests/" + id + "/meter-entries", entry);
        INFO(reply.body);
        REQUIRE(reply.status == status);
        return reply.json();
    }
    [[nodiscard]] std::string day(int back = 0) const {
        return to_iso(house.now() + china_standard_time - 24h * back).substr(0, 10);
    }
};

const json syringes{
    {"name", "used syringes"}, {"code", "841-002-01"},  {"hazards", {"In"}}, {"form", "S"},
    {"package", "BOX"},        {"container_count", 40}, {"un_no", "UN3291"}, {"dg_class", "6.2"},
    {"taboos", "keep shut"},   {"purpose", "DISPOSE"},  {"method", "D10"},   {"planned_kg", 8000}};
const json sludge{{"name", "sludge of the works"},
                  {"code", "900-001-S07"},
                  {"form", "SLUDGE"},
                  {"package", "TANK"},
                  {"purpose", "USE"},
                  {"planned_kg", 8000}};
const json rubble{{"name", "broken bricks"}, {"code", "900-001-S70"}, {"form", "S"},
                  {"package", "BULK"},       {"purpose", "USE"},      {"planned_kg", 8000}};
const json brine{{"name", "spent brine"}, {"code", "900-001-S59"}, {"form", "L"},
                 {"package", "BULK"},     {"purpose", "DISPOSE"},  {"planned_kg", 90'000}};

}  // namespace

TEST_CASE("medical waste runs from filing to close under the rules of hazardous waste") {
    OtherTrade trade;
    trade.id =
        Valley::made(trade.as("producer"), "manifests", trade.filing_of("MEDICAL", syringes));
    CHECK(trade.refused("producer", "submit").contains("PLAN_MISSING"));
    trade.admit_code("841-002-01", "D10");
    CHECK(trade.step("producer", "submit")["lines"][0]["category"] == "HW01");
    auto without = trade.acceptance();
    without.erase("waybill_no");
    CHECK(trade.refused("carrier", "carrier_accept", without).contains("WAYBILL_MISSING"));
    const auto done = trade.driven(trade.acceptance());
    CHECK(done["state"] == "COMPLETED");
    CHECK(done["kind"] == "MEDICAL");
}

TEST_CASE(
    "a vehicle for medical waste carries nothing else beside it, and is told of what it did") {
    OtherTrade trade;
    trade.admit_code("841-002-01", "D10");
    trade.file(trade.filing());
    trade.step("carrier", "carrier_accept", trade.acceptance());
    const auto other = trade.id;
    trade.file(trade.filing_of("MEDICAL", syringes));
    CHECK(trade.refused("carrier", "carrier_accept", trade.acceptance()) ==
          std::set<std::string>{"VEHICLE_NOT_DEDICATED"});
    const auto medical = trade.id;

    trade.id = other;
    trade.load();
    for (const char* event : {"depart", "arrive"})
        trade.step(event == std::string{"arrive"} ? "receiver" : "driver", event);
    trade.step("receiver", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    trade.step("receiver", "accept");
    trade.id = medical;
    const auto taken = trade.step("carrier", "carrier_accept", trade.acceptance());
    const auto said = warning_codes(taken);
    CHECK(std::ranges::count(said, "VEHICLE_MIXED_USE") == 1);
}

TEST_CASE("sludge is followed to its use without plan, UN number or dangerous-goods waybill") {
    OtherTrade trade;
    trade.file(trade.filing_of("SLUDGE", sludge));
    auto without = trade.acceptance();
    without.erase("waybill_no");
    const auto done = trade.driven(without);
    CHECK(done["state"] == "COMPLETED");
    CHECK(done["lines"][0]["code"] == "900-001-S07");
    const auto used = trade.step(
        "receiver", "report_treatment",
        {{"lines", {{{"line_no", 1}, {"treated_kg", 8000}, {"method", "soil of parks"}}}}});
    CHECK(used["lines"][0]["treated_g"] == 8'000'000);
    // A difference in kind, weight or time is declared as with any waste.
    trade.file(trade.filing_of("SLUDGE", sludge));
    trade.step("carrier", "carrier_accept", without);
    trade.load();
    trade.step("driver", "depart");
    trade.step("receiver", "arrive");
    trade.step("receiver", "weigh_in", {{"gross_kg", 18000}, {"tare_kg", 12000}});
    CHECK(trade.refused("receiver", "accept") == std::set<std::string>{"DIFFERENCE_UNDECLARED"});
}

TEST_CASE("construction waste goes one manifest a truck, from site to site") {
    OtherTrade trade;
    trade.file(trade.filing_of("CONSTRUCTION", rubble));
    auto without = trade.acceptance();
    without.erase("waybill_no");
    const auto done = trade.driven(without);
    CHECK(done["state"] == "COMPLETED");
    CHECK_FALSE(done["legs"][0].contains("waybill_no"));
    // Its codes are those of the general catalogue, and hazardous ones are none of them.
    auto wrong = trade.filing_of("CONSTRUCTION", rubble);
    wrong["lines"][0]["code"] = "336-054-17";
    const auto reply = trade.as("producer").post("/v1/manifests", wrong);
    CHECK(faults_of(reply) == Codes{"CODE_FORMAT /lines/0/code"});
}

TEST_CASE("waste in a pipe is entered day by day at both ends, and signed as what was counted") {
    OtherTrade trade;
    auto form = trade.filing_of("PIPE", brine);
    form["legs"] = {{{"carrier", form["carrier"]}}};
    form.erase("carrier");
    trade.file(form);
    const json at_works{{"day", trade.day()}, {"amount_kg", 52'000}, {"meter", "FM-01"}};
    trade.enter("producer", at_works, 409);  // nobody has taken the pipe into service yet
    const auto taken = trade.step("carrier", "carrier_accept", {{"driver", "Zhao Lei"}});
    CHECK(taken["legs"][0]["mode"] == "PIPE");
    CHECK_FALSE(taken["legs"][0].contains("vehicle"));

    CHECK(trade.enter("producer", at_works)["out"]["amount_g"] == 52'000'000);
    auto at_plant = at_works;
    at_plant["meter"] = "FM-07";
    at_plant["amount_kg"] = 49'000;
    const auto differing = trade.enter("receiver", at_plant);
    CHECK(differing["difference_g"] == -3'000'000);
    CHECK(warning_codes(differing) == Codes{"METERS_DIFFER"});
    CHECK(trade.count("SELECT count(*) FROM inbox WHERE event = 'METERS_DIFFER'") == 4);
    // A correction says why; the entry before it stays in the table.
    at_plant["amount_kg"] = 51'800;
    trade.enter("receiver", at_plant, 409);
    at_plant["reason"] = "read from the wrong meter";
    CHECK(trade.enter("receiver", at_plant)["warnings"].empty());
    CHECK(trade.count("SELECT count(*) FROM meter_entries") == 3);

    CHECK(trade.refused("producer", "load_sign", {{"gross_kg", 60'000}, {"tare_kg", 1}}) ==
          std::set<std::string>{"METERS_SAY_OTHERWISE"});
    const auto counted = trade.step("producer", "load_sign");
    CHECK(counted["lines"][0]["sent_g"] == 52'000'000);
    trade.enter("producer", {{"day", trade.day()}, {"amount_kg", 1}, {"meter", "FM-01"}}, 409);
    trade.step("driver", "load_sign");
    trade.step("driver", "depart");
    trade.step("receiver", "arrive");
    CHECK(trade.step("receiver", "weigh_in")["lines"][0]["received_g"] == 51'800'000);
    trade.step("receiver", "accept");
    CHECK(trade.step("producer", "close")["state"] == "COMPLETED");
    CHECK(trade.count("SELECT count(*) FROM trips") == 0);
}

TEST_CASE("daily entries are each end's own, of days gone by, and shown to whoever sees the pipe") {
    OtherTrade trade;
    auto form = trade.filing_of("PIPE", brine);
    trade.file(form);
    trade.step("carrier", "carrier_accept", {{"driver", "Zhao Lei"}});
    const json entry{{"day", trade.day()}, {"amount_kg", 500}, {"meter", "FM-01"}};
    auto too_soon = entry;
    too_soon["reason"] = "read from the wrong meter";
    CHECK(trade.enter("producer", too_soon, 409)["code"] == "NOTHING_TO_CORRECT");
    trade.enter("producer", entry);
    trade.enter("receiver", entry);
    auto wrong = entry;
    wrong["day"] = trade.day(-1);
    wrong["line_no"] = 2;
    const auto path = "/v1/manifests/" + trade.id + "/meter-entries";
    CHECK(faults_of(trade.as("producer").post(path, wrong)) ==
          Codes{"OUT_OF_RANGE /day", "UNKNOWN_REFERENCE /line_no"});
    wrong["day"] = trade.day(1);  // before the pipe was taken into service
    wrong.erase("line_no");
    CHECK(faults_of(trade.as("producer").post(path, wrong)) == Codes{"OUT_OF_RANGE /day"});
    CHECK(trade.as("other").post(path, entry).status == 404);
    CHECK(trade.as("receiver2").post(path, entry).status == 404);
    const auto seen = expect(trade.as("regulator").get(path), 200);
    CHECK(seen["items"].size() == 1);
    CHECK(seen["out_g"] == 500'000);
    CHECK(seen["in_g"] == 500'000);
    CHECK(trade.as("other").get(path).status == 404);
    // An end that has counted nothing differs from one that has.
    auto nothing = entry;
    nothing.update({{"amount_kg", 0}, {"reason", "the valve was shut"}});
    const auto differs = trade.enter("producer", nothing);
    CHECK(differs["differs"] == true);
    CHECK(differs["difference_g"] == 500'000);
    CHECK(differs["warnings"][0]["code"] == "METERS_DIFFER");
    // A load on a truck is weighed, not metered.
    trade.file(trade.filing());
    const auto refused =
        trade.as("producer").post("/v1/manifests/" + trade.id + "/meter-entries", entry);
    CHECK(refused.json()["code"] == "NOT_BY_PIPE");
}

TEST_CASE("twenty corrections a day are taken at each end of a pipe") {
    OtherTrade trade;
    trade.file(trade.filing_of("PIPE", brine));
    trade.step("carrier", "carrier_accept", {{"driver", "Zhao Lei"}});
    json entry{{"day", trade.day()}, {"amount_kg", 500}, {"meter", "FM-01"}};
    trade.enter("producer", entry);
    trade.enter("receiver", entry);
    entry.update({{"amount_kg", 900}, {"reason", "read from the wrong meter"}});
    for (int i = 0; i < 20; ++i) trade.enter("producer", entry);
    const auto refused =
        trade.as("producer").post("/v1/manifests/" + trade.id + "/meter-entries", entry);
    CHECK(refused.status == 429);
    CHECK(refused.json()["code"] == "TOO_MANY_CORRECTIONS");
    CHECK(std::stoi(refused.header("retry-after")) <= 24 * 3600);
    CHECK(trade.count("SELECT count(*) FROM inbox WHERE event = 'METERS_DIFFER'") == 80);
    trade.enter("receiver", entry);
    // The first correction is a day old.
    trade.database.sql(
        "UPDATE meter_entries SET recorded_at = recorded_at - interval '24 hours'"
        " WHERE revision <= 2 AND side = 'out'");
    trade.enter("producer", entry);
    trade.enter("producer", entry, 429);
}

TEST_CASE("two hundred days of a pipe are entered at each end within a day") {
    OtherTrade trade;
    trade.file(trade.filing_of("PIPE", brine));
    trade.step("carrier", "carrier_accept", {{"driver", "Zhao Lei"}});
    trade.database.sql(
        "INSERT INTO meter_entries (manifest_id, line_no, side, day, revision, grams, meter,"
        " token_id, recorded_at) SELECT '" +
        trade.id +
        "', 1, 'out', current_date - 9 - n, 1, 500, 'FM-01', gen_random_uuid(), now()"
        " - interval '1 hour' FROM generate_series(1, 199) n");
    json entry{{"day", trade.day()}, {"amount_kg", 500}, {"meter", "FM-01"}};
    trade.enter("producer", entry);
    trade.database.sql(
        "DELETE FROM meter_entries WHERE recorded_at > now() - interval '50 minutes'");
    trade.database.sql(
        "INSERT INTO meter_entries (manifest_id, line_no, side, day, revision, grams, meter,"
        " token_id, recorded_at) SELECT manifest_id, 2, side, day, 1, grams, meter, token_id,"
        " recorded_at FROM meter_entries LIMIT 1");
    const auto refused =
        trade.as("producer").post("/v1/manifests/" + trade.id + "/meter-entries", entry);
    CHECK(refused.status == 429);
    CHECK(refused.json()["code"] == "TOO_MANY_ENTRIES");
    CHECK(std::stoi(refused.header("retry-after")) <= 23 * 3600);
    trade.enter("receiver", entry);
    trade.database.sql(
        "UPDATE meter_entries SET recorded_at = recorded_at - interval '24 hours'"
        " WHERE line_no = 2");
    trade.enter("producer", entry);
}

TEST_CASE("a train takes what no truck could, without plate, terminal or road") {
    OtherTrade trade;
    auto form = trade.filing_of("GENERAL", rubble);
    form["lines"][0]["planned_kg"] = 1'200'000;
    form["legs"] = {{{"carrier", form["carrier"]}, {"mode", "RAIL"}}};
    form.erase("carrier");
    trade.file(form);
    trade.step("carrier", "carrier_accept", {{"driver", "Zhao Lei"}});
    trade.step("producer", "load_sign", {{"gross_kg", 1'500'000}, {"tare_kg", 300'000}});
    trade.step("driver", "load_sign");
    trade.step("driver", "depart");
    trade.step("receiver", "arrive");
    trade.step("receiver", "weigh_in", {{"gross_kg", 1'500'000}, {"tare_kg", 300'000}});
    trade.step("receiver", "accept");
    CHECK(trade.step("producer", "close")["lines"][0]["accepted_g"] == 1'200'000'000);
}
