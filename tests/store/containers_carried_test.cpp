// Drums on their way: who reads their labels, what a clerk may enter, and what goes back.
#include "tests/support/drums.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen::test;
using json = nlohmann::json;
using Codes = std::set<std::string>;

const json burnt{{"kind", "TREATED"}, {"amount_kg", 1}, {"method", "D9"}};

json refusal() {
    auto body = because("not what was agreed");
    body["kept"] = "RELOCKED";
    return body;
}

json by_hand(int kg) {
    return {{"gross_kg", 12000 + kg}, {"tare_kg", 12000}, {"manual_reason", "no fix there"}};
}
json sealed() { return {{"seal_nos", {"S-1"}}, {"manual_reason", "no fix there"}}; }

std::string entry(const std::string& drum) { return "/v1/containers/" + drum + "/movements"; }

/// Drums of 100 kg each, arrived and scanned in.
struct Arrived : Drums {
    explicit Arrived(const std::vector<std::string>& codes) {
        for (const auto& code : codes) ids.push_back(drum(code, 100));
        assigned(codes);
        scan("driver", "LOAD", codes);
        load_drums(100 * static_cast<int>(codes.size()));
        arrived(100 * static_cast<int>(codes.size()));
        scan("receiver", "ARRIVE", codes);
    }
    json partly_refused(int kg) {
        return step("receiver", "accept_part",
                    {{"reason", "one leaks"}, {"lines", {{{"line_no", 1}, {"refused_kg", kg}}}}});
    }
    /// The refused part, filed to go home and on a truck; of no drums where none are named.
    void taken_back(const json& part, int kg, const std::vector<std::string>& codes) {
        auto back = way_back(part, kg);
        if (codes.empty()) back["lines"][0].erase("container_count");
        for (const auto& code : codes)
            back["containers"].push_back({{"code", code}, {"line_no", 1}});
        file(back);
        step("carrier", "carrier_accept", vehicle_body(spare));
        if (!codes.empty()) scan("driver", "LOAD", codes);
        step("producer", "load_sign", by_hand(kg));
        step("driver", "load_sign",
             {{"seal_nos", {"S-" + id.substr(0, 8)}}, {"manual_reason", "no fix there"}});
        step("driver", "depart");
    }
    std::vector<std::string> ids;
};

}  // namespace

