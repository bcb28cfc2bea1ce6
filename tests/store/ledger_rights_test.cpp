// The ledger over HTTP for authorities of areas, delegates, revisions, and papers entered
// afterwards.
#include "tests/support/drums.hpp"
#include "tests/support/files.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

Web clerk_of(const Drums& trade, const std::string& division) {
    const auto token =
        trade.as("operator").post("/v1/tokens", {{"role", "regulator"}, {"division", division}});
    REQUIRE(token.status == 201);
    return trade.house.web(token.json()["token"]);
}

/// Two firms in another prefecture, the receiver there; 400 kg in one drum on the way to it.
struct Abroad : Drums {
    Abroad() {
        const Web desk = as("operator");
        party["far"] = made(desk, "parties",
                            {{"name", "Linping Treatment"},
                             {"uscc", "91330100MA2E0CCC04"},
                             {"roles", {"receiver"}},
                             {"division", "330113"}});
        tokens["far"] = token("receiver", party["far"]);
        site["far"] = made(desk, "sites",
                           {{"name", "far plant"},
                            {"kind", "receiver"},
                            {"party", party["far"]},
                            {"geometry", {{"type", "Point"}, {"coordinates", {120.3, 30.4}}}},
                            {"radius_m", 200}});
        admit_receiver(*this, party["far"], "3301000009");
        first = drum("S1", 400);
        second = drum("D1", 0);
        poured("producer", second, {{first, 400}});
        stays = drum("D2", 100);
        auto away = filing_of({"D1"});
        away["receiver"] = party["far"];
        away["destination_site"] = site["far"];
        file(away);
        step("carrier", "carrier_accept", acceptance());
        scan("driver", "LOAD", {"D1"});
        load_drums(400);
    }
    std::string first, second, stays;
};

