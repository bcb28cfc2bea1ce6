// Sums of the ledger: producers' months, batches, and what the drums of a line weigh together.
#include "tests/support/drums.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

std::string month_of(Instant at) { return to_iso(at + std::chrono::hours{8}).substr(0, 7); }
json month(const Drums& trade, const std::string& role, const std::string& more = {}) {
    const auto page =
        trade.read(role, "/v1/ledger/mass-balance?month=" + month_of(trade.house.now()) + more);
    return page["items"];
}

TEST_CASE("a producer's month balances to the gram, with what became of what was sent") {
    Drums trade;
    for (const char* code : {"D1", "D2", "D3", "D4"}) trade.drum(code);
    const auto burnt = trade.read("producer", "/v1/containers?code=D4")["items"];
    trade.moved("producer", burnt[0]["id"],
                {{"kind", "TREATED"}, {"amount_kg", 50}, {"method", "D9"}});
    trade.assigned({"D1", "D2"});
    trade.scan("driver", "LOAD", {"D1", "D2"});
    trade.load_drums(404);
    auto sums = month(trade, "producer");
    REQUIRE(sums.size() == 1);
    CHECK(sums[0]["produced_g"] == 800'000);
    CHECK(sums[0]["sent_g"] == 404'000);
    CHECK(sums[0]["of_sent"]["on_the_way_g"] == 404'000);
    CHECK(sums[0]["corrected_g"] == 4'000);
    trade.arrived(400);
    trade.scan("receiver", "ARRIVE", {"D1", "D2"});
    trade.step("receiver", "accept_part",
               {{"reason", "one drum leaks"}, {"lines", {{{"line_no", 1}, {"refused_kg", 150}}}}});
    sums = month(trade, "producer");
    const auto& row = sums[0];
    INFO(row.dump());
    CHECK(row["opening_g"] == 0);
    CHECK(row["returned_g"] == 150'000);
    CHECK(row["treated_g"] == 50'000);
    CHECK(row["poured_g"] == 0);
    CHECK(row["closing_g"] == trade.holds("producer"));
    const auto g = [&](const char* name) { return row[name].get<std::int64_t>(); };
    CHECK(g("closing_g") == g("opening_g") + g("produced_g") + g("returned_g") - g("sent_g") -
                                g("treated_g") + g("poured_g") + g("corrected_g"));
    CHECK(row["of_sent"] == json{{"received_g", 250'000},
                                 {"returned_g", 150'000},
                                 {"lost_g", 4'000},
                                 {"on_the_way_g", 0}});
    // The month before had nothing yet; another waste has nothing at all.
    CHECK(month(trade, "producer", "&waste_code=900-249-08")[0]["produced_g"] == 0);
    const auto past = month_of(trade.house.now() - std::chrono::hours{24 * 62});
    CHECK(trade.read("producer",
                     "/v1/ledger/mass-balance?month=" + past)["items"][0]["closing_g"] == 0);
}

TEST_CASE("an authority reads the months of its area's producers, page by page") {
    Drums trade;
    trade.drum("D1");
    trade.drum("O1", 50, "other");
    CHECK(month(trade, "regulator").size() >= 2);
    CHECK(month(trade, "regulator", "&party=" + trade.party["other"])[0]["closing_g"] == 50'000);
    CHECK(month(trade, "producer").size() == 1);
    CHECK(month(trade, "producer", "&party=" + trade.party["other"]).empty());
    CHECK(month(trade, "receiver").empty());
    const auto path = "/v1/ledger/mass-balance?month=" + month_of(trade.house.now()) + "&limit=1";
    const auto first = trade.read("regulator", path);
    REQUIRE(first["next"].is_string());
    const auto second =
        trade.read("regulator", path + "&after=" + first["next"].get<std::string>());
    CHECK(second["items"][0]["party"] != first["items"][0]["party"]);
    const auto refused = [&](const std::string& query) {
        return trade.as("regulator")
            .get("/v1/ledger/mass-balance" + query)
            .json()["errors"][0]["code"];
    };
    CHECK(refused("") == "MISSING");
    for (const char* wrong : {"2026", "2026-13", "march", "2026-3"})
        CHECK(refused(std::string{"?month="} + wrong) == "NOT_A_MONTH");
}

std::set<std::string> warned(const json& answer) {
    std::set<std::string> said;
    for (const auto& one : answer["warnings"])
        said.insert(one["code"].get<std::string>() + " " + one["pointer"].get<std::string>());
    return said;
}

TEST_CASE(
    "drums that do not add up to what was sent, or to their number, are told at the loading") {
    Drums trade;
    for (const char* code : {"D1", "D2"}) trade.drum(code);
    auto filing = trade.filing_of({"D1", "D2"});
    filing["lines"][0]["container_count"] = 3;
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.scan("driver", "LOAD", {"D1", "D2"});
    trade.lock_says(trade.house.now() - std::chrono::minutes{2}, 0);
    trade.fix(trade.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
    const auto said =
        warned(trade.step("producer", "load_sign", {{"gross_kg", 12410}, {"tare_kg", 12000}}));
    CHECK(said.contains("CONTAINER_NETS_DIFFER /lines/0/sent_g"));
    CHECK(said.contains("CONTAINER_COUNT_DIFFERS /lines/0/container_count"));
    trade.step("producer", "unload");
    filing["lines"][0]["container_count"] = 2;
    CHECK_FALSE(
        warned(trade.step("producer", "load_sign", {{"gross_kg", 12402}, {"tare_kg", 12000}}))
            .contains("CONTAINER_NETS_DIFFER /lines/0/sent_g"));
}

TEST_CASE("drums share what the scale says as their books have them") {
    Drums trade;
    const auto small = trade.drum("D1", 100);
    const auto large = trade.drum("D2", 300);
    trade.assigned({"D1", "D2"});
    trade.scan("driver", "LOAD", {"D1", "D2"});
    trade.load_drums(404);
    const auto held = [&](const std::string& id) {
        return trade.shown("producer", id)["stock"][0]["net_g"];
    };
    CHECK(held(small) == 101'000);
    CHECK(held(large) == 303'000);
    trade.arrived(404);
    trade.scan("receiver", "ARRIVE", {"D1", "D2"});
    trade.step("receiver", "accept");
    CHECK(held(small) == 101'000);
    CHECK(held(large) == 303'000);
    // Each is treated by itself; the manifest's report is about both and enters the rest.
    trade.step("producer", "close");
    trade.moved("receiver", large, {{"kind", "TREATED"}, {"amount_kg", 303}, {"method", "D9"}});
    trade.step("receiver", "report_treatment",
               {{"lines", {{{"line_no", 1}, {"treated_kg", 303}, {"method", "D9"}}}}});
    CHECK(held(small) == 101'000);
    trade.step("receiver", "report_treatment",
               {{"lines", {{{"line_no", 1}, {"treated_kg", 101}, {"method", "D9"}}}}});
    CHECK(trade.holds("receiver") == 0);
}

TEST_CASE("entries are grouped to batches of their stage and day, one waste each") {
    Drums trade;
    const auto day = [&] {
        auto text = to_iso(trade.house.now() + std::chrono::hours{8}).substr(0, 10);
        text.erase(7, 1).erase(4, 1);
        return text;
    }();
    const auto made = "HWCS" + day + "001";
    const auto fill = [&](const char* code, const char* waste, const std::string& batch) {
        return json{{"code", code}, {"waste_code", waste}, {"net_kg", 100}, {"batch", batch}};
    };
    for (const char* code : {"D1", "D2"})
        trade.enter("producer", "/v1/containers", fill(code, "336-054-17", made));
    const auto refused = [&](const json& body) {
        const auto reply = trade.as("producer").post("/v1/containers", body);
        CHECK(reply.status == 422);
        const auto first = reply.json()["errors"][0];
        CHECK(first["pointer"] == "/batch");
        CHECK(first["message_zh"] != first["code"]);
        return first["code"];
    };
    CHECK(refused(fill("D3", "900-249-08", made)) == "BATCH_OTHER_WASTE");
    CHECK(refused(fill("D3", "336-054-17", "HWCK" + day + "001")) == "BATCH_STAGE");
    CHECK(refused(fill("D3", "336-054-17", "HWCS20200101001")) == "BATCH_DAY");
    CHECK(refused(fill("D3", "336-054-17", "lot 7")) == "BATCH_CODE_FORM");
    CHECK(trade.read("producer", "/v1/containers?code=D3")["items"].empty());

    const auto first = trade.read("producer", "/v1/containers?code=D1")["items"];
    trade.moved("producer", first[0]["id"], {{"kind", "STORED"}, {"batch", "HWRK" + day + "001"}});
    // The manifest's line is a batch of the producer's sending, its treatment one of the
    // receiver's.
    auto filing = trade.filing_of({"D1", "D2"});
    filing["lines"][0]["ledger_batch_out"] = "HWCK" + day + "001";
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.scan("driver", "LOAD", {"D1", "D2"});
    trade.load_drums(200);
    trade.arrived(200);
    trade.scan("receiver", "ARRIVE", {"D1", "D2"});
    const json taken_in{
        {"line_no", 1}, {"accepted_kg", 200}, {"ledger_batch_in", "HWRK" + day + "002"}};
    CHECK_FALSE(warned(trade.step("receiver", "accept", {{"lines", {taken_in}}}))
                    .contains("BATCH_DAY /lines/0/ledger_batch_in"));
    trade.step("producer", "close");
    const json burnt{{"line_no", 1},
                     {"treated_kg", 200},
                     {"method", "D9"},
                     {"ledger_batch", "HWZXCZ" + day + "001"}};
    CHECK_FALSE(warned(trade.step("receiver", "report_treatment", {{"lines", {burnt}}}))
                    .contains("BATCH_DAY /lines/0/ledger_batch"));
    const auto batches = [&](const char* who) {
        const auto page = trade.read(who, "/v1/ledger/batches");
        std::vector<std::string> all;
        for (const auto& one : page["items"])
            all.push_back(one["batch"].get<std::string>() + " " + one["kind"].get<std::string>() +
                          " " + one["containers"].dump() + " " + one["amount_g"].dump());
        return all;
    };
    CHECK(batches("producer") == std::vector{"HWCK" + day + "001 LOADED 2 200000",
                                             made + " PRODUCED 2 200000",
                                             "HWRK" + day + "001 STORED 1 0"});
    CHECK(batches("receiver") == std::vector{"HWRK" + day + "002 RECEIVED 2 200000",
                                             "HWZXCZ" + day + "001 TREATED 2 200000"});
    CHECK(batches("carrier").empty());
    CHECK(trade
              .read("regulator", "/v1/ledger/batches?party=" + trade.party["producer"] +
                                     "&batch=" + made)["items"]
              .size() == 1);
}

TEST_CASE("a manifest's batch of another day or stage is said beside success") {
    Drums trade;
    trade.drum("D1");
    auto filing = trade.filing_of({"D1"});
    filing["lines"][0]["ledger_batch_out"] = "HWCK20200101001";
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.scan("driver", "LOAD", {"D1"});
    trade.lock_says(trade.house.now() - std::chrono::minutes{2}, 0);
    trade.fix(trade.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
    CHECK(warned(trade.step("producer", "load_sign", {{"gross_kg", 12200}, {"tare_kg", 12000}}))
              .contains("BATCH_DAY /lines/0/ledger_batch_out"));
    trade.step("driver", "load_sign");
    trade.arrived(200);
    trade.scan("receiver", "ARRIVE", {"D1"});
    const json taken_in{
        {"line_no", 1}, {"accepted_kg", 200}, {"ledger_batch_in", "HWCK20200101001"}};
    CHECK(warned(trade.step("receiver", "accept", {{"lines", {taken_in}}}))
              .contains("BATCH_STAGE /lines/0/ledger_batch_in"));
}

}  // namespace
