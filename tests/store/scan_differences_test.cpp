// What scans show: found at each stage, told to those concerned, settled by later scans.
#include "tests/support/drums.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

/// "KIND container" of what was raised at a manifest; settled ones in brackets.
std::vector<std::string> raised(const Drums& trade, const std::string& role = "regulator") {
    std::vector<std::string> all;
    const auto answer = trade.read(role, trade.scans());
    for (const auto& one : answer["raised"]) {
        const auto what =
            one["kind"].get<std::string>() + " " + one["container"].get<std::string>();
        all.push_back(one.contains("settled_at") ? "(" + what + ")" : what);
    }
    std::sort(all.begin(), all.end());
    return all;
}
using Words = std::vector<std::string>;
constexpr const char* differ = "CONTAINERS_DIFFER";

TEST_CASE("a swapped, a doubled, a missing and a foreign drum are each found") {
    Drums trade;
    for (const char* code : {"D1", "D2", "D3"}) trade.drum(code);
    trade.assigned({"D1", "D2", "D3"});
    const auto other = Drums::tag("00000099");
    CHECK(Drums::differences(trade.scan("producer", "LOAD", {"D1", "D2", "X7", other}), "LOAD") ==
          std::vector<std::string>{"FOREIGN " + other, "FOREIGN X7", "outstanding D3"});
    const json signing{{"gross_kg", 12600}, {"tare_kg", 12000}};
    trade.lock_says(trade.house.now() - std::chrono::minutes{2}, 0);
    trade.fix(trade.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
    CHECK(trade.refused("producer", "load_sign", signing) ==
          std::set<std::string>{"CONTAINER_FOREIGN", "CONTAINER_MISSING"});
    // Everybody's on the manifest, but for who read it; no authority's while it can be mended.
    CHECK(raised(trade) == Words{"FOREIGN " + other, "FOREIGN X7"});
    for (const char* who : {"carrier", "receiver"}) CHECK(trade.is_told(who, differ));
    for (const char* who : {"producer", "regulator"}) CHECK_FALSE(trade.is_told(who, differ));

    // The two are put aside, the third is loaded; somebody reads a label again much later.
    const auto later = [&trade](int minutes) {
        return to_iso(trade.house.now() + std::chrono::minutes{minutes});
    };
    json aside{{"scans", json::array()}};
    for (const std::string& tag : {std::string{"X7"}, other})
        aside["scans"].push_back(
            {{"tag", tag}, {"purpose", "LOAD"}, {"taken_back", true}, {"at", later(1)}});
    aside["scans"].push_back({{"tag", "D3"}, {"purpose", "LOAD"}});
    aside["scans"].push_back({{"tag", "D1"}, {"purpose", "LOAD"}, {"at", later(4)}});
    CHECK(Drums::differences(trade.enter("driver", trade.scans(), aside), "LOAD") ==
          std::vector<std::string>{"DOUBLED D1"});
    CHECK(trade.refused("producer", "load_sign", signing) ==
          std::set<std::string>{"CONTAINER_DUPLICATE"});
    CHECK(raised(trade) == Words{"(FOREIGN " + other + ")", "(FOREIGN X7)", "DOUBLED D1"});
    CHECK(trade.is_told("producer", differ));
    json once_more{{"scans",
                    {{{"tag", "D1"}, {"purpose", "LOAD"}, {"taken_back", true}, {"at", later(4)}},
                     {{"tag", "D1"}, {"purpose", "LOAD"}, {"at", later(5)}}}}};
    CHECK(Drums::differences(trade.enter("driver", trade.scans(), once_more), "LOAD").empty());
    trade.step("producer", "load_sign", signing);
    trade.step("driver", "load_sign");
    CHECK_FALSE(trade.is_told("regulator", differ));

    trade.arrived(600);
    for (const char* who : {"producer", "carrier", "receiver"}) trade.read_all(who);
    trade.scan("receiver", "ARRIVE", {"D1", "D2"});
    CHECK(trade.refused("receiver", "accept") == std::set<std::string>{"CONTAINER_MISSING"});
    trade.step("receiver", "accept_with_difference",
               {{"lines", {{{"line_no", 1}, {"kinds", {"COUNT"}}, {"text", "one drum too few"}}}}});
    CHECK(Drums::differences(trade.read("producer", trade.scans()), "ARRIVE") ==
          std::vector<std::string>{"MISSING D3"});
    for (const char* who : {"producer", "carrier", "regulator"}) CHECK(trade.is_told(who, differ));
    CHECK_FALSE(trade.is_told("receiver", differ));
}

TEST_CASE("a drum taken for another of the same waste is told as swapped") {
    Drums trade;
    for (const char* code : {"D1", "D2"}) trade.drum(code);
    trade.assigned({"D1", "D2"});
    trade.scan("producer", "LOAD", {"D1", "D2"});
    trade.load_drums(400);
    trade.arrived(400);
    const auto other = Drums::tag("00000099");
    trade.scan("receiver", "ARRIVE", {"D1", other});
    trade.step(
        "receiver", "accept_with_difference",
        {{"lines", {{{"line_no", 1}, {"kinds", {"PACKAGE"}}, {"text", "another drum came"}}}}});
    const auto told = trade.read("regulator", trade.scans());
    CHECK(Drums::differences(told, "ARRIVE") == std::vector<std::string>{"SWAPPED " + other});
    for (const auto& stage : told["stages"])
        if (stage["purpose"] == "ARRIVE") CHECK(stage["differences"][0]["instead_of"] == "D2");
    // First foreign, then, when nothing more can come, in the place of the one that is missing.
    CHECK(raised(trade) == Words{"(FOREIGN " + other + ")", "SWAPPED " + other});
    CHECK(trade.read("carrier", trade.scans())["raised"][1]["instead_of"] == "D2");
    CHECK(trade.is_told("regulator", differ));
}

TEST_CASE("a second carrier has the drums in its book from the handover on") {
    Drums trade;
    trade.drum("D1", 400);
    trade.assigned_in_two_legs({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.load_drums(400);
    trade.step("driver", "depart");
    CHECK(Drums::differences(trade.scan("driver", "HANDOVER", {"X1"}), "HANDOVER") ==
          Words{"FOREIGN X1", "outstanding D1"});
    CHECK(trade.handed_over()["warnings"].dump().find("CONTAINERS_UNSCANNED") == std::string::npos);
    CHECK(trade.holds("carrier") == 0);
    CHECK(trade.holds("carrier2") == 400'000);
    CHECK(Drums::differences(trade.read("receiver", trade.scans()), "HANDOVER") ==
          Words{"MISSING D1", "FOREIGN X1"});
    CHECK(trade.is_told("regulator", differ));
    // The phone of the second driver found a network again: late, and no difference any more.
    CHECK(Drums::differences(trade.scan("driver2", "HANDOVER", {"D1"}), "HANDOVER") ==
          Words{"FOREIGN X1"});
    CHECK(raised(trade) == Words{"(MISSING D1)", "FOREIGN X1"});
}

json leg_of(const json& answer) {
    json legs = json::array();
    for (const auto& stage : answer["stages"])
        if (stage["purpose"] == "HANDOVER") legs.push_back(stage["leg_no"]);
    return legs;
}

TEST_CASE("each handover is a stage, whatever spare truck takes over between them") {
    Drums trade;
    for (const char* code : {"D1", "D2"}) trade.drum(code);
    trade.assigned_in_two_legs({"D1", "D2"});
    trade.scan("driver", "LOAD", {"D1", "D2"});
    trade.load_drums(400);
    trade.step("driver", "depart");
    // A spare truck of the first carrier takes over: that is the second leg, the filed one the
    // third from now on.
    auto swap = trade.vehicle_body(trade.spare);
    swap.update(
        {{"reason", "a tyre burst on the bridge"}, {"point", {{"lat", 28.1}, {"lon", 119.62}}}});
    CHECK(trade.step("carrier", "breakdown_swap", swap)["warnings"].dump().find(
              "CONTAINERS_UNSCANNED") != std::string::npos);
    const auto first = trade.scan("driver", "HANDOVER", {"D1"});
    CHECK(leg_of(first) == json{2});
    CHECK(Drums::differences(first, "HANDOVER") == Words{"MISSING D2"});
    CHECK(Drums::differences(trade.scan("driver", "HANDOVER", {"D2"}), "HANDOVER").empty());
    // An hour later at the depot: the next one.
    trade.database.sql("UPDATE container_scans SET at = at - interval '1 hour'");
    trade.database.sql(
        "UPDATE manifests SET document = jsonb_set(document, '{legs,1,assigned_at}', to_jsonb("
        "to_char(now() AT TIME ZONE 'UTC' - interval '1 hour', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')))");
    CHECK(leg_of(trade.scan("driver", "HANDOVER", {"D1"})) == json{2, 3});
    trade.handed_over();
    CHECK(Drums::differences(trade.read("receiver", trade.scans()), "HANDOVER") ==
          Words{"MISSING D2"});
    CHECK(trade.holds("carrier2") == 400'000);
}

TEST_CASE("a handover that nobody filed, or another than is going on, is not scanned at") {
    Drums trade;
    trade.drum("D1", 400);
    trade.assigned({"D1"});
    const auto reading = [](int leg) {
        json one{{"tag", "D1"}, {"purpose", "HANDOVER"}};
        if (leg > 0) one["leg_no"] = leg;
        return json{{"scans", {one}}};
    };
    CHECK(trade.denied("driver", trade.scans(), reading(0), 422) == "NO_NEXT_LEG");
    Drums two;
    two.drum("D1", 400);
    two.assigned_in_two_legs({"D1"});
    for (const int leg : {1, 3})
        CHECK(two.denied("driver", two.scans(), reading(leg), 422) == "OUT_OF_RANGE");
    CHECK(leg_of(two.enter("driver", two.scans(), reading(2))) == json{2});
}

TEST_CASE("drums that are named and not scanned do not leave silently") {
    Drums trade;
    trade.assigned({"A1", "A2"});  // of no register
    const auto warned = [](const json& answer) {
        std::set<std::string> codes;
        for (const auto& one : answer["warnings"]) codes.insert(one["code"]);
        return codes;
    };
    trade.lock_says(trade.house.now() - std::chrono::minutes{2}, 0);
    trade.fix(trade.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
    CHECK(warned(trade.step("producer", "load_sign", {{"gross_kg", 12400}, {"tare_kg", 12000}}))
              .contains("CONTAINERS_UNSCANNED"));
    trade.step("driver", "load_sign");
    CHECK(trade.is_told("receiver", "CONTAINERS_UNSCANNED"));
    trade.arrived(400);
    CHECK(warned(trade.step("receiver", "accept")).contains("CONTAINERS_UNSCANNED"));
}

TEST_CASE("who has not read that there are differences is told once") {
    Drums trade;
    trade.drum("D1", 400);
    trade.assigned({"D1"});
    for (const char* tag : {"X1", "X2", "X3"}) trade.scan("driver", "LOAD", {tag});
    const auto count = [&](const char* who) {
        const auto events = trade.told(who);
        return std::count(events.begin(), events.end(), differ);
    };
    CHECK(count("producer") == 1);
    trade.read_all("producer");
    trade.scan("driver", "LOAD", {"X1"});
    CHECK(count("producer") == 0);
    trade.scan("driver", "LOAD", {"X4"});
    CHECK(count("producer") == 1);
    CHECK(raised(trade).size() == 4);
}

}  // namespace
