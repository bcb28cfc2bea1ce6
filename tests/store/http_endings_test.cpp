// The rarer ends of a manifest's life over a real socket and a real database: drafts discarded,
// differences, refusals, returns, redirections, papers, authorities and corrections.
#include "tests/support/files.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

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
        const json dispute{{"reason", "our scale is right"},
                           {"files", {file_of(trade.as("producer"))}}};
        trade.step("producer", "dispute", dispute);
        CHECK(trade.refused("producer", "dispute", dispute, 409) ==
              std::set<std::string>{"ALREADY_DISPUTED"});
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
    const auto& offered = redirected["child"]["allowed_events"];
    CHECK(std::ranges::find(offered, json("request_revision")) != offered.end());
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

    trade.file(trade.way_back(part, 2000));
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
                     {"paper_scan", file_of(trade.as("producer"))},
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
