// Loads whose end no receiver says: weighed at home, or closed by an authority; and the figures
// that a book has of all of it.
#include "tests/support/drums.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using json = nlohmann::json;

json month(const Drums& trade) {
    const auto now = to_iso(trade.house.now() + std::chrono::hours{8}).substr(0, 7);
    return trade.read("producer", "/v1/ledger/mass-balance?month=" + now)["items"][0];
}
void check_closing(const Drums& trade, const json& row) {
    INFO(row.dump());
    const auto g = [&row](const char* name) { return row[name].get<std::int64_t>(); };
    CHECK(g("closing_g") == g("opening_g") + g("produced_g") + g("returned_g") + g("received_g") -
                                g("sent_g") - g("treated_g") + g("poured_g") + g("corrected_g"));
    CHECK(g("closing_g") == trade.holds("producer"));
}
json fate(std::int64_t received, std::int64_t returned, std::int64_t lost, std::int64_t way = 0) {
    return {{"received_g", received},
            {"returned_g", returned},
            {"lost_g", lost},
            {"on_the_way_g", way}};
}

/// 500 kg in one drum, under way.
struct UnderWay : Drums {
    UnderWay() {
        drum_id = drum("G1", 500);
        assigned({"G1"});
        scan("driver", "LOAD", {"G1"});
        load_drums(500);
        step("driver", "depart");
    }
    void close() { step("regulator", "close_by_authority", {{"case_no", "AJ-2026-7"}}); }
    [[nodiscard]] std::string settlement() const { return "/v1/manifests/" + id + "/closed-load"; }
    std::string drum_id;
};

json went(const std::string& outcome) {
    return {{"outcome", outcome}, {"reason", "found at the depot"}};
}

}  // namespace

TEST_CASE("what is weighed at home is in the book, and what was lost on the way is lost") {
    UnderWay trade;
    trade.gate(500);
    auto refusal = because("not what was agreed");
    refusal["kept"] = "RELOCKED";
    trade.step("receiver", "reject", refusal);
    trade.step("carrier", "start_return", {{"route", trade.route}});
    trade.step("producer", "confirm_return", {{"gross_kg", 12100}, {"tare_kg", 12000}});
    CHECK(trade.holds("producer") == 100'000);
    CHECK(trade.holds("carrier") == 0);
    const auto row = month(trade);
    check_closing(trade, row);
    CHECK(row["returned_g"] == 100'000);
    CHECK(row["of_sent"] == fate(0, 100'000, 400'000));
}

TEST_CASE("of loads weighed together at home each has its share") {
    UnderWay trade;
    trade.gate(500);
    auto refusal = because("not what was agreed");
    refusal["kept"] = "RELOCKED";
    trade.step("receiver", "reject", refusal);
    trade.step("carrier", "start_return", {{"route", trade.route}});
    trade.step("producer", "confirm_return",
               {{"gross_kg", 13000}, {"tare_kg", 12000}, {"share_kg", 498}});
    CHECK(trade.holds("producer") == 498'000);
    CHECK(month(trade)["of_sent"] == fate(0, 498'000, 2'000));
}

TEST_CASE("an authority says where a load went that it closed") {
    UnderWay trade;
    CHECK(trade.denied("regulator", trade.settlement(), went("LOST"), 409) == "ILLEGAL_STATE");
    trade.close();
    CHECK(trade.holds("carrier") == 500'000);
    CHECK(month(trade)["of_sent"] == fate(0, 0, 0, 500'000));
    for (const char* who : {"producer", "carrier", "receiver", "police"})
        CHECK(trade.as(who).post(trade.settlement(), went("LOST")).status == 403);
    CHECK(trade.as("regulator").post(trade.settlement(), went("SOLD")).status == 422);
    auto both = went("LOST");
    both["found_kg"] = 1;
    CHECK(trade.as("regulator").post(trade.settlement(), both).status == 422);

    auto some = went("RETURNED");
    some["found_kg"] = 501;
    CHECK(trade.denied("regulator", trade.settlement(), some, 422) == "OUT_OF_RANGE");
    some["found_kg"] = 300;
    const auto said = trade.enter("regulator", trade.settlement(), some);
    CHECK(said["found_g"] == 300'000);
    CHECK(said["lost_g"] == 200'000);
    CHECK(trade.holds("carrier") == 0);
    CHECK(trade.holds("producer") == 300'000);
    CHECK(month(trade)["of_sent"] == fate(0, 300'000, 200'000));
    check_closing(trade, month(trade));
    CHECK(trade.is_told("carrier", "CLOSED_LOAD_SETTLED"));
    const auto moved = trade.shown("producer", trade.drum_id)["movements"];
    CHECK(moved.back()["reason"] == "found at the depot");
    CHECK(trade.denied("operator", trade.settlement(), went("LOST"), 409) == "NOTHING_OUTSTANDING");
    // It is the producer's again, wherever it stands: a new manifest takes it from there.
    trade.moved("producer", trade.drum_id, {{"kind", "STORED"}, {"place", "police yard"}});
}

TEST_CASE("a closed load of waste without drums of the register is settled as well") {
    Trade trade;
    trade.weighed_in();
    trade.step("regulator", "close_by_authority", {{"case_no", "AJ-2026-8"}});
    const auto said =
        trade.as("regulator").post("/v1/manifests/" + trade.id + "/closed-load", went("RETURNED"));
    INFO(said.body);
    CHECK(said.status == 201);
}

TEST_CASE("until it is said where a closed load went, its drums are on the truck") {
    UnderWay trade;
    trade.close();
    trade.file(trade.filing_of({"G1"}));
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.scan("driver", "LOAD", {"G1"});
    CHECK(trade.refused("producer", "load_sign",
                        {{"gross_kg", 12500}, {"tare_kg", 12000}, {"manual_reason", "no fix"}}) ==
          std::set<std::string>{"CONTAINER_IN_OTHER_OPEN_MANIFEST"});
}

TEST_CASE("a closed load reaches its receiver, or nobody") {
    UnderWay trade;
    trade.close();
    trade.enter("operator", trade.settlement(), went("RECEIVED"));
    CHECK(trade.holds("receiver") == 500'000);
    CHECK(month(trade)["of_sent"] == fate(500'000, 0, 0));

    UnderWay lost;
    lost.close();
    lost.enter("regulator", lost.settlement(), went("LOST"));
    CHECK(lost.holds("carrier") == 0);
    CHECK(month(lost)["of_sent"] == fate(0, 0, 500'000));
}
