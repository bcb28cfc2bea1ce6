// How a load goes from truck to truck, over a real socket and a real database: several carriers,
// breakdowns, loads taken off, carriers replaced.
#include "tests/support/loaded_valley.hpp"
#include "tests/support/registered.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

json in_two_legs(const Trade& trade) { return two_legs(trade, trade.party.at("carrier2")); }

/// The form anew, made from the version that the producer reads now.
json amend(const Trade& trade, const json& filing) {
    const auto path = "/v1/manifests/" + trade.id;
    const auto read = trade.as("producer").get(path).json();
    return expect(trade.as("producer").post(path + "/amend", filing, naming(read)), 200);
}

}  // namespace

TEST_CASE("a load goes over from one carrier to the next and arrives with the second") {
    Trade trade;
    trade.file(in_two_legs(trade));
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
    trade.step("driver", "depart");
    trade.fix(trade.house.now(), 28.2, 119.65);
    CHECK(trade.refused("driver", "handover_out") == std::set<std::string>{"WRONG_PLACE"});
    trade.step("driver", "handover_out", {{"reason", "the bridge is closed today"}});
    CHECK(trade.refused("driver", "handover_in", trade.vehicle_body(trade.other_truck), 403) ==
          std::set<std::string>{"NOT_NAMED_CARRIER"});
    auto body = trade.vehicle_body(trade.other_truck);
    CHECK(trade.refused("driver2", "handover_in", body).contains("HANDOVER_UNVERIFIED"));
    body.update({{"producer_checked", true}, {"carrier_checked", true}, {"waste_checked", true}});
    const auto taken = trade.step("driver2", "handover_in", body);
    CHECK(taken["state"] == "IN_TRANSIT");
    CHECK(taken["legs"][0]["end_cause"] == "HANDOVER");
    CHECK(taken["legs"][1]["vehicle"] == trade.other_truck);
    CHECK(trade.count("SELECT count(*) FROM trips") == 2);
    CHECK(trade.count("SELECT count(*) FROM trips WHERE ended_at IS NULL AND id LIKE '%-2'") == 1);
    CHECK(trade.count("SELECT count(*) FROM lock_bindings WHERE upper_inf(during)") == 0);
    CHECK(trade.as("carrier").get("/v1/manifests/" + trade.id).status == 200);
    trade.step("receiver", "arrive");
    trade.step("receiver", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    trade.step("receiver", "accept");
    CHECK(trade.step("producer", "close")["state"] == "COMPLETED");
    CHECK(trade.count("SELECT count(*) FROM trips WHERE ended_at IS NULL") == 0);
}

TEST_CASE("at the wheel is the driver of a leg that has a vehicle, not of one that was skipped") {
    Trade trade;
    trade.file(in_two_legs(trade));
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
    trade.step("driver", "depart");
    trade.step("receiver", "arrive");  // past the second carrier
    trade.database.sql(
        "UPDATE manifests SET document ="
        " jsonb_set(document, '{legs,0,driver,user}', '\"wang.jun\"')");
    AsHttp carrier{trade, "carrier", trade.party["carrier"]};
    const auto aboard =
        carrier.work.exec_params("SELECT driver FROM manifests_aboard($1::uuid)", trade.vehicle);
    REQUIRE(aboard.size() == 1);
    CHECK(aboard[0][0].as<std::string>() == "wang.jun");
}

TEST_CASE("the next carrier may refuse the load, which stays with the first") {
    Trade trade;
    trade.file(in_two_legs(trade));
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
    trade.step("driver", "depart");
    trade.step("driver", "handover_out", {{"reason", "the bridge is closed today"}});
    CHECK(trade.refused("driver2", "handover_refuse") == std::set<std::string>{"REASON_REQUIRED"});
    const auto back = trade.step("driver2", "handover_refuse", {{"reason", "drums are leaking"}});
    CHECK(back["state"] == "IN_TRANSIT");
    CHECK_FALSE(back["legs"][0].contains("handed_out_at"));
}

TEST_CASE("a spare vehicle takes the load of a broken one") {
    Trade trade;
    trade.under_way();
    auto body = trade.vehicle_body(trade.spare);
    CHECK(trade.refused("carrier", "breakdown_swap", body).contains("REASON_REQUIRED"));
    body["reason"] = "engine failure on the pass";
    body["point"] = {{"lat", 28.15}, {"lon", 119.65}};
    const auto swapped = trade.step("carrier", "breakdown_swap", body);
    REQUIRE(swapped["legs"].size() == 2);
    CHECK(swapped["legs"][0]["end_cause"] == "BREAKDOWN: engine failure on the pass");
    CHECK(swapped["legs"][1]["vehicle"] == trade.spare);
    CHECK(trade.count("SELECT count(*) FROM trips t JOIN vehicles v ON v.id = t.vehicle_id"
                      " WHERE t.ended_at IS NULL AND v.plate = '浙K00002'") == 1);
    // The broken truck is free for another manifest.
    trade.file(trade.filing());
    CHECK(trade.step("carrier", "carrier_accept", trade.acceptance())["state"] ==
          "CARRIER_ASSIGNED");
}

TEST_CASE("a load is taken off again when both agree, and signed anew") {
    Trade trade;
    trade.file(trade.filing());
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
    CHECK(trade.refused("producer", "void", because("wrong drums"), 409) ==
          std::set<std::string>{"MUST_UNLOAD_FIRST"});
    CHECK(trade.step("driver", "unload")["state"] == "LOADED");
    CHECK(trade.refused("driver", "unload", json::object(), 409) ==
          std::set<std::string>{"ALREADY_SIGNED"});
    const auto empty = trade.step("producer", "unload");
    CHECK(empty["state"] == "CARRIER_ASSIGNED");
    CHECK_FALSE(empty.contains("weigh_out"));
    CHECK(trade.count("SELECT count(*) FROM trips WHERE ended_at IS NULL") == 0);
    trade.load();
    CHECK(trade.step("driver", "depart")["state"] == "IN_TRANSIT");
    CHECK(trade.count("SELECT count(*) FROM trips WHERE ended_at IS NULL") == 1);
}

TEST_CASE("a carrier refuses, is replaced by amendment, is swapped and let go") {
    Trade trade;
    trade.file(trade.filing());
    trade.step("carrier", "carrier_refuse",
               {{"reason", {{"code", "NO_TRUCK"}, {"text", "all trucks busy"}}}});
    const auto left = trade.as("carrier").get("/v1/manifests/" + trade.id);
    CHECK(left.json()["allowed_events"].empty());
    json again = trade.filing();
    again["carrier"] = trade.party["carrier2"];
    const auto amended = amend(trade, again);
    CHECK(amended["state"] == "SUBMITTED");
    trade.step("carrier2", "carrier_accept", trade.vehicle_body(trade.other_truck));
    trade.step("carrier2", "unassign");
    again["carrier"] = trade.party["carrier"];
    amend(trade, again);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    const auto swapped = trade.step("carrier", "swap_vehicle", trade.vehicle_body(trade.spare));
    CHECK(swapped["legs"][0]["vehicle"] == trade.spare);
    CHECK(trade.count("SELECT count(*) FROM lock_bindings WHERE upper_inf(during)") == 0);
    const auto gone = trade.step("producer", "void", because("the works are shut"));
    CHECK(gone["state"] == "VOIDED");
    CHECK(gone["no"] == amended["no"]);
}
