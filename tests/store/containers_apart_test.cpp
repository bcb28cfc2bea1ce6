// One firm's containers are never another's; what a manifest named once it names to its end; and
// waste that comes back is as old as it left.
#include "tests/support/hub.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <thread>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

std::string path(const std::string& drum, const char* more = "/movements") {
    return "/v1/containers/" + drum + more;
}

// A drum of the first producer that only its label names, loaded.
std::string loaded_under(Drums& trade, const std::string& tag) {
    auto filing = trade.filing_of({"A1"});
    filing["containers"][0]["tag_id"] = tag;
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load_drums(200);
    return trade.read("producer", "/v1/containers?tag=" + tag)["items"][0]["id"];
}

// The other producer's manifest with one drum under that label, up to the loading.
std::string others_with(Drums& trade, const std::string& tag) {
    auto filing = trade.filing_of({"B1"});
    filing["containers"][0]["tag_id"] = tag;
    filing["origin_site"] =
        trade.made(trade.as("operator"), "sites",
                   {{"name", "second works"},
                    {"kind", "producer"},
                    {"party", trade.party["other"]},
                    {"geometry", {{"type", "Point"}, {"coordinates", {119.60, 28.10}}}},
                    {"radius_m", 200}});
    trade.id = trade.made(trade.as("other"), "manifests", filing);
    trade.step("other", "submit");
    trade.step("carrier", "carrier_accept", trade.vehicle_body(trade.spare));
    return trade.id;
}
json spare_signing() {
    return {{"gross_kg", 12100},
            {"tare_kg", 12000},
            {"manual_reason", "the second truck has no terminal"},
            {"seal_nos", {"SEAL-31"}}};
}

