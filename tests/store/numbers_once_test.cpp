// Numbers that people write on a manifest and that stand on one only.
#include "tests/support/trade.hpp"

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

namespace {

// Accepts a new manifest with the truck's papers; the answer.
WebReply accept(Trade& trade, const json& acceptance) {
    trade.file(trade.filing());
    return trade.act("carrier", trade.id, "carrier_accept", acceptance);
}
json on_spare(const Trade& trade, const std::string& waybill) {
    auto body = trade.vehicle_body(trade.spare);
    body["waybill_no"] = waybill;
    return body;
}

}  // namespace

TEST_CASE("a carrier's waybill is one truck's on a day") {
    Trade trade;
    CHECK(accept(trade, trade.acceptance()).status == 200);
    // Another producer's load on the same truck goes under the same waybill.
    CHECK(accept(trade, trade.acceptance()).status == 200);
    const auto shared = trade.id;

    const std::string taken = trade.acceptance().at("waybill_no");
    const auto refused = accept(trade, on_spare(trade, taken));
    CHECK(refused.status == 409);
    CHECK(refused.json()["code"] == "WAYBILL_USED");
    CHECK(faults_of(refused) == std::vector<std::string>{"WAYBILL_USED /waybill_no"});
    const auto waiting = trade.id;
    CHECK(trade.act("carrier", waiting, "carrier_accept", on_spare(trade, "WB-2026-0009")).status ==
          200);

    // Another carrier counts its own waybills.
    auto filing = trade.filing();
    filing["carrier"] = trade.party["carrier2"];
    trade.file(filing);
    auto theirs = trade.vehicle_body(trade.other_truck);
    theirs["waybill_no"] = taken;
    CHECK(trade.act("carrier2", trade.id, "carrier_accept", theirs).status == 200);
    CHECK(trade.count("SELECT count(*) FROM waybill_uses") == 4);
}

TEST_CASE("a waybill is free again when its acceptance is taken back or voided") {
    Trade trade;
    const auto waybill = trade.acceptance().at("waybill_no").get<std::string>();
    REQUIRE(accept(trade, trade.acceptance()).status == 200);
    trade.step("carrier", "unassign");
    REQUIRE(accept(trade, on_spare(trade, waybill)).status == 200);
    trade.step("producer", "void", because("entered by mistake"));
    CHECK(accept(trade, trade.acceptance()).status == 200);
}

TEST_CASE("a spare vehicle goes on under the waybill of the one that broke down") {
    Trade trade;
    trade.under_way();
    auto body = on_spare(trade, trade.acceptance().at("waybill_no"));
    body["reason"] = "engine failure on the pass";
    body["point"] = {{"lat", 28.15}, {"lon", 119.65}};
    CHECK(trade.step("carrier", "breakdown_swap", body)["legs"].size() == 2);
}

TEST_CASE("a province's number stands on one submitted manifest") {
    Trade trade;
    auto filing = trade.filing();
    filing["provincial_no"] = "ZJ-2026-000117";
    trade.file(filing);
    const auto first = trade.id;
    // A draft claims no number, so that nobody learns of others' by drafting.
    const auto draft = Valley::made(trade.as("producer"), "manifests", filing);
    const auto refused = trade.act("producer", draft, "submit");
    CHECK(refused.status == 409);
    CHECK(refused.json()["code"] == "PROVINCIAL_NO_USED");
    CHECK(faults_of(refused) == std::vector<std::string>{"PROVINCIAL_NO_USED /provincial_no"});
    CHECK(trade.as("producer").get("/v1/manifests/" + draft).json()["state"] == "DRAFT");
    CHECK(trade.as("producer")
              .post("/v1/manifests/" + first + "/amend", filing, {{"If-Match", "*"}})
              .status == 200);
    filing["provincial_no"] = "ZJ-2026-000118";
    trade.file(filing);
}
