// The rarer ways of a manifest's life over a real socket and a real database: several carriers,
// breakdowns, refusals, returns, redirections, papers, authorities and corrections.
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::because;
using liuhen::test::Trade;
using nlohmann::json;
using namespace std::chrono_literals;

json two_legs(const Trade& trade) {
    json filing = trade.filing();
    filing.erase("carrier");
    filing["legs"] = {{{"carrier", trade.party.at("carrier")},
                       {"handover_place", {{"lat", 28.1}, {"lon", 119.65}}}},
                      {{"carrier", trade.party.at("carrier2")}}};
    return filing;
}

}  // namespace

TEST_CASE("a load goes over from one carrier to the next and arrives with the second") {
    Trade trade;
    trade.file(two_legs(trade));
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

TEST_CASE("the next carrier may refuse the load, which stays with the first") {
    Trade trade;
    trade.file(two_legs(trade));
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
    const auto amended = trade.step("producer", "amend", again);
    CHECK(amended["state"] == "SUBMITTED");
    trade.step("carrier2", "carrier_accept", trade.vehicle_body(trade.other_truck));
    trade.step("carrier2", "unassign");
    again["carrier"] = trade.party["carrier"];
    trade.step("producer", "amend", again);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    const auto swapped = trade.step("carrier", "swap_vehicle", trade.vehicle_body(trade.spare));
    CHECK(swapped["legs"][0]["vehicle"] == trade.spare);
    CHECK(trade.count("SELECT count(*) FROM lock_bindings WHERE upper_inf(during)") == 0);
    const auto gone = trade.step("producer", "void", because("the works are shut"));
    CHECK(gone["state"] == "VOIDED");
    CHECK(gone["no"] == amended["no"]);
}

TEST_CASE("a discarded draft is gone for everybody and stays in the history") {
    Trade trade;
    trade.id = trade.draft();
    CHECK(trade.act("producer", trade.id, "discard").status == 200);
    CHECK(trade.as("producer").get("/v1/manifests/" + trade.id).status == 404);
    CHECK(trade.act("producer", trade.id, "submit").status == 404);
    CHECK(trade.as("producer").get("/v1/manifests").json()["items"].empty());
    CHECK(trade.count("SELECT count(*) FROM manifest_events WHERE transition = 'T03'") == 1);
}

TEST_CASE("a declared difference is confirmed, or disputed and ruled on") {
    Trade trade;
    const json declared{
        {"lines", {{{"line_no", 1}, {"kinds", {"QUANTITY"}}, {"text", "1.5 t short"}}}}};
    SECTION("confirmed") {
        trade.weighed_in(18500);
        CHECK(trade.refused("receiver", "accept") ==
              std::set<std::string>{"DIFFERENCE_UNDECLARED"});
        const auto said = trade.step("receiver", "accept_with_difference", declared);
        CHECK(said["state"] == "DISCREPANCY");
        const auto stale = trade.refused("producer", "confirm_difference", {{"version", 3}}, 412);
        CHECK(stale == std::set<std::string>{"STALE_VERSION"});
        CHECK(trade.step("producer", "confirm_difference",
                         {{"version", said["version"]}})["state"] == "ACCEPTED");
    }
    SECTION("disputed and ruled") {
        trade.weighed_in(18500);
        trade.step("receiver", "accept_with_difference", declared);
        CHECK(trade.refused("producer", "dispute", {{"reason", "our scale is right"}}) ==
              std::set<std::string>{"FILES_REQUIRED"});
        trade.step("producer", "dispute", {{"reason", "our scale is right"}, {"files", {"f1"}}});
        CHECK(trade.refused("producer", "dispute",
                            {{"reason", "our scale is right"}, {"files", {"f1"}}},
                            409) == std::set<std::string>{"ALREADY_DISPUTED"});
        const auto ruled = trade.step(
            "regulator", "rule",
            {{"finding", "the producer's scale was out of date"}, {"outcome", "ACCEPTED"}});
        CHECK(ruled["state"] == "ACCEPTED");
        CHECK(ruled["discrepancy"]["ruling"] == "the producer's scale was out of date");
    }
}

TEST_CASE("a refused load returns to its producer") {
    Trade trade;
    trade.weighed_in();
    CHECK(trade.refused("receiver", "reject") == std::set<std::string>{"REASON_REQUIRED"});
    trade.step("receiver", "reject", because("not what the label says"));
    const auto back = trade.step("carrier", "start_return", {{"route", trade.route}});
    CHECK(back["state"] == "RETURNING");
    CHECK(back["legs"][1]["returning"] == true);
    CHECK(trade.count("SELECT count(*) FROM trips WHERE ended_at IS NULL AND id LIKE '%-2'"
                      " AND destination_id = '" +
                      trade.site["producer"] + "'") == 1);
    const auto home =
        trade.step("producer", "confirm_return", {{"gross_kg", 19990}, {"tare_kg", 12000}});
    CHECK(home["state"] == "RETURNED");
    CHECK(trade.count("SELECT count(*) FROM trips WHERE ended_at IS NULL") == 0);
    CHECK(trade.count("SELECT count(*) FROM lock_bindings WHERE upper_inf(during)") == 0);
}

TEST_CASE("a redirected load runs to its end at the second receiver") {
    Trade trade;
    trade.weighed_in();
    trade.step("receiver", "reject", because("the furnace is down"));
    const auto parent = trade.id;
    CHECK(trade
              .refused("producer", "redirect",
                       {{"receiver", trade.party["receiver"]},
                        {"destination_site", trade.site["receiver"]}})
              .contains("SAME_RECEIVER"));
    const auto redirected = trade.step("producer", "redirect",
                                       {{"receiver", trade.party["receiver2"]},
                                        {"destination_site", trade.site["receiver2"]},
                                        {"contract_no", "C-2"},
                                        {"route", trade.route},
                                        {"planned_arrive_at", to_iso(trade.house.now() + 3h)}});
    CHECK(redirected["state"] == "REDIRECTED");
    REQUIRE(redirected["children"].size() == 1);
    trade.id = redirected["children"][0]["id"];
    const auto child = trade.as("receiver2").get("/v1/manifests/" + trade.id).json();
    CHECK(child["state"] == "LOADED");
    CHECK(child["parent"]["id"] == parent);
    CHECK(child["no"] != redirected["no"]);
    CHECK(child["lines"][0]["sent_g"] == 8'000'000);
    trade.step("driver", "depart");
    trade.step("receiver2", "arrive");
    trade.step("receiver2", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    trade.step("receiver2", "accept");
    CHECK(trade.step("producer", "close")["state"] == "COMPLETED");
    CHECK(trade.count("SELECT count(*) FROM trips WHERE ended_at IS NULL") == 0);
}

TEST_CASE("what was refused of a load is settled by the manifest that takes it back") {
    Trade trade;
    trade.weighed_in();
    CHECK(trade
              .refused("receiver", "accept_part",
                       {{"reason", "two drums leak"},
                        {"lines", {{{"line_no", 1}, {"refused_kg", 8000}}}}})
              .contains("SPLIT_RANGE"));
    const auto part = trade.step(
        "receiver", "accept_part",
        {{"reason", "two drums leak"}, {"lines", {{{"line_no", 1}, {"refused_kg", 2000}}}}});
    CHECK(part["state"] == "PARTIALLY_ACCEPTED");
    CHECK(part["lines"][0]["accepted_g"] == 6'000'000);
    const auto parent = trade.id;

    json back = trade.filing();
    back.update({{"receiver", trade.party["producer"]},
                 {"origin_site", trade.site["receiver"]},
                 {"destination_site", trade.site["producer"]},
                 {"parent_no", part["no"]},
                 {"relation", "RETURN"}});
    back["lines"][0]["planned_kg"] = 2000;
    trade.file(back);
    const auto child = trade.as("producer").get("/v1/manifests/" + trade.id).json();
    CHECK(child["parent"]["no"] == part["no"]);

    trade.id = parent;
    CHECK(trade.refused("producer", "settle_remainder", {{"children", {"20263311999999"}}}) ==
          std::set<std::string>{"CHILD_UNKNOWN"});
    const auto settled = trade.step("producer", "settle_remainder", {{"children", {child["no"]}}});
    CHECK(settled["state"] == "COMPLETED");
    CHECK(settled["children"][0]["relation"] == "RETURN");
}

TEST_CASE("a paper is entered afterwards and stands when both others confirm it") {
    Trade trade;
    trade.id = trade.draft();
    const json paper{{"origin_mode", "BACKFILL_ORDINARY"},
                     {"paper_no", "P-2026-7"},
                     {"paper_scan", "scan-1"},
                     {"departed_at", to_iso(trade.house.now() - 48h)},
                     {"arrived_at", to_iso(trade.house.now() - 44h)},
                     {"plate", "浙K12345"},
                     {"driver", "Wang Jun"},
                     {"lines", {{{"line_no", 1}, {"accepted_kg", 7990}}}}};
    const auto filed = trade.step("producer", "submit_backfill", paper);
    CHECK(filed["state"] == "BACKFILL_PENDING");
    const auto back = trade.step("receiver", "return_backfill", {{"reason", "wrong weight"}});
    CHECK(back["state"] == "DRAFT");
    CHECK(back["no"] == filed["no"]);
    const auto anew = trade.step("producer", "submit_backfill", paper);
    CHECK(anew["no"] == filed["no"]);
    const json read{{"version", anew["version"]}};
    CHECK(trade.act("carrier", trade.id, "confirm_backfill", read).status == 202);
    CHECK(trade.refused("carrier", "confirm_backfill", read, 409) ==
          std::set<std::string>{"ALREADY_SIGNED"});
    CHECK(trade.step("receiver", "confirm_backfill", read)["state"] == "COMPLETED");

    trade.id = trade.draft();
    CHECK(trade.refused("producer", "submit_backfill", paper, 409) ==
          std::set<std::string>{"DUPLICATE_PAPER"});
}

TEST_CASE("an authority holds, releases and closes") {
    Trade trade;
    trade.under_way();
    const json order{{"order_no", "LS-2026-9"},
                     {"reason", "suspected swap of load"},
                     {"until", to_iso(trade.house.now() + 48h)}};
    CHECK(trade.refused("police", "hold", {{"reason", "suspicion"}}).contains("ORDER_REQUIRED"));
    CHECK(trade.step("police", "hold", order)["hold"]["order_no"] == "LS-2026-9");
    trade.step("receiver", "arrive");
    trade.step("receiver", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    CHECK(trade.refused("receiver", "accept", json::object(), 423) ==
          std::set<std::string>{"HELD"});
    CHECK(trade.refused("regulator", "release", {{"reason", "nothing found"}}, 403) ==
          std::set<std::string>{"NOT_YOUR_AREA"});
    trade.step("police", "release", {{"reason", "nothing found"}});
    CHECK(trade.refused("regulator", "close_by_authority") ==
          std::set<std::string>{"CASE_REQUIRED"});
    const auto closed = trade.step("regulator", "close_by_authority", {{"case_no", "AJ-77"}});
    CHECK(closed["state"] == "CLOSED_BY_AUTHORITY");
    CHECK(closed["case_no"] == "AJ-77");
    CHECK(trade.count("SELECT count(*) FROM trips WHERE ended_at IS NULL") == 0);
}

TEST_CASE("a sealed field is corrected with the assent of the others") {
    Trade trade;
    trade.weighed_in();
    trade.step("receiver", "accept");
    const auto ask = [](const char* pointer, const json& value) {
        return json{{"reason", "typed wrongly"},
                    {"changes", {{{"pointer", pointer}, {"value", value}}}}};
    };
    CHECK(trade.refused("producer", "request_revision", ask("/lines/0/received_g", 7'000'000), 403)
              .contains("FIELD_SEALED"));
    const auto asked =
        trade.step("producer", "request_revision", ask("/lines/0/taboos", "keep from acids, dry"));
    CHECK(asked["revision"]["awaited"].size() == 2);
    CHECK(asked["lines"][0]["taboos"] == "keep from acids");
    CHECK(trade.refused("receiver", "request_revision", ask("/lines/0/method_done", "D10"), 409) ==
          std::set<std::string>{"REVISION_PENDING"});
    CHECK(trade.act("carrier", trade.id, "approve_revision").status == 202);
    const auto done = trade.step("receiver", "approve_revision");
    CHECK(done["lines"][0]["taboos"] == "keep from acids, dry");
    CHECK_FALSE(done.contains("revision"));
    trade.step("receiver", "request_revision", ask("/lines/0/method_done", "D10"));
    CHECK_FALSE(trade.step("producer", "refuse_revision").contains("revision"));
    trade.step("producer", "close");
    CHECK(trade.refused("receiver", "report_treatment",
                        {{"lines", {{{"line_no", 1}, {"treated_kg", 8001}}}}}) ==
          std::set<std::string>{"TREATED_EXCEEDS"});
    trade.step("receiver", "report_treatment",
               {{"lines", {{{"line_no", 1}, {"treated_kg", 5000}}}}});
    const auto rest = trade.step("receiver", "report_treatment",
                                 {{"lines", {{{"line_no", 1}, {"treated_kg", 3000}}}}});
    CHECK(rest["lines"][0]["treated_g"] == 8'000'000);
    CHECK(rest["treatments"].size() == 2);
}
