// One drum is loaded once, for what is in it, by whatever name it is called.
#include "tests/support/drums.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace {

using json = nlohmann::json;
using liuhen::test::Drums;

// Until the truck stands there to be signed for.
void ready(Drums& trade) {
    trade.lock_says(trade.house.now() - std::chrono::minutes{2}, 0);
    trade.fix(trade.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
}

json weighed(int net_kg) { return {{"gross_kg", 12000 + net_kg}, {"tare_kg", 12000}}; }

// The codes of a refused event, each with where.
std::vector<std::string> refused(Drums& trade, const std::string& role, const std::string& event,
                                 const json& body = json::object()) {
    const auto reply = trade.act(role, trade.id, event, body);
    INFO(reply.body);
    CHECK(reply.status == 422);
    return liuhen::test::faults_of(reply);
}

using Faults = std::vector<std::string>;

}  // namespace

TEST_CASE("a drum that two loads name leaves with the first that is signed by both") {
    Drums trade;
    const auto drum = trade.drum("D1");
    trade.assigned({"D1"});
    const std::string first = trade.id;
    trade.file(trade.filing_of({"D1"}));
    trade.step("carrier", "carrier_accept", trade.vehicle_body(trade.spare));
    const std::string second = trade.id;
    ready(trade);
    json by_hand = weighed(200);
    by_hand["manual_reason"] = "the terminal has no fix";
    for (const auto& one : {first, second}) {
        trade.id = one;
        trade.scan("driver", "LOAD", {"D1"});
        trade.step("producer", "load_sign", one == first ? weighed(200) : by_hand);
    }
    trade.id = first;
    trade.step("driver", "load_sign");
    trade.id = second;
    CHECK(refused(trade, "driver", "load_sign") ==
          Faults{"CONTAINER_IN_OTHER_OPEN_MANIFEST /containers/0"});
    CHECK(trade.holds("carrier") == 200'000);
    CHECK(trade.holds("producer") == 0);
    CHECK(trade.count("SELECT count(*)::int FROM container_movements WHERE kind = 'PRODUCED'") ==
          1);
}

TEST_CASE("what was emptied before the driver signs is not loaded as if it were full") {
    Drums trade;
    const auto drum = trade.drum("D1");
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    ready(trade);
    trade.step("producer", "load_sign", weighed(200));
    trade.moved("producer", drum, {{"kind", "TREATED"}, {"amount_kg", 200}, {"method", "D9"}});
    CHECK(refused(trade, "driver", "load_sign") == Faults{"CONTAINER_EMPTY /containers/0"});
    trade.moved("producer", drum, {{"kind", "PRODUCED"}, {"amount_kg", 150}});
    CHECK(refused(trade, "driver", "load_sign") == Faults{"CONTAINER_CHANGED /containers/0"});
    trade.step("producer", "unload");
    trade.step("producer", "load_sign", weighed(150));
    trade.step("driver", "load_sign");
    CHECK(trade.holds("carrier") == 150'000);
    CHECK(trade.count("SELECT sum(grams)::int FROM container_movements"
                      " WHERE kind = 'PRODUCED'") == 350'000);
}

TEST_CASE("a registered drum is known by its label though the manifest names it by code") {
    Drums trade;
    trade.enter("producer", "/v1/containers",
                {{"code", "V1"},
                 {"tag", Drums::tag("00000001")},
                 {"waste_code", "336-054-17"},
                 {"package", "DRUM"},
                 {"net_kg", 200}});
    trade.assigned({"V1"});
    const auto scanned = trade.scan("driver", "LOAD", {Drums::tag("00000001")});
    CHECK(Drums::differences(scanned, "LOAD").empty());
    for (const char* who : {"producer", "regulator"})
        CHECK(Drums::differences(trade.read(who, trade.scans()), "LOAD").empty());
    trade.load_drums(200);
    CHECK(trade.holds("producer") == 0);
}

TEST_CASE("one label is on one container of a manifest, whatever names it") {
    Drums trade;
    const std::string label = Drums::tag("00000002");
    trade.enter("producer", "/v1/containers",
                {{"code", "MA"}, {"tag", label}, {"waste_code", "336-054-17"}, {"net_kg", 200}});
    auto twice = trade.filing_of({"D1", "D2"});
    for (auto& one : twice["containers"]) one["tag_id"] = "L-1";
    const auto reply = trade.as("producer").post("/v1/manifests", twice);
    CHECK(reply.status == 422);
    CHECK(liuhen::test::faults_of(reply) == Faults{"CONTAINER_DUPLICATE /containers/1/tag_id"});

    auto filing = trade.filing_of({"MA", "zz"});
    filing["containers"][1]["tag_id"] = label;
    trade.file(filing);
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.scan("driver", "LOAD", {"MA", label});
    ready(trade);
    const auto faults = refused(trade, "producer", "load_sign", weighed(400));
    CHECK(std::ranges::count(faults, "LABEL_MISMATCH /containers/1") == 1);
}

TEST_CASE("a label written where the code belongs is judged as the label that it is") {
    Drums trade;
    const std::string theirs = "91331100MA2E0DDD0E336054172026022800000003";
    trade.enter("other", "/v1/containers",
                {{"code", "P2"}, {"tag", theirs}, {"waste_code", "336-054-17"}, {"net_kg", 200}});
    trade.assigned({theirs});
    trade.scan("driver", "LOAD", {theirs});
    ready(trade);
    CHECK(refused(trade, "producer", "load_sign", weighed(200)) ==
          Faults{"LABEL_MISMATCH /containers/0"});

    // One's own: the drum itself leaves the book.
    Drums own;
    own.enter("producer", "/v1/containers",
              {{"code", "V1"},
               {"tag", Drums::tag("00000004")},
               {"waste_code", "336-054-17"},
               {"net_kg", 200}});
    own.assigned({Drums::tag("00000004")});
    own.scan("driver", "LOAD", {Drums::tag("00000004")});
    own.load_drums(200);
    CHECK(own.holds("producer") == 0);
    CHECK(own.count("SELECT count(*)::int FROM containers") == 1);
}

TEST_CASE("a whole acceptance counts the containers that were sent, or is none") {
    Drums trade;
    trade.drum("D1");
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.load_drums(200);
    trade.arrived(200);
    trade.scan("receiver", "ARRIVE", {"D1"});
    const auto counting = [](int count) {
        return json{
            {"lines", {{{"line_no", 1}, {"accepted_kg", 200}, {"containers_received", count}}}}};
    };
    for (const int wrong : {0, 2, 9999})
        CHECK(refused(trade, "receiver", "accept", counting(wrong)) ==
              Faults{"DIFFERENCE_UNDECLARED /lines/0/containers_received"});
    const auto done = trade.step("receiver", "accept", counting(1));
    CHECK(done.at("lines").at(0).at("containers_received") == 1);
}
