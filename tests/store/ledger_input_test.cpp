// What is no entry of the ledger and no scan: refused with the field named, and nothing half
// stored.
#include "tests/support/drums.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <thread>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

/// "CODE pointer" of each fault of a refusal.
std::vector<std::string> refused(const Drums& trade, const char* role, const std::string& path,
                                 const json& body, int status = 422) {
    const auto reply = trade.as(role).post(path, body);
    INFO(path << ": " << body.dump() << ": " << reply.body);
    REQUIRE(reply.status == status);
    std::vector<std::string> faults;
    const auto said = reply.json();
    for (const auto& one : said["errors"])
        faults.push_back(one["code"].get<std::string>() + " " + one["pointer"].get<std::string>());
    return faults;
}
using Faults = std::vector<std::string>;

/// Everything that the ledger and the scans are made of, counted.
int rows(const Drums& trade) {
    return trade.count(
        "SELECT ((SELECT count(*) FROM containers) + (SELECT count(*) FROM container_movements)"
        " + (SELECT count(*) FROM container_regroupings) + (SELECT count(*) FROM container_stock)"
        " + (SELECT count(*) FROM container_scans)"
        " + (SELECT count(*) FROM container_differences))::int");
}

TEST_CASE("labels with control characters are refused wherever one is said") {
    Drums trade;
    const auto drum = trade.drum("D1");
    trade.assigned({"D1"});
    const int before = rows(trade);
    const auto entries = "/v1/containers/" + drum + "/movements";
    struct Row {
        const char* sign;
        std::string code;
    };
    const Row signs[] = {{"\u001d", "CONTROL_CHARACTER"},
                         {"\n", "CONTROL_CHARACTER"},
                         {"\u0085", "CONTROL_CHARACTER"},
                         {"\u200e", "INVISIBLE_CHARACTER"}};
    for (const auto& [sign, code] : signs) {
        const auto label = std::string{"9133"} + sign + "1100";
        INFO(json(label).dump());
        const json drum_so{{"code", "N1"}, {"tag", label}, {"waste_code", "336-054-17"}};
        CHECK(refused(trade, "producer", "/v1/containers", drum_so) == Faults{code + " /tag"});
        CHECK(refused(trade, "producer", entries, {{"kind", "LABELLED"}, {"tag", label}}) ==
              Faults{code + " /tag"});
        const json scan{
            {"scans",
             {{{"tag", "D1"}, {"purpose", "LOAD"}}, {{"tag", label}, {"purpose", "LOAD"}}}}};
        CHECK(refused(trade, "driver", trade.scans(), scan) == Faults{code + " /scans/1/tag"});
    }
    CHECK(rows(trade) == before);
}

TEST_CASE("weights with commas, as texts or in fractions of a gram are no weights") {
    Drums trade;
    const auto drum = trade.drum("D1");
    const int before = rows(trade);
    const auto entries = "/v1/containers/" + drum + "/movements";
    const auto kinds = [](const char* field, const json& value) {
        return json{{"kind", "TREATED"}, {"method", "D9"}, {field, value}};
    };
    for (const char* text : {"1,5", "1,000", "1 000", "12", "0x10"}) {
        INFO(text);
        CHECK(refused(trade, "producer", entries, kinds("amount_kg", text)) ==
              Faults{"WRONG_TYPE /amount_kg"});
        const json filled{{"code", "N1"}, {"waste_code", "336-054-17"}, {"net_kg", text}};
        CHECK(refused(trade, "producer", "/v1/containers", filled) == Faults{"WRONG_TYPE /net_kg"});
        const json poured{{"kind", "REGROUPED_FROM"},
                          {"sources", {{{"container", drum}, {"amount_kg", text}}}}};
        const auto faults = refused(trade, "producer", entries, poured);
        CHECK(std::find(faults.begin(), faults.end(), "WRONG_TYPE /sources/0/amount_kg") !=
              faults.end());
    }
    CHECK(refused(trade, "producer", entries, kinds("amount_g", 1.5)).size() == 1);
    CHECK(refused(trade, "producer", entries, kinds("amount_kg", 0.0001)).size() == 1);
    // A comma in the bytes of a number is no JSON at all.
    const auto reply =
        trade.as("producer")
            .send("POST", entries, R"({"kind":"TREATED","method":"D9","amount_kg":1,5})");
    CHECK(reply.status == 400);
    CHECK(rows(trade) == before);
}

