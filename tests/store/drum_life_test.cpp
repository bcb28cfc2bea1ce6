// A drum's life from its filling to its treatment, and the ledger that follows it.
#include "tests/support/drums.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

std::vector<std::string> kinds_of(const json& container) {
    std::vector<std::string> kinds;
    for (const auto& one : container["movements"]) kinds.push_back(one["kind"]);
    return kinds;
}

// Closing = opening + in - out of each month, and the last closing is the stock.
void check_balance(const Drums& trade, const std::string& who) {
    const auto balance = trade.read("operator", "/v1/ledger/balance?party=" + trade.party.at(who));
    std::int64_t stock = 0;
    for (const auto& month : balance["months"]) {
        CHECK(month["opening_g"] == stock);
        for (const auto& [kind, turnover] : month["movements"].items())
            stock += turnover["in_g"].get<std::int64_t>() - turnover["out_g"].get<std::int64_t>();
        CHECK(month["closing_g"] == stock);
    }
    CHECK(trade.holds(who) == stock);
}

void redirect(Drums& trade) {
    const auto redirected =
        trade.step("producer", "redirect",
                   {{"receiver", trade.party["receiver2"]},
                    {"destination_site", trade.site["receiver2"]},
                    {"contract_no", "C-2"},
                    {"route", trade.route},
                    {"planned_arrive_at", to_iso(trade.house.now() + std::chrono::hours{3})}});
    trade.id = redirected["children"][0]["id"];
}

/// Codes of a trace by the steps that they are away, one way.
std::map<std::string, int> steps_of(const json& trace, const char* way) {
    std::map<std::string, int> steps;
    for (const auto& one : trace["containers"])
        if (one.contains(way)) steps[one["code"]] = one[way];
    return steps;
}
std::vector<std::string> holders_of(const json& trace) {
    std::vector<std::string> holders;
    for (const auto& one : trace["holders"]) holders.push_back(one["party"]);
    return holders;
}

/// Four small drums into two, two into one, one into the IBC that travels: 700 kg of 800.
struct Poured {
    explicit Poured(Drums& trade) {
        for (const char* code : {"S1", "S2", "S3", "S4"}) small.push_back(trade.drum(code));
        const auto label = json{{"kind", "LABELLED"}, {"tag", Drums::tag("00000001")}};
        CHECK(trade.moved("producer", small[0], label)["tag"] == Drums::tag("00000001"));
        trade.moved("producer", small[0],
                    {{"kind", "STORED"}, {"site", trade.site["producer"]}, {"place", "bay 3"}});
        for (const char* code : {"M1", "M2"}) middle.push_back(trade.drum(code, 0));
        trade.poured("producer", middle[0], {{small[0], 200}, {small[1], 200}});
        trade.poured("producer", middle[1], {{small[2], 200}, {small[3], 150}});
        large = trade.drum("L1", 0);
        trade.poured("producer", large, {{middle[0], 400}, {middle[1], 300}});
        ibc = trade.drum("IBC1", 0);
        trade.poured("producer", ibc, {{large, 700}});
    }
    std::vector<std::string> small, middle;
    std::string large, ibc;
};

