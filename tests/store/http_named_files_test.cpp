// Events name files that are there and that their caller may see; nothing else.
#include "tests/support/files.hpp"
#include "tests/support/registered.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

/// The one fault of an event that names a file which it may not.
struct Told {
    std::string code, pointer;
    friend bool operator==(const Told&, const Told&) = default;
};
Told unknown_file(const Trade& trade, const char* role, const char* event, const json& body) {
    const auto reply = trade.act(role, trade.id, event, body);
    INFO(reply.body);
    REQUIRE(reply.status == 422);
    const auto errors = reply.json()["errors"];
    REQUIRE(errors.size() == 1);
    CHECK_FALSE(errors[0]["message"].get<std::string>().empty());
    CHECK(errors[0]["message_zh"] == "没有此文件，或您无权查看");
    return {errors[0]["code"], errors[0]["pointer"]};
}

TEST_CASE("a dispute and a weighing name files that are theirs to show, each looked up") {
    Trade trade;
    const std::string photo = file_of(trade.as("producer"), 1);
    const std::string foreign = file_of(trade.as("other"), 2);
    trade.under_way();
    trade.step("receiver", "arrive");
    json scale{{"gross_kg", 18500}, {"tare_kg", 12000}, {"photos", {photo}}};
    // What the producer sent is not the receiver's to show.
    CHECK(unknown_file(trade, "receiver", "weigh_in", scale) == Told{"FILE_UNKNOWN", "/photos/0"});
    scale["photos"] = {file_of(trade.as("receiver"), 3)};
    trade.step("receiver", "weigh_in", scale);
    trade.step("receiver", "accept_with_difference",
               {{"lines", {{{"line_no", 1}, {"kinds", {"QUANTITY"}}, {"text", "1.5 t short"}}}}});
    json dispute{{"reason", "our scale is right"}, {"files", {photo, foreign}}};
    CHECK(unknown_file(trade, "producer", "dispute", dispute) == Told{"FILE_UNKNOWN", "/files/1"});
    dispute["files"][1] = "no hash at all";
    CHECK(unknown_file(trade, "producer", "dispute", dispute) == Told{"FILE_UNKNOWN", "/files/1"});
    // The receiver's photo of the scale is shown to the producer by now.
    dispute["files"][1] = scale["photos"][0];
    const auto disputed = trade.step("producer", "dispute", dispute);
    CHECK(disputed["discrepancy"]["dispute_files"] == dispute["files"]);
    CHECK(trade.count("SELECT count(*) FROM manifest_files") == 3);
}

TEST_CASE("what one manifest shows of another's files is not named for a second one") {
    Trade trade;
    const std::string photo = file_of(trade.as("receiver"), 6);
    const json scale{{"gross_kg", 18500}, {"tare_kg", 12000}, {"photos", {photo}}};
    trade.under_way();
    trade.step("receiver", "arrive");
    trade.step("receiver", "weigh_in", scale);
    CHECK(trade.as("producer").get("/v1/files/" + photo).status == 200);
    trade.id = trade.draft();
    const json paper{{"origin_mode", "BACKFILL_ORDINARY"},
                     {"paper_no", "P-2026-9"},
                     {"paper_scan", photo},
                     {"departed_at", to_iso(trade.house.now() - 48h)},
                     {"arrived_at", to_iso(trade.house.now() - 44h)},
                     {"plate", "浙K12345"},
                     {"driver", "Wang Jun"},
                     {"lines", {{{"line_no", 1}, {"accepted_kg", 7990}}}}};
    CHECK(unknown_file(trade, "producer", "submit_backfill", paper) ==
          Told{"FILE_UNKNOWN", "/paper_scan"});
}

TEST_CASE("a paper's scan is a file of its producer, and its confirmers see it") {
    Trade trade;
    trade.id = trade.draft();
    json paper{{"origin_mode", "BACKFILL_ORDINARY"},
               {"paper_no", "P-2026-8"},
               {"paper_scan", std::string(64, 'a')},
               {"departed_at", to_iso(trade.house.now() - 48h)},
               {"arrived_at", to_iso(trade.house.now() - 44h)},
               {"plate", "浙K12345"},
               {"driver", "Wang Jun"},
               {"lines", {{{"line_no", 1}, {"accepted_kg", 7990}}}}};
    CHECK(unknown_file(trade, "producer", "submit_backfill", paper) ==
          Told{"FILE_UNKNOWN", "/paper_scan"});
    const auto scan = send_file(trade.as("producer"), pdf_text(2'000), "?kind=SCAN").json();
    paper["paper_scan"] = scan["id"];
    trade.step("producer", "submit_backfill", paper);
    for (const char* role : {"carrier", "receiver"})
        CHECK(trade.as(role).get(scan["content"]).body == pdf_text(2'000));
    CHECK(trade.as("receiver2").get(scan["content"]).status == 404);
}

TEST_CASE("photos of a handover are files of the driver's firm") {
    Trade trade;
    trade.file(two_legs(trade, trade.party["carrier2"]));
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
    trade.step("driver", "depart");
    const std::string photo = file_of(trade.as("carrier"), 5);
    CHECK(unknown_file(trade, "driver", "handover_out",
                       {{"reason", "the yard is flooded"},
                        {"files", {photo, file_of(trade.as("driver2"), 6)}}}) ==
          Told{"FILE_UNKNOWN", "/files/1"});
    const auto out = trade.step("driver", "handover_out",
                                {{"reason", "the yard is flooded"}, {"files", {photo}}});
    CHECK(out["legs"][0]["handed_out_files"] == json{photo});
    CHECK(trade.as("driver2").get("/v1/files/" + photo).status == 200);
}

TEST_CASE("the record of an event holds the hash of each file that it names") {
    Trade trade;
    trade.under_way();
    trade.step("receiver", "arrive");
    const std::string bytes = jpeg_text(4'000, 9);
    REQUIRE(send_file(trade.as("receiver"), bytes).status == 201);
    trade.step("receiver", "weigh_in",
               {{"gross_kg", 20000}, {"tare_kg", 12000}, {"photos", {server::sha256_hex(bytes)}}});
    CHECK(trade.count("SELECT count(*) FROM manifest_events WHERE event = 'weigh_in' AND record"
                      " LIKE '%\"photos\":[\"" +
                      server::sha256_hex(bytes) + "\"]%'") == 1);
}

TEST_CASE("an event names twenty files and no more") {
    Trade trade;
    trade.under_way();
    trade.step("receiver", "arrive");
    const std::string photo = file_of(trade.as("receiver"));
    json scale{{"gross_kg", 20000}, {"tare_kg", 12000}, {"photos", json::array()}};
    for (int i = 0; i < 21; ++i) scale["photos"].push_back(photo);
    CHECK(trade.refused("receiver", "weigh_in", scale) == std::set<std::string>{"TOO_MANY"});
    scale["photos"].erase(0);
    trade.step("receiver", "weigh_in", scale);
    CHECK(trade.count("SELECT count(*) FROM manifest_files") == 1);  // one file, however often
}

}  // namespace
