// Containers, scans and the ledger over HTTP: what is refused, what is sent twice, who sees what.
#include "tests/support/drums.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <thread>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

Drums& trade() {
    static Drums one;
    return one;
}
std::string movements(const std::string& id) { return "/v1/containers/" + id + "/movements"; }

/// A code that no other test has used.
std::string fresh_code() {
    static int last = 0;
    return "C" + std::to_string(++last);
}

TEST_CASE("a container is entered once, with its label, and found by either") {
    const auto code = fresh_code();
    const json body{{"code", code},
                    {"tag", Drums::tag("00000011")},
                    {"waste_code", "33605417"},
                    {"net_kg", 120.5}};
    const auto made = trade().enter("producer", "/v1/containers", body);
    CHECK(made["waste_code"] == "336-054-17");
    CHECK(made["stock"][0]["net_g"] == 120'500);
    CHECK(made["holder"] == trade().party["producer"]);
    CHECK(made["overdue"] == false);
    CHECK(made["warnings"].empty());
    for (const std::string& by : {"code=" + code, "tag=" + Drums::tag("00000011")})
        CHECK(trade().read("producer", "/v1/containers?" + by)["items"][0]["id"] == made["id"]);

    CHECK(trade().denied("producer", "/v1/containers", body, 409) == "DUPLICATE");
    json other = body;
    other["code"] = fresh_code();
    CHECK(trade().denied("producer", "/v1/containers", other, 409) == "DUPLICATE");
    other["tag"] = "whatever the printer made";
    const auto odd = trade().enter("producer", "/v1/containers", other);
    CHECK(odd["warnings"][0]["code"] == "TAG_FORMAT_UNKNOWN");
    CHECK(odd["warnings"][0]["message_zh"] != odd["warnings"][0]["code"]);
}

TEST_CASE("a label with another firm's credit code is entered, and said") {
    const auto codes = [](const json& answer) {
        std::vector<std::string> all;
        for (const auto& one : answer["warnings"]) all.push_back(one["code"]);
        return all;
    };
    json body{{"code", fresh_code()}, {"waste_code", "336-054-17"}};
    body["tag"] = "91331100MA2E0FFF0A336054172026022800000071";
    const auto made = trade().enter("producer", "/v1/containers", body);
    CHECK(codes(made) == std::vector<std::string>{"TAG_OTHER_FIRM"});
    CHECK(made["warnings"][0]["message_zh"] != made["warnings"][0]["code"]);
    const json label{{"kind", "LABELLED"}, {"tag", "91331100MA2E0FFF0A336054172026022800000072"}};
    CHECK(codes(trade().moved("producer", made["id"], label)) ==
          std::vector<std::string>{"TAG_OTHER_FIRM"});
    const json own{{"kind", "LABELLED"}, {"tag", Drums::tag("00000073")}};
    CHECK(codes(trade().moved("producer", made["id"], own)).empty());
}

TEST_CASE("what cannot be a container is refused with its field") {
    const json good{{"code", "Z"}, {"waste_code", "336-054-17"}};
    struct Row {
        const char* field;
        json value;
        const char* code;
    };
    const Row rows[] = {
        {"waste_code", "336-054-99", "NOT_A_WASTE_CODE"},
        {"tag", Drums::tag("00000012", "90024908"), "LABEL_MISMATCH"},
        {"code", "a\u0007b", "CONTROL_CHARACTER"},
        {"code", std::string(65, 'x'), "TOO_LONG"},
        {"package", "CRATE", "UNKNOWN_VALUE"},
        {"net_kg", "1,000", "WRONG_TYPE"},
        {"net_kg", -1, "OUT_OF_RANGE"},
        {"at", to_iso(trade().house.now() + std::chrono::minutes{6}), "TIME_IN_FUTURE"},
        {"colour", "red", "UNKNOWN_FIELD"},
    };
    for (const auto& row : rows) {
        json body = good;
        body[row.field] = row.value;
        CHECK(trade().denied("producer", "/v1/containers", body, 422) == row.code);
    }
    CHECK(trade().as("carrier").post("/v1/containers", good).status == 403);
}

TEST_CASE("a book gives no more than it holds, now or at the time that is stated") {
    const auto drum = trade().drum(fresh_code(), 100);
    const json too_much{{"kind", "TREATED"}, {"amount_kg", 100.001}, {"method", "D9"}};
    CHECK(trade().denied("producer", movements(drum), too_much, 409) == "STOCK_EXCEEDED");
    json before = too_much;
    before["amount_kg"] = 1;
    before["at"] = to_iso(trade().house.now() - std::chrono::hours{1});
    CHECK(trade().denied("producer", movements(drum), before, 409) == "STOCK_EXCEEDED");
    const auto corrected = trade().moved(
        "producer", drum, {{"kind", "CORRECTED"}, {"amount_kg", 98}, {"reason", "weighed again"}});
    CHECK(corrected["stock"][0]["net_g"] == 98'000);
    const auto emptied =
        trade().moved("producer", drum, {{"kind", "TREATED"}, {"amount_kg", 98}, {"method", "D9"}});
    CHECK(emptied["stock"].empty());
    CHECK_FALSE(emptied.contains("holder"));
}

TEST_CASE("of clerks who empty a drum at once one does") {
    const auto drum = trade().drum(fresh_code(), 100);
    std::array<int, 6> answers{};
    std::vector<std::thread> clerks;
    for (auto& status : answers)
        clerks.emplace_back([&status, web = trade().as("producer"), path = movements(drum)] {
            const json all{{"kind", "TREATED"}, {"amount_kg", 60}, {"method", "D9"}};
            status = web.post(path, all).status;
        });
    for (auto& clerk : clerks) clerk.join();
    std::ranges::sort(answers);
    CHECK(answers == std::array{201, 409, 409, 409, 409, 409});
    CHECK(trade().shown("producer", drum)["stock"][0]["net_g"] == 40'000);
}

TEST_CASE("pouring takes from one's own drums, each named once, into another") {
    const auto from = trade().drum(fresh_code(), 100);
    const auto into = trade().drum(fresh_code(), 0);
    const auto pour = [&](json sources) {
        return json{{"kind", "REGROUPED_FROM"}, {"sources", std::move(sources)}};
    };
    const auto source = [](const std::string& id, double kg) {
        return json{{"container", id}, {"amount_kg", kg}};
    };
    CHECK(trade().denied("producer", movements(into), pour({source(into, 1)}), 422) ==
          "SAME_CONTAINER");
    CHECK(trade().denied("producer", movements(into), pour({source(from, 1), source(from, 1)}),
                         422) == "DUPLICATE");
    CHECK(trade().denied("producer", movements(into), pour({source(from, 0)}), 422) ==
          "OUT_OF_RANGE");
    CHECK(trade().denied("producer", movements(into), pour(json::array()), 422) == "TOO_SHORT");
    CHECK(trade().denied("producer", movements(into), pour({source(from, 101)}), 409) ==
          "STOCK_EXCEEDED");
    const char* nobodys = "00000000-0000-7000-8000-000000000000";
    CHECK(trade().denied("producer", movements(into), pour({source(nobodys, 1)}), 422) ==
          "UNKNOWN_REFERENCE");
    // Another firm's drum is nobody's to this one, and its own is not that firm's to fill.
    const auto others = trade().drum(fresh_code(), 50, "other");
    CHECK(trade().denied("producer", movements(into), pour({source(others, 1)}), 422) ==
          "UNKNOWN_REFERENCE");
    CHECK(trade().denied("producer", movements(others), {{"kind", "STORED"}}, 404) == "NOT_FOUND");
}

TEST_CASE("a label of another waste is not put on, a new one is kept beside the old") {
    const auto drum = trade().drum(fresh_code());
    const auto label = [](const std::string& text) {
        return json{{"kind", "LABELLED"}, {"tag", text}};
    };
    CHECK(trade().denied("producer", movements(drum), label(Drums::tag("00000021", "90024908")),
                         422) == "LABEL_MISMATCH");
    trade().moved("producer", drum, label(Drums::tag("00000021")));
    const auto again = trade().moved("producer", drum, label(Drums::tag("00000022")));
    CHECK(again["tag"] == Drums::tag("00000022"));
    CHECK(again["movements"][1]["tag"] == Drums::tag("00000021"));
}

TEST_CASE("waste stored for more than a year is told, and pouring does not make it young") {
    const auto long_ago = to_iso(trade().house.now() - std::chrono::hours{24 * 370});
    const json old{
        {"code", fresh_code()}, {"waste_code", "900-249-08"}, {"net_kg", 10}, {"at", long_ago}};
    const std::string drum = trade().enter("producer", "/v1/containers", old)["id"];
    const auto into = trade().drum(fresh_code(), 0, "producer", "900-249-08");
    const auto poured = trade().poured("producer", into, {{drum, 10}});
    CHECK(poured["overdue"] == true);
    CHECK(poured["stored_since"] == long_ago);
    CHECK(poured["warnings"][0]["code"] == "STORAGE_OVERDUE");
    std::set<std::string> overdue;
    const auto book = trade().read("producer", "/v1/ledger/stock?overdue=1");
    for (const auto& row : book["items"]) overdue.insert(row["container"]["id"]);
    CHECK(overdue == std::set<std::string>{into});
}

TEST_CASE("waste poured back and forth is traced once round") {
    const auto a = trade().drum(fresh_code(), 10);
    const auto b = trade().drum(fresh_code(), 0);
    for (int i = 0; i < 3; ++i) {
        trade().poured("producer", b, {{a, 10}});
        trade().poured("producer", a, {{b, 10}});
    }
    const auto found = trade().read("producer", "/v1/containers/" + a + "/trace");
    CHECK(found["containers"].size() == 2);
    CHECK(found["containers"][0]["back"] == 0);
    CHECK(found["containers"][1]["forward"] == 1);
    CHECK(found["regroupings"].size() == 6);
    CHECK(found["cut"] == false);
}

TEST_CASE("another firm finds nothing of a drum that never was in its book") {
    const auto drum = trade().drum(fresh_code());
    for (const char* path : {"", "/trace"}) {
        INFO(path);
        const auto address = "/v1/containers/" + drum + path;
        CHECK(trade().as("other").get(address).status == 404);
        CHECK(trade().as("receiver").get(address).status == 404);
        CHECK(trade().as("regulator").get(address).status == 200);
    }
    const auto book = "/v1/ledger/stock?party=" + trade().party["producer"];
    CHECK(trade().read("other", book)["items"].empty());
    CHECK(trade().read("other", book)["net_g"] == 0);
    CHECK(trade().as("operator").get("/v1/ledger/balance").json()["code"] == "MISSING");
}

TEST_CASE("entries of the ledger are never changed, and stock is made by them alone") {
    const auto drum = trade().drum(fresh_code());
    const auto as_http = [](const std::string& statement) {
        return trade().database.sql_as("liuhen_http", statement);
    };
    for (const char* table :
         {"container_movements", "container_regroupings", "container_stock", "container_scans"}) {
        const std::string name = table;
        CHECK_THROWS_WITH(as_http("DELETE FROM " + name), Catch::Contains("permission denied"));
    }
    CHECK_THROWS_WITH(as_http("UPDATE container_movements SET grams = 0"),
                      Catch::Contains("permission denied"));
    CHECK_THROWS_WITH(as_http("UPDATE container_stock SET grams = 0"),
                      Catch::Contains("permission denied"));
    CHECK(trade().count("SELECT count(*)::int FROM container_stock s WHERE grams <> (SELECT"
                        " coalesce(sum(grams) FILTER (WHERE to_party = s.party_id), 0)"
                        " - coalesce(sum(grams) FILTER (WHERE from_party = s.party_id), 0)"
                        " FROM container_movements v WHERE v.container_id = s.container_id"
                        " AND from_party IS DISTINCT FROM to_party)") == 0);
}

TEST_CASE("the operator says which forms of codes are known") {
    Drums own;
    const auto put = [&own](const json& patterns) {
        return own.as("operator")
            .send("PUT", "/v1/tag-patterns", json{{"patterns", patterns}}.dump());
    };
    CHECK(own.read("driver", "/v1/tag-patterns")["patterns"] == json{"uscc18+code8+date8+serial8"});
    CHECK(put({"uscc17"}).json()["code"] == "BAD_PATTERN");
    CHECK(put({"serial8", "serial8"}).json()["errors"][0]["pointer"] == "/patterns/1");
    CHECK(put({"text2+code8+serial3", "serial8"}).status == 200);
    const auto tagged = [](const std::string& code, const std::string& tag) {
        return json{{"code", code}, {"tag", tag}, {"waste_code", "336-054-17"}};
    };
    CHECK(
        own.enter("producer", "/v1/containers", tagged("A", "ZJ33605417001"))["warnings"].empty());
    CHECK(own.enter("producer", "/v1/containers", tagged("B", Drums::tag("00000001")))["warnings"]
              .size() == 1);
    CHECK(own.denied("producer", "/v1/containers", tagged("C", "ZJ90024908001"), 422) ==
          "LABEL_MISMATCH");
}

TEST_CASE("lists of scans and sources end where the page of limits says") {
    Drums own;
    own.drum("D1");
    own.assigned({"D1"});
    json scans{{"scans", json::array()}};
    for (int i = 0; i < 501; ++i)
        scans["scans"].push_back({{"tag", "D" + std::to_string(i)}, {"purpose", "LOAD"}});
    CHECK(own.denied("producer", own.scans(), scans, 422) == "TOO_MANY");
    scans["scans"].erase(500);
    CHECK(own.enter("producer", own.scans(), scans)["items"].size() == 500);
    const auto into = own.drum("T1", 0);
    json pour{{"kind", "REGROUPED_FROM"}, {"sources", json::array()}};
    for (int i = 0; i < 201; ++i) pour["sources"].push_back({{"container", into}, {"amount_g", 1}});
    CHECK(own.as("producer").post(movements(into), pour).json()["errors"][0]["code"] == "TOO_MANY");
}

TEST_CASE("a trace longer than its limit is cut, and says so") {
    std::vector<std::string> chain{trade().drum(fresh_code(), 1)};
    for (int i = 0; i < 33; ++i) {
        chain.push_back(trade().drum(fresh_code(), 0));
        trade().poured("producer", chain.back(), {{chain[chain.size() - 2], 1}});
    }
    const auto trace = [](const std::string& id) {
        return trade().read("producer", "/v1/containers/" + id + "/trace");
    };
    CHECK(trace(chain[0])["containers"].size() == 33);
    CHECK(trace(chain[0])["cut"] == true);
    CHECK(trace(chain[1])["containers"].size() == 34);
    CHECK(trace(chain[1])["cut"] == false);
}

// ---- Scans ----

TEST_CASE("a scan handed in twice, or by two phones within a second, is one") {
    Drums own;
    own.drum("D1");
    own.assigned({"D1"});
    const auto at = to_iso(own.house.now());
    json one{{"scans", {{{"tag", "D1"}, {"purpose", "LOAD"}, {"at", at}, {"device", "phone 1"}}}}};
    const auto first = own.enter("driver", own.scans(), one)["items"][0];
    CHECK(first["repeated"] == false);
    CHECK(first["recorded_at"].get<std::string>() >= at);
    auto again = own.enter("driver", own.scans(), one)["items"][0];
    CHECK(again["repeated"] == true);
    again["repeated"] = false;
    CHECK(again == first);
    one["scans"][0]["device"] = "phone 2";
    const auto told = own.enter("producer", own.scans(), one);
    CHECK(told["items"][0]["container"] == "D1");
    CHECK(Drums::differences(told, "LOAD").empty());
    CHECK(own.read("receiver", own.scans())["items"].size() == 2);
}

TEST_CASE("scans from the future, of the wrong firm or before a carrier came are refused whole") {
    Drums own;
    own.file(own.filing_of({"D1"}));
    const json load{{"scans", {{{"tag", "D1"}, {"purpose", "LOAD"}}}}};
    CHECK(own.denied("producer", own.scans(), load, 409) == "ILLEGAL_STATE");
    own.step("carrier", "carrier_accept", own.acceptance());
    CHECK(own.denied("receiver", own.scans(), load, 403) == "SCAN_ROLE");
    CHECK(own.as("receiver2").post(own.scans(), load).status == 404);
    json mixed = load;
    mixed["scans"].push_back({{"tag", "D1"}, {"purpose", "ARRIVE"}});
    const auto reply = own.as("producer").post(own.scans(), mixed);
    CHECK(reply.status == 403);
    CHECK(reply.json()["errors"][0]["pointer"] == "/scans/1/purpose");
    const auto at = [&](int minutes) {
        json one = load;
        one["scans"][0]["at"] = to_iso(own.house.now() + std::chrono::minutes{minutes});
        return one;
    };
    CHECK(own.denied("producer", own.scans(), at(6), 422) == "TIME_IN_FUTURE");
    CHECK(own.denied("producer", own.scans(), at(-60), 422) == "TIME_ORDER");
    CHECK(own.denied("producer", own.scans(), {{"scans", json::array()}}, 422) == "TOO_SHORT");
    json far = load;
    far["scans"][0].update({{"purpose", "HANDOVER"}, {"leg_no", 3}});
    CHECK(own.denied("driver", own.scans(), far, 422) == "NO_NEXT_LEG");
    CHECK(own.read("producer", own.scans())["items"].empty());
}

TEST_CASE("a drum's label must be its line's, and it travels on one manifest at a time") {
    Drums own;
    own.drum("OIL", 100, "producer", "900-249-08");
    own.assigned({"OIL"});
    own.scan("producer", "LOAD", {"OIL"});
    own.lock_says(own.house.now() - std::chrono::minutes{2}, 0);
    own.fix(own.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
    const json signing{{"gross_kg", 12100}, {"tare_kg", 12000}};
    CHECK(own.refused("producer", "load_sign", signing) == std::set<std::string>{"LABEL_MISMATCH"});

    own.step("producer", "void", because("entered by mistake"));
    own.drum("D1", 100);
    own.assigned({"D1"});
    own.scan("producer", "LOAD", {"D1"});
    own.step("producer", "load_sign", signing);
    own.step("driver", "load_sign");
    auto second = own.filing_of({"D1"});
    own.file(second);
    auto acceptance = own.vehicle_body(own.spare);
    own.step("carrier", "carrier_accept", acceptance);
    own.scan("producer", "LOAD", {"D1"});
    auto elsewhere = signing;
    elsewhere["manual_reason"] = "the second truck has no terminal";
    elsewhere["seal_nos"] = {"SEAL-1"};
    CHECK(own.refused("producer", "load_sign", elsewhere)
              .contains("CONTAINER_IN_OTHER_OPEN_MANIFEST"));
}

}  // namespace
