// Clocks that run while a load is on the way, on a real database: a handover that does not begin,
// a breakdown that nobody comes to, and a paper that the track speaks against.
#include "tests/support/files.hpp"
#include "tests/support/registered.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::Trade;
using nlohmann::json;
using namespace std::chrono_literals;

/// When the manifest's clock of this code runs out; null when none runs.
json due(const Trade& trade, const char* code) {
    const auto page = trade.as("producer").get("/v1/due-times?manifest=" + trade.id).json();
    for (const auto& one : page.at("items"))
        if (one.at("code") == code) return one.at("due_at");
    return nullptr;
}

json paper(const Trade& trade) {
    return {{"origin_mode", "BACKFILL_ORDINARY"},
            {"paper_no", "P-2026-7"},
            {"paper_scan", file_of(trade.as("producer"))},
            {"departed_at", to_iso(trade.house.now() - 3h)},
            {"arrived_at", to_iso(trade.house.now() - 1h)},
            {"plate", "浙K12345"},
            {"driver", "Wang Jun"},
            {"lines", {{{"line_no", 1}, {"accepted_kg", 7990}}}}};
}
/// Messages to the authority that the track says otherwise.
long conflicts(const Trade& trade) {
    const auto page = trade.as("regulator").get("/v1/inbox").json();
    return std::ranges::count_if(page.at("items"), [](const json& one) {
        return one.at("event") == "BACKFILL_TRACK_CONFLICT";
    });
}

}  // namespace

TEST_CASE("a handover that does not begin is late two hours after its planned time") {
    Trade trade;
    json filing = two_legs(trade, trade.party["carrier2"]);
    const auto planned = to_iso(trade.house.now() + 90min);
    filing["legs"][0]["planned_handover_at"] = planned;
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
    CHECK(due(trade, "HANDOVER_NOT_BEGUN").is_null());
    trade.step("driver", "depart");
    CHECK(due(trade, "HANDOVER_NOT_BEGUN") == to_iso(*parse_iso(planned) + 2h));
    const json photos{file_of(trade.as("driver"), 1), file_of(trade.as("driver"), 2)};
    const auto out = trade.step("driver", "handover_out",
                                {{"files", photos}, {"reason", "the truck reports no place"}});
    CHECK(due(trade, "HANDOVER_NOT_BEGUN").is_null());
    CHECK(out["legs"][0]["handed_out_files"] == photos);
    const auto back = trade.step("driver2", "handover_refuse", {{"reason", "drums are leaking"}});
    CHECK_FALSE(back["legs"][0].contains("handed_out_files"));
    CHECK_FALSE(due(trade, "HANDOVER_NOT_BEGUN").is_null());
}

TEST_CASE("a breakdown is to bring a spare vehicle within four hours") {
    Trade trade;
    trade.under_way();
    CHECK(due(trade, "SPARE_AWAITED").is_null());
    const auto at = to_iso(trade.house.now());
    const auto told = trade.as("driver").post(
        "/v1/manifests/" + trade.id + "/notices",
        {{"kind", "breakdown"}, {"text", "engine failure on the pass"}, {"at", at}});
    REQUIRE(told.status == 201);
    CHECK(due(trade, "SPARE_AWAITED") == to_iso(*parse_iso(at) + 4h));
    SECTION("other events leave the clock alone") {
        trade.step("police", "hold",
                   {{"order_no", "LS-2026-9"},
                    {"reason", "suspected swap of load"},
                    {"until", to_iso(trade.house.now() + 48h)}});
        CHECK(due(trade, "SPARE_AWAITED") == to_iso(*parse_iso(at) + 4h));
    }
    SECTION("the spare vehicle ends it") {
        auto body = trade.vehicle_body(trade.spare);
        body["reason"] = "engine failure on the pass";
        body["point"] = {{"lat", 28.15}, {"lon", 119.65}};
        trade.step("carrier", "breakdown_swap", body);
        CHECK(due(trade, "SPARE_AWAITED").is_null());
    }
    SECTION("so does the arrival of a truck that was mended") {
        trade.step("receiver", "arrive");
        CHECK(due(trade, "SPARE_AWAITED").is_null());
    }
}

TEST_CASE("a paper that the stored track contradicts is told at each confirmation") {
    Trade trade;
    trade.fix(trade.house.now() - 3h - 5min, 28.60, 119.60);  // 55 km off
    trade.fix(trade.house.now() - 1h, 28.10, 119.70);
    trade.id = trade.draft();
    const auto filed = trade.step("producer", "submit_backfill", paper(trade));
    for (const char* role : {"carrier", "receiver"}) {
        const auto said = trade.step(role, "confirm_backfill", {{"version", filed["version"]}});
        CHECK(liuhen::test::warning_codes(said) ==
              std::vector<std::string>{"BACKFILL_TRACK_CONFLICT"});
    }
    CHECK(trade.as("producer").get("/v1/manifests/" + trade.id).json()["state"] == "COMPLETED");
    CHECK(conflicts(trade) == 2);
}

TEST_CASE("a paper that the track bears out, or knows nothing of, is confirmed in silence") {
    Trade trade;
    SECTION("the truck was at both places") {
        trade.fix(trade.house.now() - 3h + 10min, 28.101, 119.601);
        trade.fix(trade.house.now() - 2h, 28.60, 119.60);  // between them it may be anywhere
        trade.fix(trade.house.now() - 1h, 28.10, 119.70);
    }
    SECTION("the truck was silent") {}
    trade.id = trade.draft();
    const auto filed = trade.step("producer", "submit_backfill", paper(trade));
    const auto said = trade.step("carrier", "confirm_backfill", {{"version", filed["version"]}});
    CHECK(liuhen::test::warning_codes(said).empty());
    CHECK(conflicts(trade) == 0);
}
