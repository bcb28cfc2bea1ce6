// Monthly, quarterly and yearly declarations as files, from the ledger of a manifest's whole life.
#include "tests/support/job_house.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

class Life : public JobHouse {
public:
    Life() {
        for (const char* code : {"D1", "D2"}) drum(code, 200);
        drum("D3", 40, "producer", "900-249-08");
        assigned({"D1", "D2"});
        scan("driver", "LOAD", {"D1", "D2"});
        load_drums(400);
        arrived(399);
        scan("receiver", "ARRIVE", {"D1", "D2"});
        step("receiver", "accept", {{"lines", {{{"line_no", 1}, {"accepted_kg", 399}}}}});
    }
    std::string month() const { return to_iso(house.now() + std::chrono::hours{8}).substr(0, 7); }
};
Life& life() {
    static Life one;
    return one;
}

std::vector<std::string> weights(const std::vector<std::string>& row) {
    return {row.begin() + 4, row.end()};
}

TEST_CASE("a month, its quarter and its year are declared by waste, to the gram, on both sides") {
    const auto month = life().month();
    const int quarter = (std::stoi(month.substr(5)) + 2) / 3;
    for (const auto& period :
         {month, month.substr(0, 4) + "-Q" + std::to_string(quarter), month.substr(0, 4)}) {
        INFO(period);
        const json how{{"format", "csv"}, {"period", period}};
        const auto sent = cells_of(life().made("producer", "declaration", how));
        REQUIRE(sent.size() == 3);
        CHECK(sent[0][3] == "废物代码");
        CHECK(sent[1][0] == period);
        CHECK(sent[1][2] == "91331100MA2E0AAA0L");
        CHECK(sent[1][3] == "336-054-17");
        // opening, produced, received, returned, sent, treated, regrouped, corrected, closing
        CHECK(weights(sent[1]) == std::vector<std::string>{"0.000000", "0.400000", "0.000000",
                                                           "0.000000", "0.400000", "0.000000",
                                                           "0.000000", "0.000000", "0.000000"});
        CHECK(sent[2][3] == "900-249-08");
        CHECK(sent[2].back() == "0.040000");
        const auto received = cells_of(life().made("receiver", "declaration", how));
        REQUIRE(received.size() == 2);
        CHECK(weights(received[1]) == std::vector<std::string>{"0.000000", "0.000000", "0.399000",
                                                               "0.000000", "0.000000", "0.000000",
                                                               "0.000000", "0.000000", "0.399000"});
    }
}

TEST_CASE("the answer to a declaration says by when it is due") {
    const std::pair<const char*, const char*> rows[] = {{"2026-02", "2026-03-15"},
                                                        {"2025-12", "2026-01-15"},
                                                        {"2025-Q4", "2026-01-15"},
                                                        {"2026-Q1", "2026-04-15"},
                                                        {"2025", "2026-03-31"}};
    for (const auto& [period, due] : rows) {
        INFO(period);
        CHECK(life().ask("producer", "declaration", {{"period", period}})["due"] == due);
        while (life().worker.do_next()) {
        }
    }
    CHECK_FALSE(life().ask("producer", "stock").contains("due"));
}

TEST_CASE("what a period closes with the next one opens with, as a workbook too") {
    const auto year = std::stoi(life().month().substr(0, 4));
    const json next{{"period", std::to_string(year + 1)}, {"language", "en"}};
    const auto rows = cells_of(life().made("producer", "declaration", next));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0][4] == "opening_t");
    CHECK(rows[1][3] == "900-249-08");
    CHECK(rows[1][4] == "0.04");
    CHECK(rows[1].back() == "0.04");
    const json before{{"period", std::to_string(year - 1)}, {"format", "csv"}};
    CHECK(cells_of(life().made("producer", "declaration", before)).size() == 1);
}

TEST_CASE("a declaration is its own firm's and its authority's, for a period that there is") {
    const std::string path = "/v1/registers/declaration";
    const json how{{"period", life().month()}, {"party", life().party["producer"]}};
    CHECK(life().denied("receiver", path, how, 404) == "NOT_FOUND");
    CHECK(life().denied("regulator", path, {{"period", life().month()}}, 422) == "MISSING");
    CHECK(life().denied("producer", path, {{"period", "2026-Q5"}}, 422) == "NOT_A_PERIOD");
    CHECK(life().denied("producer", path, json::object(), 422) == "MISSING");
    CHECK(life().denied("carrier", path, {{"period", life().month()}}, 403) == "ROLE");
    CHECK(cells_of(life().made("regulator", "declaration", how)).size() == 3);
}

TEST_CASE("a month is declared as its mass balance has it, in every figure") {
    JobHouse trade;
    for (const char* code : {"D1", "D2"}) trade.drum(code, 100);
    trade.assigned({"D1", "D2"});
    trade.scan("driver", "LOAD", {"D1", "D2"});
    trade.load_drums(210);  // the scale says ten kilograms more than the book
    trade.arrived(210);
    trade.scan("receiver", "ARRIVE", {"D1", "D2"});
    const auto part =
        trade.step("receiver", "accept_part",
                   {{"reason", "one leaks"}, {"lines", {{{"line_no", 1}, {"refused_kg", 105}}}}});
    auto back = trade.way_back(part, 105);
    back["containers"] = {{{"code", "D2"}, {"line_no", 1}}};
    back["lines"][0]["container_count"] = 1;
    trade.file(back);
    trade.step("carrier", "carrier_accept", trade.vehicle_body(trade.spare));
    trade.scan("driver", "LOAD", {"D2"});
    trade.step("producer", "load_sign",
               {{"gross_kg", 12105}, {"tare_kg", 12000}, {"manual_reason", "no fix there"}});
    trade.step("driver", "load_sign", {{"seal_nos", {"S-1"}}, {"manual_reason", "no fix there"}});
    trade.step("driver", "depart");
    trade.step("producer", "arrive");
    trade.step("producer", "weigh_in", {{"gross_kg", 12105}, {"tare_kg", 12000}});
    trade.scan("producer", "ARRIVE", {"D2"});
    trade.step("producer", "accept");

    const auto month = to_iso(trade.house.now() + std::chrono::hours{8}).substr(0, 7);
    const auto declared =
        cells_of(trade.made("producer", "declaration", {{"format", "csv"}, {"period", month}}));
    REQUIRE(declared.size() == 2);
    // opening, produced, received, returned, sent, treated, regrouped, corrected, closing
    CHECK(weights(declared[1]) == std::vector<std::string>{"0.000000", "0.200000", "0.000000",
                                                           "0.210000", "0.315000", "0.000000",
                                                           "0.000000", "0.010000", "0.105000"});
    const auto balance =
        trade.read("producer", "/v1/ledger/mass-balance?month=" + month)["items"][0];
    INFO(balance.dump());
    CHECK(balance["produced_g"] == 200'000);
    CHECK(balance["received_g"] == 0);
    CHECK(balance["returned_g"] == 210'000);
    CHECK(balance["sent_g"] == 315'000);
    CHECK(balance["corrected_g"] == 10'000);
    CHECK(balance["closing_g"] == 105'000);
}

}  // namespace