TEST_CASE("scans of the future, of another firm and of no purpose leave nothing of their request") {
    Drums trade;
    trade.drum("D1");
    trade.assigned({"D1"});
    const int before = rows(trade);
    const json good{{"tag", "D1"}, {"purpose", "LOAD"}};
    const auto beside = [&](json bad) { return json{{"scans", {good, std::move(bad)}}}; };
    json ahead = good;
    ahead["at"] = to_iso(trade.house.now() + std::chrono::minutes{6});
    CHECK(refused(trade, "driver", trade.scans(), beside(ahead)) ==
          Faults{"TIME_IN_FUTURE /scans/1/at"});
    json old = good;
    old["at"] = to_iso(trade.house.now() - std::chrono::hours{2});
    CHECK(refused(trade, "driver", trade.scans(), beside(old)) == Faults{"TIME_ORDER /scans/1/at"});
    CHECK(
        refused(trade, "driver", trade.scans(), beside({{"tag", "D1"}, {"purpose", "LOADING"}})) ==
        Faults{"UNKNOWN_VALUE /scans/1/purpose"});
    CHECK(refused(trade, "driver", trade.scans(), beside({{"tag", "D1"}, {"purpose", "ARRIVE"}}),
                  403) == Faults{"SCAN_ROLE /scans/1/purpose"});
    CHECK(refused(trade, "driver", trade.scans(), beside({{"purpose", "LOAD"}})).size() == 1);
    CHECK(trade.as("driver2").post(trade.scans(), {{"scans", {good}}}).status == 404);
    CHECK(trade.as("other").post(trade.scans(), {{"scans", {good}}}).status == 404);
    CHECK(rows(trade) == before);
}

TEST_CASE("two phones that read a drum in the same second are one scan, whoever is first") {
    Drums trade;
    trade.drum("D1");
    trade.assigned({"D1"});
    const auto at = to_iso(trade.house.now());
    std::array<int, 8> answers{};
    std::vector<std::thread> phones;
    for (std::size_t i = 0; i < answers.size(); ++i)
        phones.emplace_back([&, i, web = trade.as(i % 2 == 0 ? "driver" : "producer")] {
            // Four phones, each hands its reading in twice.
            const json scan{{"scans",
                             {{{"tag", "D1"},
                               {"purpose", "LOAD"},
                               {"at", at},
                               {"device", "phone " + std::to_string(i / 2)}}}}};
            answers[i] = web.post(trade.scans(), scan).status;
        });
    for (auto& phone : phones) phone.join();
    for (const int status : answers) CHECK(status == 201);
    const auto told = trade.read("receiver", trade.scans());
    CHECK(told["items"].size() == 4);
    CHECK(Drums::differences(told, "LOAD").empty());
    CHECK(told["raised"].empty());
}

TEST_CASE("a seal is on one truck a day, be it a drum's") {
    Drums trade;
    auto filing = trade.filing_of({"A1", "A2"});
    for (auto& one : filing["containers"]) one["seal_no"] = "SEAL-7";
    const auto twice = trade.as("producer").post("/v1/manifests", filing);
    CHECK(twice.status == 422);
    CHECK(twice.json()["errors"][0]["code"] == "SEAL_DUPLICATE");
    CHECK(twice.json()["errors"][0]["pointer"] == "/containers/1/seal_no");
    filing["containers"][1]["seal_no"] = "SEAL-8";
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load_drums(400);
    auto next = trade.filing_of({"A3"});
    next["containers"][0]["seal_no"] = "SEAL-8";
    trade.file(next);
    trade.step("carrier", "carrier_accept", trade.vehicle_body(trade.spare));
    const json signing{{"gross_kg", 12200},
                       {"tare_kg", 12000},
                       {"manual_reason", "the second truck has no terminal"},
                       {"seal_nos", {"SEAL-9"}}};
    CHECK(trade.act("producer", trade.id, "load_sign", signing).json()["code"] == "SEAL_USED");
}

}  // namespace
