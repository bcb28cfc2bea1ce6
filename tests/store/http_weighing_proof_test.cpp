// A weighing with what proves it: source, plate and photos, in the answer and in the history.
#include "tests/support/files.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

std::set<std::string> warned(const json& said) {
    std::set<std::string> codes;
    for (const auto& one : said.at("warnings")) codes.insert(one.at("code"));
    return codes;
}

TEST_CASE("a typed weighing says why, and stands in the manifest and its history with its photos") {
    Trade trade;
    trade.under_way();
    trade.step("receiver", "arrive");
    const std::string photo = file_of(trade.as("receiver"));
    json weighing{{"gross_kg", 20000},
                  {"tare_kg", 12000},
                  {"source", "MANUAL"},
                  {"plate_read", "浙K99999"},
                  {"photos", {photo}}};
    CHECK(trade.refused("receiver", "weigh_in", weighing) ==
          std::set<std::string>{"REASON_REQUIRED"});
    weighing["manual_reason"] = "the scale's line is down";
    const auto said = trade.step("receiver", "weigh_in", weighing);
    CHECK(warned(said).contains("SCALE_PLATE_MISMATCH"));
    for (const auto& one : said["warnings"]) {
        if (one["code"] != "SCALE_PLATE_MISMATCH") continue;
        CHECK(one["pointer"] == "/plate_read");
        CHECK(one["message_zh"] == "过磅识别号牌与车辆不符");
    }
    const auto shown = trade.as("producer").get("/v1/manifests/" + trade.id).json();
    const auto version = shown["version"].dump();
    const auto stored =
        trade.as("producer").get("/v1/manifests/" + trade.id + "/versions/" + version).json();
    for (const auto& weighed : {shown["weigh_in"], stored.at("weigh_in")}) {
        CHECK(weighed["source"] == "MANUAL");
        CHECK(weighed["manual_reason"] == "the scale's line is down");
        CHECK(weighed["plate_read"] == "浙K99999");
        CHECK(weighed["photos"] == json{photo});
    }
    weighing = {{"gross_kg", 20000}, {"tare_kg", 12000}, {"plate_read", "浙K·12345"}};
    const auto again = trade.step("receiver", "weigh_in", weighing);
    CHECK_FALSE(warned(again).contains("SCALE_PLATE_MISMATCH"));
    CHECK(again["weigh_in"]["source"] == "SCALE");
    CHECK_FALSE(again["weigh_in"].contains("photos"));
    weighing["source"] = "GUESS";
    CHECK(trade.refused("receiver", "weigh_in", weighing) ==
          std::set<std::string>{"UNKNOWN_VALUE"});
}

TEST_CASE("one weighing for several manifests carries its proof into each of them") {
    Trade trade;
    trade.under_way();
    trade.step("receiver", "arrive");
    const std::string photo = file_of(trade.as("receiver"));
    const json weighing{{"gross_kg", 20000},        {"tare_kg", 12000},
                        {"plate_read", "浙K99999"}, {"photos", {photo}},
                        {"source", "MANUAL"},       {"manual_reason", "the printer is empty"},
                        {"manifests", {trade.id}}};
    const auto reply = trade.as("receiver").post("/v1/weighings", weighing);
    INFO(reply.body);
    REQUIRE(reply.status == 201);
    const auto item = reply.json()["items"][0];
    CHECK(warned(item).contains("SCALE_PLATE_MISMATCH"));
    CHECK(item["manifest"]["weigh_in"]["photos"] == json{photo});
    CHECK(item["manifest"]["weigh_in"]["manual_reason"] == "the printer is empty");
    CHECK(trade.as("carrier").get("/v1/files/" + photo).status == 200);
}

TEST_CASE("a load that came back is weighed with its proof too") {
    Trade trade;
    trade.weighed_in();
    trade.step("receiver", "reject", because("not what the label says"));
    trade.step("carrier", "start_return", {{"route", trade.route}});
    const std::string photo = file_of(trade.as("producer"));
    const auto home = trade.step(
        "producer", "confirm_return",
        {{"gross_kg", 19990}, {"tare_kg", 12000}, {"plate_read", "浙K54321"}, {"photos", {photo}}});
    CHECK(warned(home).contains("SCALE_PLATE_MISMATCH"));
    CHECK(home["weigh_return"]["photos"] == json{photo});
    CHECK(home["weigh_return"]["source"] == "SCALE");
}

}  // namespace