TEST_CASE("two firms that number their drums alike have a drum each") {
    Drums trade;
    const auto first = loaded_under(trade, "17");
    others_with(trade, "17");
    trade.step("other", "load_sign", spare_signing());
    trade.step("driver", "load_sign");
    CHECK(trade.as("other").get(path(first, "")).status == 404);
    CHECK(trade.shown("producer", first)["stock"][0]["net_g"] == 200'000);
    const auto own = trade.read("other", "/v1/containers?tag=17")["items"];
    REQUIRE(own.size() == 1);
    CHECK(trade.shown("other", own[0]["id"])["stock"][0]["net_g"] == 100'000);
    // Nor does entering a label tell of another's, or take it away.
    const json same{{"code", "C1"}, {"waste_code", "336-054-17"}, {"tag", Drums::tag("00000007")}};
    trade.enter("other", "/v1/containers", same);
    trade.enter("producer", "/v1/containers", same);
    json again = same;
    again["code"] = "C2";
    CHECK(trade.denied("producer", "/v1/containers", again, 409) == "DUPLICATE");
}

TEST_CASE("a label that names another firm, and is on that firm's drum, is not loaded") {
    Drums trade;
    const auto first = loaded_under(trade, Drums::tag("00000017"));
    others_with(trade, Drums::tag("00000017"));
    CHECK(trade.refused("other", "load_sign", spare_signing()) ==
          std::set<std::string>{"LABEL_MISMATCH"});
    CHECK(trade.as("other").get(path(first, "")).status == 404);
    // One of which the register knows nothing is loaded as it always was.
    trade.database.sql("UPDATE containers SET tag = NULL");
    trade.step("other", "load_sign", spare_signing());
}

TEST_CASE("a drum that a depot sends on under its own code ends at the last receiver") {
    Hub trade;
    const auto drum = trade.drum("D1");
    trade.comes_in("D1");
    CHECK(trade.holds("hub") == 200'000);
    trade.goes_on("D1");
    CHECK(trade.holds("hub") == 0);
    CHECK(trade.holds("carrier") == 200'000);
    trade.ends_at("receiver", "D1");
    CHECK(trade.holds("hub") == 0);
    CHECK(trade.holds("carrier") == 0);
    CHECK(trade.holds("receiver") == 200'000);
    const auto life = trade.shown("producer", drum);
    CHECK(life["holder"] == trade.party["receiver"]);
    CHECK(life["last_movement"] == "RECEIVED");
    CHECK(trade.count("SELECT count(*)::int FROM containers") == 1);
}

TEST_CASE("who treats what he received does not pay for a date in the producer's book") {
    Drums trade;
    const auto drum = trade.drum("D1", 0);
    trade.moved("producer", drum,
                {{"kind", "PRODUCED"},
                 {"amount_kg", 200},
                 {"at", to_iso(trade.house.now() + std::chrono::minutes{4})}});
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.load_drums(200);
    trade.arrived(200);
    trade.scan("receiver", "ARRIVE", {"D1"});
    trade.step("receiver", "accept");
    CHECK(trade.denied("receiver", path(drum),
                       {{"kind", "TREATED"}, {"amount_kg", 201}, {"method", "D9"}},
                       409) == "STOCK_EXCEEDED");
    trade.moved("receiver", drum, {{"kind", "TREATED"}, {"amount_kg", 200}, {"method", "D9"}});
    CHECK(trade.holds("receiver") == 0);
}

TEST_CASE("waste that is taken off, refused or found again is as old as it left") {
    Drums trade;
    const auto long_ago = to_iso(trade.house.now() - std::chrono::hours{24 * 380});
    const auto old_drum = [&](const std::string& code) {
        return trade
            .enter("producer", "/v1/containers",
                   {{"code", code},
                    {"waste_code", "336-054-17"},
                    {"net_kg", 200},
                    {"at", long_ago}})["id"]
            .get<std::string>();
    };
    const auto still_old = [&](const std::string& drum) {
        INFO(trade.shown("producer", drum).dump(1));
        CHECK(trade.shown("producer", drum)["stored_since"] == long_ago);
        CHECK(trade.shown("producer", drum)["overdue"] == true);
        std::set<std::string> overdue;
        const auto late = trade.read("producer", "/v1/ledger/stock?overdue=1");
        for (const auto& row : late["items"]) overdue.insert(row["container"]["id"]);
        CHECK(overdue.contains(drum));
    };
    const auto counted = old_drum("C1");
    const auto found = [&](int kg) {
        trade.moved("producer", counted,
                    {{"kind", "CORRECTED"}, {"amount_kg", kg}, {"reason", "counted again"}});
    };
    found(0);
    CHECK_FALSE(trade.shown("producer", counted).contains("stored_since"));
    found(200);
    still_old(counted);

    const auto drum = old_drum("D1");
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.load_drums(200);
    trade.step("producer", "unload");
    trade.step("driver", "unload");
    still_old(drum);
    trade.load_drums(200);
    trade.arrived(200);
    trade.scan("receiver", "ARRIVE", {"D1"});
    trade.step("receiver", "reject", because("not what was said"));
    still_old(drum);
}

TEST_CASE("a truck is signed for all of a drum, or not while a clerk has it in hand") {
    Drums trade;
    const auto drum = trade.drum("D1");
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.lock_says(trade.house.now() - std::chrono::minutes{2}, 0);
    trade.fix(trade.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
    trade.step("producer", "load_sign", {{"gross_kg", 12200}, {"tare_kg", 12000}});
    std::array<int, 4> answers{};
    std::vector<std::thread> hands;
    for (std::size_t i = 0; i < answers.size(); ++i)
        hands.emplace_back([&, i, clerk = trade.as("producer"), driver = trade.as("driver")] {
            const json counted{
                {"kind", "CORRECTED"}, {"amount_g", 250'000 + i}, {"reason", "weighed again"}};
            answers[i] =
                i == 1
                    ? driver.post("/v1/manifests/" + trade.id + "/load_sign", json::object()).status
                    : clerk.post(path(drum), counted).status;
        });
    for (auto& hand : hands) hand.join();
    const bool first = answers[1] == 200;
    CHECK((first || answers[1] == 422));
    CHECK((trade.holds("producer") == 0) == first);
    CHECK(trade.holds("carrier") == (first ? 200'000 : 0));
}

}  // namespace