TEST_CASE("who takes back his own drums reads them at his gate") {
    Arrived trade{{"D1", "D2"}};
    trade.taken_back(trade.partly_refused(100), 100, {"D2"});
    for (const char* who : {"driver", "carrier"})
        CHECK(trade.denied(who, trade.scans(),
                           {{"scans", {{{"tag", "D2"}, {"purpose", "ARRIVE"}}}}},
                           403) == "SCAN_ROLE");
    trade.step("producer", "arrive");
    trade.step("producer", "weigh_in", {{"gross_kg", 12100}, {"tare_kg", 12000}});
    CHECK(trade.refused("producer", "accept") == Codes{"CONTAINER_MISSING"});
    CHECK(Drums::differences(trade.scan("producer", "ARRIVE", {"D2"}), "ARRIVE").empty());
    CHECK(trade.step("producer", "accept")["state"] == "ACCEPTED");
    CHECK(trade.holds("producer") == 100'000);
    CHECK(trade.holds("carrier") == 0);
    CHECK(trade.holds("receiver") == 100'000);
}

TEST_CASE("a producer reads no drums at a gate that is another's") {
    Drums trade;
    trade.drum("D1");
    trade.assigned({"D1"});
    trade.scan("producer", "LOAD", {"D1"});
    trade.load_drums(200);
    trade.step("driver", "depart");
    CHECK(trade.denied("producer", trade.scans(),
                       {{"scans", {{{"tag", "D1"}, {"purpose", "ARRIVE"}}}}}, 403) == "SCAN_ROLE");
}

TEST_CASE("a drum that comes home is neither treated nor loaded again before it is there") {
    Arrived trade{{"E1"}};
    const auto first = trade.id;
    trade.step("receiver", "reject", refusal());
    CHECK(trade.holds("producer") == 100'000);
    CHECK(trade.denied("producer", entry(trade.ids[0]), burnt, 409) == "CONTAINER_ON_TRUCK");
    const auto tank = trade.drum("T1", 0);
    const json pouring{{"kind", "REGROUPED_FROM"},
                       {"sources", {{{"container", trade.ids[0]}, {"amount_kg", 100}}}}};
    CHECK(trade.denied("producer", entry(tank), pouring, 409) == "CONTAINER_ON_TRUCK");
    trade.step("carrier", "start_return", {{"route", trade.route}});
    CHECK(trade.denied("producer", entry(trade.ids[0]), burnt, 409) == "CONTAINER_ON_TRUCK");

    trade.file(trade.filing_of({"E1"}));
    const auto second = trade.id;
    trade.step("carrier", "carrier_accept", trade.vehicle_body(trade.spare));
    trade.scan("driver", "LOAD", {"E1"});
    const json weighed = by_hand(100);
    CHECK(trade.refused("producer", "load_sign", weighed) ==
          Codes{"CONTAINER_IN_OTHER_OPEN_MANIFEST"});
    trade.id = first;
    trade.step("producer", "confirm_return", {{"gross_kg", 12100}, {"tare_kg", 12000}});
    trade.moved("producer", trade.ids[0], {{"kind", "STORED"}, {"place", "bay 3"}});
    trade.id = second;
    trade.step("producer", "load_sign", weighed);
}

TEST_CASE("the clerk of a carrier that treats waste, too, enters nothing of what is on its truck") {
    Drums trade;
    const auto drum = trade.drum("D1");
    const auto desk = trade.as("operator");
    trade.party["both"] = trade.made(desk, "parties",
                                     {{"name", "Linping Treatment"},
                                      {"uscc", "91330100MA2E0CCC04"},
                                      {"roles", {"carrier", "receiver"}}});
    trade.tokens["both"] = trade.token("carrier", trade.party["both"]);
    trade.tokens["its driver"] = trade.token("driver", trade.party["both"]);
    trade.tokens["its clerk"] = trade.token("receiver", trade.party["both"]);
    const auto truck = trade.truck(desk, "浙K00009", "both", "013900000009");
    auto filing = trade.filing_of({"D1"});
    filing["carrier"] = trade.party["both"];
    trade.file(filing);
    trade.step("both", "carrier_accept", trade.vehicle_body(truck));
    trade.scan("its driver", "LOAD", {"D1"});
    trade.step("producer", "load_sign", by_hand(200));
    trade.step("its driver", "load_sign", sealed());
    CHECK(trade.holds("both") == 200'000);
    CHECK(trade.denied("its clerk", entry(drum), burnt, 409) == "CONTAINER_ON_TRUCK");
}

TEST_CASE("a drum that was taken off and dropped from its manifest is loaded by another") {
    Drums trade;
    trade.drum("D1");
    trade.drum("D2");
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.load_drums(200);
    trade.step("producer", "unload");
    trade.step("driver", "unload");
    trade.step("carrier", "unassign");
    REQUIRE(trade.as("producer")
                .post("/v1/manifests/" + trade.id + "/amend", trade.filing_of({"D2"}),
                      {{"If-Match", "*"}})
                .status == 200);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.enter("driver", trade.scans(),
                {{"scans", {{{"tag", "D1"}, {"purpose", "LOAD"}, {"taken_back", true}}}}});
    trade.scan("driver", "LOAD", {"D2"});
    trade.load_drums(200);
    trade.file(trade.filing_of({"D1"}));
    trade.step("carrier", "carrier_accept", trade.vehicle_body(trade.spare));
    trade.scan("driver", "LOAD", {"D1"});
    trade.step("producer", "load_sign", by_hand(200));
    trade.step("driver", "load_sign", sealed());
    CHECK(trade.holds("carrier") == 400'000);
    CHECK(trade.holds("producer") == 0);
}

TEST_CASE("a label that only the loading knows is on one truck while its receiver disagrees") {
    Drums trade;
    auto filing = trade.filing_of({"T1"});
    filing["containers"][0]["tag_id"] = "TAG1";
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.scan("driver", "LOAD", {"TAG1"});
    trade.load_drums(1000);
    trade.arrived(600);
    trade.scan("receiver", "ARRIVE", {"TAG1"});
    const json lost{
        {"lines", {{{"line_no", 1}, {"kinds", {"QUANTITY"}}, {"text", "400 kg less"}}}}};
    CHECK(trade.step("receiver", "accept_with_difference", lost)["state"] == "DISCREPANCY");

    filing["containers"][0]["code"] = "T9";
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.vehicle_body(trade.spare));
    trade.scan("driver", "LOAD", {"TAG1"});
    CHECK(trade.refused("producer", "load_sign", by_hand(500)) ==
          Codes{"CONTAINER_IN_OTHER_OPEN_MANIFEST"});
    CHECK(trade.count("SELECT sum(grams)::int FROM container_movements WHERE kind = 'PRODUCED'") ==
          1'000'000);
}

TEST_CASE("what was scanned after the producer signed is judged when the driver signs") {
    Drums trade;
    trade.drum("D1");
    trade.assigned({"D1"});
    trade.scan("producer", "LOAD", {"D1"});
    trade.lock_says(trade.house.now() - std::chrono::minutes{2}, 0);
    trade.fix(trade.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
    trade.step("producer", "load_sign", {{"gross_kg", 12200}, {"tare_kg", 12000}});
    trade.scan("driver", "LOAD", {"X7"});
    CHECK(trade.refused("driver", "load_sign") == Codes{"CONTAINER_FOREIGN"});
    trade.enter("driver", trade.scans(),
                {{"scans", {{{"tag", "X7"}, {"purpose", "LOAD"}, {"taken_back", true}}}}});
    trade.step("driver", "load_sign");
}

TEST_CASE("a drum whose weight a clerk changed between the signatures is signed anew") {
    Drums trade;
    const auto drum = trade.drum("D1", 100);
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.lock_says(trade.house.now() - std::chrono::minutes{2}, 0);
    trade.fix(trade.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
    trade.step("producer", "load_sign", {{"gross_kg", 12100}, {"tare_kg", 12000}});
    trade.moved("producer", drum, {{"kind", "TREATED"}, {"amount_g", 99'999}, {"method", "D9"}});
    CHECK(trade.refused("driver", "load_sign") == Codes{"CONTAINER_CHANGED"});
    // Entered by mistake, and put right: it is as it was signed.
    trade.moved("producer", drum,
                {{"kind", "CORRECTED"}, {"amount_kg", 100}, {"reason", "the other drum"}});
    trade.step("driver", "load_sign");
    CHECK(trade.holds("carrier") == 100'000);
}

TEST_CASE("what goes back without naming drums are the drums that were refused") {
    Arrived trade{{"D1", "D2", "D3"}};
    const auto part = trade.partly_refused(200);
    trade.taken_back(part, 100, {});
    CHECK(trade.holds("carrier") == 100'000);
    CHECK(trade.holds("producer") == 100'000);
    const auto stands = [&](const std::string& drum) {
        return trade.shown("regulator", drum)["holder"];
    };
    CHECK(stands(trade.ids[1]) == trade.party["carrier"]);
    CHECK(stands(trade.ids[2]) == trade.party["producer"]);
    trade.step("producer", "arrive");
    trade.step("producer", "weigh_in", {{"gross_kg", 12100}, {"tare_kg", 12000}});
    trade.step("producer", "accept");
    CHECK(trade.holds("producer") == 200'000);
    CHECK(trade.holds("carrier") == 0);
    CHECK(trade.count("SELECT sum(grams)::int FROM container_movements WHERE kind = 'PRODUCED'") ==
          300'000);
}