TEST_CASE("an authority sees the drums that came through its area, and of others not a word") {
    Abroad trade;
    const Web origin = clerk_of(trade, "331102");
    const Web province = clerk_of(trade, "33");
    const Web far = clerk_of(trade, "3301");
    const Web elsewhere = clerk_of(trade, "3203");
    const auto at = [](const std::string& id, const char* more = "") {
        return "/v1/containers/" + id + more;
    };
    // On the road it is nobody's of Hangzhou yet.
    CHECK(far.get(at(trade.second)).status == 404);
    trade.step("driver", "depart");
    trade.step("far", "arrive");
    trade.step("far", "weigh_in", {{"gross_kg", 12400}, {"tare_kg", 12000}});
    trade.scan("far", "ARRIVE", {"D1"});
    trade.step("far", "accept");

    for (const Web* web : {&origin, &province}) {
        CHECK(web->get(at(trade.first, "/trace")).json()["containers"].size() == 2);
        CHECK(web->get(at(trade.stays)).status == 200);
    }
    // The receiving place sees the drum with all its movements, not what was poured before.
    CHECK(far.get(at(trade.second)).json()["movements"].size() == 3);
    CHECK(far.get(at(trade.second, "/trace")).json()["containers"].size() == 1);
    for (const auto& id : {trade.first, trade.stays}) {
        CHECK(far.get(at(id)).status == 404);
        CHECK(far.get(at(id, "/trace")).status == 404);
        CHECK(elsewhere.get(at(id)).status == 404);
    }
    CHECK(elsewhere.get(at(trade.second)).status == 404);
    CHECK(elsewhere.get(trade.scans()).status == 404);
    CHECK(far.get(trade.scans()).status == 200);
    CHECK(elsewhere.get("/v1/containers").json()["items"].empty());

    // Books: each area its own firms', and the sums with them.
    const auto net = [&](const Web& web, const char* who) {
        return web.get("/v1/ledger/stock?party=" + trade.party.at(who)).json()["net_g"];
    };
    CHECK(net(origin, "producer") == 100'000);
    CHECK(net(origin, "far") == 0);
    CHECK(net(far, "far") == 400'000);
    CHECK(net(far, "producer") == 0);
    CHECK(net(province, "producer") == 100'000);
    CHECK(net(province, "far") == 400'000);
    CHECK(net(elsewhere, "far") == 0);
}

// The months of a book close at what it holds.
void check_book(const Drums& trade, const std::string& who, std::int64_t grams) {
    const auto balance = trade.read("operator", "/v1/ledger/balance?party=" + trade.party.at(who));
    INFO(who << ": " << balance.dump());
    CHECK(trade.holds(who) == grams);
    CHECK((balance["months"].empty() ? json(0) : balance["months"].back()["closing_g"]) == grams);
}

TEST_CASE("a weight that is revised is put right in both books, by further entries") {
    Drums trade;
    for (const char* code : {"D1", "D2"}) trade.drum(code, 200);
    trade.assigned({"D1", "D2"});
    trade.scan("driver", "LOAD", {"D1", "D2"});
    trade.load_drums(400);
    trade.arrived(400);
    trade.scan("receiver", "ARRIVE", {"D1", "D2"});
    trade.step("receiver", "accept");
    const int before = trade.count("SELECT count(*)::int FROM container_movements");
    const auto revise = [&](const std::string& author, const std::vector<std::string>& fields,
                            int grams, const std::vector<std::string>& others) {
        json changes = json::array();
        for (const auto& field : fields)
            changes.push_back({{"pointer", "/lines/0/" + field}, {"value", grams}});
        trade.step(author, "request_revision", {{"reason", "typed wrongly"}, {"changes", changes}});
        for (const auto& who : others)
            CHECK(trade.act(who, trade.id, "approve_revision").status < 300);
    };
    revise("receiver", {"received_g", "accepted_g"}, 395'000, {"producer", "carrier"});
    check_book(trade, "receiver", 395'000);
    check_book(trade, "carrier", 0);
    check_book(trade, "producer", 0);
    // What was entered stands; the difference is entered beside it.
    CHECK(trade.count("SELECT count(*)::int FROM container_movements") > before);
    CHECK(trade.count("SELECT sum(grams)::int FROM container_movements WHERE kind = 'RECEIVED'") ==
          400'000);
    CHECK(trade.count("SELECT sum(grams)::int FROM container_movements WHERE kind = 'CORRECTED'"
                      " AND corrects = 'RECEIVED' AND to_party IS NOT NULL") == 5'000);

    revise("producer", {"sent_g"}, 398'000, {"receiver", "carrier"});
    check_book(trade, "receiver", 395'000);
    check_book(trade, "carrier", 0);
    check_book(trade, "producer", 0);
}

TEST_CASE("a paper that is entered afterwards moves its drums when both others have confirmed it") {
    Drums trade;
    for (const char* code : {"D1", "D2"})
        trade.enter("producer", "/v1/containers",
                    {{"code", code},
                     {"waste_code", "336-054-17"},
                     {"net_kg", 200},
                     {"at", to_iso(trade.house.now() - std::chrono::hours{72})}});
    auto filing = trade.filing_of({"D1", "D2"});
    filing["lines"][0]["planned_kg"] = 400;
    trade.id = trade.made(trade.as("producer"), "manifests", filing);
    const json paper{{"origin_mode", "BACKFILL_ORDINARY"},
                     {"paper_no", "P-2026-7"},
                     {"paper_scan", file_of(trade.as("producer"))},
                     {"departed_at", to_iso(trade.house.now() - std::chrono::hours{48})},
                     {"arrived_at", to_iso(trade.house.now() - std::chrono::hours{44})},
                     {"plate", "浙K12345"},
                     {"driver", "Wang Jun"},
                     {"lines", {{{"line_no", 1}, {"accepted_kg", 400}}}}};
    const auto filed = trade.step("producer", "submit_backfill", paper);
    check_book(trade, "producer", 400'000);
    const json read{{"version", filed["version"]}};
    trade.step("carrier", "confirm_backfill", read);
    check_book(trade, "producer", 400'000);
    trade.step("receiver", "confirm_backfill", read);
    check_book(trade, "producer", 0);
    check_book(trade, "carrier", 0);
    check_book(trade, "receiver", 400'000);
    const auto found = trade.read("receiver", "/v1/containers?code=D2")["items"];
    CHECK(trade.shown("receiver", found[0]["id"])["last_movement"] == "RECEIVED");
}

TEST_CASE("what a delegate signs is entered with his firm's name, and a book is not delegated") {
    Drums trade;
    const auto drum = trade.drum("D1", 400);
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.load_drums(400);
    trade.arrived(400);
    trade.scan("receiver", "ARRIVE", {"D1"});
    trade.database.sql(
        "INSERT INTO delegations (id, delegator_id, delegate_id, role, acts, during, document_no,"
        " created_at, created_by) VALUES (gen_random_uuid(), '" +
        trade.party["receiver"] + "', '" + trade.party["receiver2"] +
        "', 'receiver', '{accept}', tstzrange(now() - interval '1 day', now() + interval '1 year'),"
        " 'WT-1', now(), gen_random_uuid())");
    const auto for_receiver = [&](const std::string& path, const json& body) {
        return trade.as("receiver2")
            .send("POST", path, body.dump(), {{"Liuhen-On-Behalf-Of", trade.party["receiver"]}});
    };
    // A book is kept, and labels are read, in one's own name.
    CHECK(for_receiver("/v1/containers", {{"code", "X"}, {"waste_code", "336-054-17"}})
              .json()["code"] == "NOT_DELEGABLE");
    CHECK(for_receiver(trade.scans(), {{"scans", {{{"tag", "D1"}, {"purpose", "ARRIVE"}}}}})
              .json()["code"] == "NOT_DELEGABLE");
    const auto accepted = for_receiver("/v1/manifests/" + trade.id + "/accept", json::object());
    INFO(accepted.body);
    REQUIRE(accepted.status == 200);
    check_book(trade, "receiver", 400'000);
    check_book(trade, "receiver2", 0);
    CHECK(trade.database.value<std::string>(
              "SELECT DISTINCT delegate_id::text FROM container_movements"
              " WHERE kind = 'RECEIVED'") == trade.party["receiver2"]);
    CHECK(trade.as("receiver2").get("/v1/containers/" + drum).status == 404);
}

}  // namespace
