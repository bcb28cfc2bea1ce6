// Guards that ask registers on the way: zones closed to hazardous loads, locks that a list demands,
// and the list for a load that goes on to another receiver.
#include "tests/support/trade.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

using Codes = std::vector<std::string>;

// A zone of 300 m on the valley road, half way; `times` bounds it.
void close_road(const Trade& trade, json times = json::object(), double lat = 28.1) {
    times.update({{"name", "old town"},
                  {"kind", "restricted"},
                  {"geometry", {{"type", "Point"}, {"coordinates", {119.65, lat}}}},
                  {"radius_m", 300}});
    Valley::made(trade.as("operator"), "sites", times);
}
void loaded(Trade& trade, const json& filing) {
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
}

}  // namespace

TEST_CASE("a route through a closed zone needs a pass") {
    Trade trade;
    loaded(trade, trade.filing());
    close_road(trade);
    const auto refused = trade.act("driver", trade.id, "depart");
    CHECK(refused.status == 422);
    CHECK(faults_of(refused) == Codes{"ZONE_PASS_MISSING /zone_pass_no"});
    CHECK(refused.json()["errors"][0]["value"] == "old town");
    const auto gone = trade.step("driver", "depart", {{"zone_pass_no", "TX-2026-0031"}});
    CHECK(gone["legs"][0]["zone_pass_no"] == "TX-2026-0031");
}

TEST_CASE("a zone beside the route, or not in force during the trip, asks for no pass") {
    Trade trade;
    loaded(trade, trade.filing());
    close_road(trade, json::object(), 28.105);  // 550 m to the north
    close_road(trade, {{"valid_until", to_iso(trade.house.now() - 1h)}});
    close_road(trade, {{"valid_from", to_iso(trade.house.now() + 48h)}});
    CHECK(trade.step("driver", "depart")["state"] == "IN_TRANSIT");
}

TEST_CASE("a zone that closes while the truck is to be on the road asks for a pass") {
    Trade trade;
    loaded(trade, trade.filing());
    close_road(trade, {{"valid_from", to_iso(trade.house.now() + 1h)}});
    CHECK(trade.refused("driver", "depart").contains("ZONE_PASS_MISSING"));
}

TEST_CASE("a load that goes on to another receiver is held to the list in force, as a filing is") {
    Trade trade;
    trade.weighed_in();
    trade.step("receiver", "reject", because("the furnace is down"));
    const json onward{{"receiver", trade.party["receiver2"]},
                      {"destination_site", trade.site["receiver2"]},
                      {"contract_no", "C-2"},
                      {"route", trade.route},
                      {"planned_arrive_at", to_iso(trade.house.now() + 3h)}};
    json list{{"kind", "HW"},
              {"valid_from", "2021-01-01"},
              {"entries", {{{"code", "900-041-49"}, {"hazards", {"T"}}, {"name", "drums"}}}}};
    const auto put = [&](const std::string& edition) {
        return trade.as("operator").send("PUT", "/v1/waste-lists/" + edition, list.dump()).status;
    };
    REQUIRE(put("2021") == 201);
    CHECK(faults_of(trade.act("producer", trade.id, "redirect", onward)) ==
          Codes{"CODE_UNKNOWN /lines/0/code"});
    CHECK(trade.as("producer").get("/v1/manifests/" + trade.id).json()["state"] == "REJECTED");
    list["valid_from"] = "2022-01-01";
    list["entries"].push_back({{"code", "336-054-17"}, {"hazards", {"T"}}, {"name", "bath"}});
    REQUIRE(put("2022") == 201);
    const auto parent = trade.step("producer", "redirect", onward);
    const std::string child = parent["children"][0]["id"];
    CHECK(trade.as("producer").get("/v1/manifests/" + child).json()["directory_version"] == "2022");
}

TEST_CASE("waste that its list puts under lock is accepted with a lock only") {
    Trade trade;
    json entry{{"code", "336-054-17"}, {"hazards", {"T"}}, {"name", "bath"}, {"lock", true}};
    const json list{
        {"kind", "HW"}, {"valid_from", "2021-01-01"}, {"entries", json::array({entry})}};
    REQUIRE(trade.as("operator").send("PUT", "/v1/waste-lists/2021", list.dump()).status == 201);
    const auto shown = trade.as("carrier").get("/v1/waste-codes?q=336-054-17").json();
    CHECK(shown["items"][0]["lock"] == true);
    trade.file(trade.filing());
    // The spare truck has a terminal and no lock.
    const auto refused =
        trade.act("carrier", trade.id, "carrier_accept", trade.vehicle_body(trade.spare));
    CHECK(refused.status == 422);
    CHECK(faults_of(refused) == Codes{"NO_LOCK /locks"});
    CHECK(trade.step("carrier", "carrier_accept", trade.acceptance())["state"] ==
          "CARRIER_ASSIGNED");
}
