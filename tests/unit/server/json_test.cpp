#include "server/json/event_json.hpp"
#include "server/json/fields.hpp"
#include "server/json/geojson.hpp"
#include "server/json/manifest_json.hpp"
#include "server/json/parse.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using nlohmann::json;

manifest::Manifest full_manifest() {
    using namespace manifest;
    const Instant t = *parse_iso("2026-03-01T14:00:00.250Z");
    Manifest m;
    m.id = {"m1"};
    m.no = "33112026000001";
    m.state = State::in_transit;
    m.version = 6;
    m.producer = {{"p"}, "91", "Qingtan", "331102", "road 1", "Li", "1",
                  "",    "",   "119",     "E-1",    "U-1",    "F-1"};
    m.receiver = {{"r"}, "92", "Longshan", "", "", "", "", "L-1", "", "", "", "", ""};
    m.consignor = {"p"};
    m.origin = {"s1"};
    m.destination = {"s2"};
    m.contract_no = "C-7";
    m.planned_depart_at = t;
    m.planned_arrive_at = t + std::chrono::hours{2};
    WasteLine line;
    line.line_no = 1;
    line.waste_name = "电镀废液";
    line.code = "336-054-17";
    line.hazards = {"T", "C"};
    line.form = Form::liquid;
    line.package = Package::ibc;
    line.purpose = Purpose::dispose;
    line.container_count = 8;
    line.planned_g = Grams{8'000'000};
    line.sent_g = Grams{7'999'999};
    line.allocated = true;
    m.lines = {line};
    Leg leg;
    leg.leg_no = 1;
    leg.carrier = {{"c"}, "93", "Fuchun", "", "", "", "", "", "T-1", "", "", "", ""};
    leg.vehicle = {"v"};
    leg.plate = "浙K12345";
    leg.plate_colour = 2;
    leg.driver = {"Wang", "wang", "D1", "2027-01-01", "3301**********001X"};
    leg.locks = {{"7100001"}, {"7100002"}};
    leg.route = {"r1"};
    leg.seal_nos = {"S1"};
    leg.loaded_at = t;
    m.legs = {leg};
    m.signatures = {{"submit", Role::producer, {"p"}, "Li", t, 2}};
    m.weigh_out =
        Weighing{{20'000'000}, {12'000'000},           t,     "W1", "Li", "typed", {20'000},
                 "浙K12345",   WeighingSource::manual, {"ab"}};
    m.submitted_at = t;
    m.overlays.difference = Mark{t, "0.4 %"};
    m.overlays.sync = Sync::pending;
    return m;
}

TEST_CASE("a manifest read back from its document is the same manifest") {
    const auto m = full_manifest();
    CHECK(manifest_from_json(json::parse(to_json(m).dump())) == m);
    const manifest::Manifest empty;
    CHECK(manifest_from_json(to_json(empty)) == empty);
}

TEST_CASE("documents that are deep, repeated or broken are refused by name") {
    const auto code = [](const std::string& text) {
        const auto read = parse_json(text);
        return read ? std::string{"read"} : read.error().code;
    };
    CHECK(code(std::string(32, '[') + std::string(32, ']')) == "read");
    CHECK(code(std::string(33, '[') + std::string(33, ']')) == "TOO_DEEP");
    CHECK(code("\"" + std::string(99, '[') + "\"") == "read");
    CHECK(code(R"({"a":{"b":1},"b":1})") == "read");
    CHECK(code(R"({"a":{"b":1,"b":2}})") == "DUPLICATE_KEY");
    CHECK(code("[" + std::string(60'000, ',') + "]") == "TOO_MANY_VALUES");
    CHECK(code("{\"a\":\"\xff\"}") == "NOT_JSON");
    CHECK(code(R"("\ud800")") == "NOT_JSON");
    CHECK(code(R"("\u0000")") == "NOT_JSON");
    CHECK(code("1e999") == "NOT_JSON");
    CHECK(code("") == "NOT_JSON");
}

TEST_CASE("where a document breaks is said in our own words") {
    const auto said = [](const std::string& text) { return parse_json(text).error().detail; };
    CHECK(said(R"({"a":1,})") == "no JSON (RFC 8259) at byte 7");
    CHECK(said("{\"a\":\"\xff\"}") == "no JSON (RFC 8259) at byte 6");
    CHECK(said(R"({"a":tru})") == "no JSON (RFC 8259) at byte 8");
    CHECK(said(R"({"a":1)") == "the text ends before its JSON does, at byte 6");
    CHECK(said("") == "the text ends before its JSON does, at byte 0");
    CHECK(said("[1,1e999]") == "a number that is too large, at byte 7");
}

namespace {

/// The grams of a form's `gross`, or the code of its first fault.
std::string weigh(const json& form) {
    Faults faults;
    Fields fields{form, "", faults};
    const auto grams = fields.weight("gross");
    fields.finish();
    return faults.empty() ? std::to_string(grams.value_or(Grams{-1}).value) : faults.front().code;
}

}  // namespace

TEST_CASE("a weight in any form ends at fifty thousand tonnes") {
    CHECK(weigh({{"gross_g", 50'000'000'000}}) == "50000000000");
    CHECK(weigh({{"gross_g", 50'000'000'001}}) == "OUT_OF_RANGE");
    CHECK(weigh({{"gross_kg", 50'000'000}}) == "50000000000");
    CHECK(weigh({{"gross_kg", 50'000'000.001}}) == "OUT_OF_RANGE");
}

TEST_CASE("weights are grams or kilograms with three decimals, never both") {
    CHECK(weigh({{"gross_g", 20'000'000}}) == "20000000");
    CHECK(weigh({{"gross_kg", 120.77}}) == "120770");
    CHECK(weigh({{"gross_kg", 0.001}}) == "1");
    CHECK(weigh({{"gross_kg", 1e-300}}) == "OUT_OF_RANGE");
    CHECK(weigh({{"gross_kg", 0.0001}}) == "OUT_OF_RANGE");
    CHECK(weigh({{"gross_kg", 1}, {"gross_g", 1000}}) == "EXCLUSIVE");
    CHECK(weigh({{"gross_g", 1.5}}) == "WRONG_TYPE");
    CHECK(weigh({{"gross_g", -1}}) == "OUT_OF_RANGE");
    CHECK(weigh({{"gross_g", 18446744073709551615ULL}}) == "OUT_OF_RANGE");
    CHECK(weigh(json::object()) == "-1");
}

TEST_CASE("a form's unknown fields are named with escaped pointers") {
    Faults faults;
    const json form{{"a/b", 1}, {"c~d", 2}, {"known", "x"}};
    Fields fields{form, "/lines/0", faults};
    CHECK(fields.text("known", {1, 5}) == "x");
    fields.finish();
    REQUIRE(faults.size() == 2);
    CHECK(faults[0].pointer == "/lines/0/a~1b");
    CHECK(faults[1].pointer == "/lines/0/c~0d");
}

TEST_CASE("each code of a list that is unknown is named by its own place") {
    using Places = std::vector<std::string>;
    const auto faults_of_kinds = [](const json& kinds) {
        const auto read = read_event(manifest::Event::accept_with_difference,
                                     {{"lines", {{{"line_no", 1}, {"kinds", kinds}}}}});
        Places found;
        if (!read) {
            for (const auto& one : read.error()) found.push_back(one.code + ' ' + one.pointer);
        }
        return found;
    };
    CHECK(faults_of_kinds({"QUANTITY", "PACKAGE"}).empty());
    CHECK(faults_of_kinds({"QUANTITY", "SMELL"}) == Places{"UNKNOWN_VALUE /lines/0/kinds/1"});
    CHECK(faults_of_kinds({"", "SMELL", 7, "QUANTITY"}) == Places{"TOO_SHORT /lines/0/kinds/0",
                                                                  "UNKNOWN_VALUE /lines/0/kinds/1",
                                                                  "WRONG_TYPE /lines/0/kinds/2"});
}

TEST_CASE("a fault's value is cut to 64 characters, not bytes") {
    std::string long_text;
    for (int i = 0; i < 100; ++i) long_text += "废";
    CHECK(cut_value(long_text).size() == 64 * 3);
    CHECK(cut_value("a\xff z") == "a? z");
}

TEST_CASE("each event's form reads into its own body") {
    using manifest::Event;
    const auto accepted =
        read_event(Event::carrier_accept, {{"vehicle", "01890000-0000-7000-8000-000000000001"},
                                           {"driver", {{"name", "Wang Jun"}, {"user", "wang"}}},
                                           {"locks", {"7100001"}},
                                           {"at", "2026-03-01T22:00:00+08:00"}});
    REQUIRE(accepted.has_value());
    CHECK(accepted->at == parse_iso("2026-03-01T14:00:00Z"));
    const auto& acceptance = std::get<manifest::Acceptance>(accepted->body);
    CHECK(acceptance.driver.user == "wang");
    CHECK(acceptance.locks.front().text == "7100001");
    const auto named = read_event(Event::carrier_accept, {{"driver", "Wang Jun"}});
    REQUIRE(named.has_value());  // a train has no vehicle; of a truck a guard asks for one
    CHECK(std::get<manifest::Acceptance>(named->body).vehicle.empty());
    CHECK(std::get<manifest::Acceptance>(named->body).driver.name == "Wang Jun");
    CHECK(!read_event(Event::submit, {{"no", "1"}}).has_value());
    CHECK(!read_event(Event::hold, {{"anything", 1}}).has_value());
}

TEST_CASE("an alert is told as a CloudEvent with the fields of the contract") {
    store::AlertRow row;
    row.alert = "t1.ROUTE_DEVIATION.1";
    row.revision = 2;
    row.what = "amended";
    row.manifest_nos = {"33112026000001", "33112026000002"};
    row.kind = "ROUTE_DEVIATION";
    row.tier = 'B';
    row.grade = 3;
    row.until = parse_iso("2026-03-01T14:10:00Z");
    row.evidence = R"({"terms":[]})";
    const auto event = json::parse(event_json(row));
    CHECK(event["id"] == "t1.ROUTE_DEVIATION.1.2");
    CHECK(event["type"] == "liuhen.alert.amended.v1");
    CHECK(event["datacontenttype"] == "application/json");
    for (const char* name : {"alert", "revision", "kind", "tier", "grade", "manifest_no", "plate",
                             "since", "until", "detected_at", "late", "rule_set", "evidence"}) {
        INFO(name);
        CHECK(event["data"].contains(name));
    }
    CHECK(event["data"]["manifest_no"] == "33112026000001");
    CHECK(event["data"]["evidence"]["terms"].empty());
}

TEST_CASE("shapes are judged by the watch's own rules") {
    const auto shape = [](const json& form) {
        Faults faults;
        Fields fields{form, "", faults};
        read_site_shape(fields);
        return faults.empty() ? std::string{"good"} : faults.front().pointer;
    };
    const auto point = [](double lon, double lat) {
        return json{{"type", "Point"}, {"coordinates", {lon, lat}}};
    };
    CHECK(shape({{"geometry", point(119.6, 28.1)}, {"radius_m", 100}}) == "good");
    CHECK(shape({{"geometry", point(119.6, 28.1)}}) == "/radius_m");
    CHECK(shape({{"geometry", point(119.6, 98.1)}, {"radius_m", 100}}) == "/geometry/coordinates");
    CHECK(shape({{"geometry", {{"type", "Circle"}, {"coordinates", {1, 2}}}}}) == "/geometry/type");
    CHECK(shape(json::object()) == "/geometry");
    CHECK(shape({{"geometry", {{"type", "Polygon"}, {"coordinates", "x"}}}}) ==
          "/geometry/coordinates");
}

}  // namespace