TEST_CASE("a drum's life: filled, labelled, stored, regrouped three deep, carried, treated") {
    Drums trade;
    const Poured poured{trade};
    CHECK(trade.holds("producer") == 800'000);

    trade.assigned_in_two_legs({"IBC1"});
    trade.scan("producer", "LOAD", {"IBC1"});
    trade.load_drums(702);  // the scale says two kilograms more than the book
    CHECK(trade.holds("producer") == 100'000);
    CHECK(trade.holds("carrier") == 702'000);
    trade.step("driver", "depart");
    trade.scan("driver", "HANDOVER", {"IBC1"});
    trade.handed_over();
    CHECK(trade.holds("carrier") == 0);
    CHECK(trade.holds("carrier2") == 702'000);
    trade.gate(701);
    trade.scan("receiver", "ARRIVE", {"IBC1"});
    trade.step("receiver", "accept");
    CHECK(trade.holds("carrier2") == 0);
    CHECK(trade.holds("receiver") == 701'000);
    trade.step("producer", "close");
    // By an entry on the drum first; the manifest's report is about that and the rest.
    trade.moved("receiver", poured.ibc,
                {{"kind", "TREATED"}, {"amount_kg", 500}, {"method", "D9"}});
    CHECK(trade.holds("receiver") == 201'000);
    trade.step("receiver", "report_treatment",
               {{"lines", {{{"line_no", 1}, {"treated_kg", 701}, {"method", "D9"}}}}});
    CHECK(trade.holds("receiver") == 0);

    const auto told = trade.shown("producer", poured.ibc);
    CHECK(kinds_of(told) == std::vector<std::string>{"REGROUPED_FROM", "CORRECTED", "LOADED",
                                                     "HANDED_OVER", "RECEIVED", "CORRECTED",
                                                     "TREATED", "TREATED"});
    for (const char* who : {"producer", "carrier", "carrier2", "receiver"})
        check_balance(trade, who);
    // Nothing of it was raised to anybody.
    CHECK(trade.read("regulator", trade.scans())["raised"].empty());

    // One call from any of the drums tells all that it came from, all that became of it, and whose
    // it was, in their order.
    const std::vector<std::string> all_holders{trade.party["producer"], trade.party["carrier"],
                                               trade.party["carrier2"], trade.party["receiver"]};
    const auto trace = [&](const std::string& who, const std::string& of) {
        return trade.read(who, "/v1/containers/" + of + "/trace");
    };
    const auto forward = trace("regulator", poured.small[0]);
    CHECK(steps_of(forward, "forward") ==
          std::map<std::string, int>{{"S1", 0}, {"M1", 1}, {"L1", 2}, {"IBC1", 3}});
    CHECK(holders_of(forward) == all_holders);
    const auto back = trace("regulator", poured.ibc);
    CHECK(steps_of(back, "back") == std::map<std::string, int>{{"IBC1", 0},
                                                               {"L1", 1},
                                                               {"M1", 2},
                                                               {"M2", 2},
                                                               {"S1", 3},
                                                               {"S2", 3},
                                                               {"S3", 3},
                                                               {"S4", 3}});
    CHECK(holders_of(back) == all_holders);
    const auto middle = trace("producer", poured.large);
    CHECK(steps_of(middle, "forward") == std::map<std::string, int>{{"L1", 0}, {"IBC1", 1}});
    CHECK(steps_of(middle, "back").size() == 7);
    CHECK(middle["regroupings"].size() == 7);
    CHECK(middle["cut"] == false);
    CHECK(holders_of(middle) == all_holders);
    // What was poured together before it came is the producer's own.
    CHECK(trace("receiver", poured.ibc)["containers"].size() == 1);
}

TEST_CASE("a drum that has gone is nobody's to label or to fill") {
    Drums trade;
    const auto drum = trade.drum("D1", 400);
    trade.assigned({"D1"});
    trade.scan("producer", "LOAD", {"D1"});
    trade.load_drums(400);
    trade.arrived(400);
    trade.scan("receiver", "ARRIVE", {"D1"});
    trade.step("receiver", "accept");
    const auto path = "/v1/containers/" + drum + "/movements";
    CHECK(trade.denied("producer", path, {{"kind", "STORED"}}, 409) == "NOT_IN_BOOK");
    const json more{{"kind", "PRODUCED"}, {"amount_kg", 1}};
    CHECK(trade.denied("producer", path, more, 409) == "NOT_IN_BOOK");
    CHECK(trade.denied("receiver", path, more, 409) == "NOT_IN_BOOK");
    CHECK(trade.shown("producer", drum)["holder"] == trade.party["receiver"]);
}

TEST_CASE("waste without containers of the register is in both books as well") {
    Trade trade;
    trade.weighed_in();
    trade.step("receiver", "accept");
    CHECK(trade.count("SELECT count(*)::int FROM containers WHERE code LIKE '%#1'") == 1);
    const auto book = [&trade](const std::string& who) {
        return trade.count(
            "SELECT coalesce(sum(grams), 0)::int FROM container_stock"
            " WHERE party_id = '" +
            trade.party.at(who) + "'");
    };
    CHECK(book("producer") == 0);
    CHECK(book("carrier") == 0);
    CHECK(book("receiver") == 8'000'000);
}

TEST_CASE("a load that is taken off again is in the producer's book as before") {
    Drums trade;
    trade.drum("D1", 500);
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.load_drums(500);
    CHECK(trade.holds("carrier") == 500'000);
    REQUIRE(trade.act("producer", trade.id, "unload", json::object()).status < 300);
    trade.step("driver", "unload");
    CHECK(trade.holds("carrier") == 0);
    CHECK(trade.holds("producer") == 500'000);
    trade.load_drums(500);
    CHECK(trade.holds("carrier") == 500'000);
    CHECK(trade.holds("producer") == 0);
}

TEST_CASE("what is refused and redirected leaves by the child, and no gram twice") {
    Drums trade;
    trade.drum("D1", 300);
    trade.drum("D2", 300);
    trade.assigned({"D1", "D2"});
    trade.scan("producer", "LOAD", {"D1", "D2"});
    trade.load_drums(600);
    trade.arrived(600);
    trade.scan("receiver", "ARRIVE", {"D1", "D2"});
    auto refusal = because("not what was agreed");
    refusal["kept"] = "RELOCKED";
    trade.step("receiver", "reject", refusal);
    CHECK(trade.holds("carrier") == 0);
    CHECK(trade.holds("producer") == 600'000);
    CHECK(trade.holds("receiver") == 0);

    redirect(trade);
    CHECK(trade.holds("carrier") == 600'000);
    CHECK(trade.holds("producer") == 0);
    trade.step("driver", "depart");
    trade.step("receiver2", "arrive");
    trade.step("receiver2", "weigh_in", {{"gross_kg", 12600}, {"tare_kg", 12000}});
    trade.scan("receiver2", "ARRIVE", {"D1", "D2"});
    trade.step("receiver2", "accept");
    CHECK(trade.holds("receiver2") == 600'000);
    CHECK(trade.count("SELECT count(*)::int FROM containers") == 2);
    for (const char* who : {"producer", "carrier", "receiver2"}) check_balance(trade, who);
}

TEST_CASE("a tank that is refused goes on as the tank that it was") {
    Drums trade;
    trade.weighed_in();
    trade.step("receiver", "reject", because("the furnace is down"));
    redirect(trade);
    CHECK(trade.count("SELECT count(*)::int FROM containers") == 1);
    CHECK(trade.holds("producer") == 0);
    CHECK(trade.holds("carrier") == 8'000'000);
}

}  // namespace
