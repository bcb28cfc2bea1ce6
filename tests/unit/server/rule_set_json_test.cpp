#include "server/json/rule_set_json.hpp"

#include "server/json/rule_rows.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

using namespace liuhen;
using namespace liuhen::server;
using geofence::RuleSet;
using nlohmann::json;

namespace {

std::string text_of(const std::string& file) {
    std::ifstream in(std::string(LIUHEN_SOURCE_DIR) + "/" + file);
    std::ostringstream text;
    text << in.rdbuf();
    REQUIRE(in);
    return text.str();
}

/// "CODE /pointer" of each fault that a change of the standard set brings.
std::vector<std::string> faults_after(const std::string& pointer, const json& value) {
    json document = json::parse(to_json(RuleSet::standard()).dump());
    document[json::json_pointer(pointer)] = value;
    Faults faults;
    CHECK_FALSE(read_rule_set(document, "", faults));
    std::vector<std::string> said;
    for (const Fault& one : faults) said.push_back(one.code + " " + one.pointer);
    return said;
}
using Said = std::vector<std::string>;

}  // namespace

TEST_CASE("a rule set comes back from its JSON as it was, every number of it") {
    RuleSet rules = RuleSet::standard();
    const json standard = json::parse(to_json(rules).dump());
    // Every number moves by a little that is still sane.
    json changed = standard;
    changed["version"] = "other";
    for (auto& one : changed["thresholds"]) {
        if (one.is_number_integer()) one = one.get<int>() + 1;
        if (one.is_number_float()) one = one.get<double>() * 1.03125;
    }
    for (auto& one : changed["fusion"]["pairings"]) one = one.get<double>() + 0.25;
    for (auto& one : changed["fusion"]["signs"]) {
        one["weight"] = one["weight"].get<double>() + 0.5;
        one["fades"] = one["fades"].get<int>() + 7;
    }
    Faults faults;
    const auto read = read_rule_set(changed, "", faults);
    for (const Fault& one : faults) UNSCOPED_INFO(one.code << " " << one.pointer);
    REQUIRE(read);
    CHECK(json::parse(to_json(*read).dump()) == changed);
    CHECK(changed != standard);
}

TEST_CASE("what a rule set does not name keeps its standard value") {
    Faults faults;
    const auto read =
        read_rule_set({{"version", "a"}, {"thresholds", {{"silent", 700}}}}, "", faults);
    REQUIRE(read);
    CHECK(read->silent == std::chrono::seconds{700});
    RuleSet expected = RuleSet::standard();
    expected.version = "a";
    expected.silent = std::chrono::seconds{700};
    CHECK(to_json(*read) == to_json(expected));
}

TEST_CASE("a set that was stored with a sign of old is still read, without it") {
    json old = json::parse(to_json(RuleSet::standard()).dump());
    old["version"] = "2026-5-ours";
    old["thresholds"]["silent"] = 700;
    old["fusion"]["signs"]["met_truck"] = {
        {"weight", 1.5}, {"none", 120}, {"full", 400}, {"fades", 900}};
    Faults faults;
    const auto read = read_rule_set(old, "", faults);
    REQUIRE(read);
    CHECK(read->silent == std::chrono::seconds{700});
    CHECK(to_json(*read)["fusion"] == to_json(RuleSet::standard())["fusion"]);
    CHECK(faults_after("/fusion/signs/met_truck", {{"wait", 1}}) ==
          Said{"UNKNOWN_FIELD /fusion/signs/met_truck/wait"});
}

TEST_CASE("every threshold of the watch has a row, and every row a threshold") {
    const std::string header = text_of("geofence/rules.hpp");
    const std::regex field(R"(\n    [A-Za-z_:]+ ([a-z_0-9]+)(?: = [^;]*|\{[^;]*\});)");
    std::set<std::string> fields, rows;
    for (std::sregex_iterator one(header.begin(), header.end(), field), end; one != end; ++one) {
        fields.insert((*one)[1]);
    }
    fields.erase("version");
    fields.erase("fusion");
    for (const ThresholdRow& row : threshold_rows()) rows.insert(std::string(row.name));
    INFO("a new field of RuleSet needs a row in server/json/rule_rows.cpp");
    CHECK(fields == rows);
    CHECK(rows.size() > 25);
}

TEST_CASE("unknown names in a rule set are refused at their place") {
    CHECK(faults_after("/thresholds/stop_radus", 50) ==
          Said{"UNKNOWN_FIELD /thresholds/stop_radus"});
    CHECK(faults_after("/fusion/signs/nihgt", {{"weight", 1}}) ==
          Said{"UNKNOWN_FIELD /fusion/signs/nihgt"});
    CHECK(faults_after("/fusion/signs/night/wieght", 1) ==
          Said{"UNKNOWN_FIELD /fusion/signs/night/wieght"});
    CHECK(faults_after("/fusion/pairings/stop_moon", 1) ==
          Said{"UNKNOWN_FIELD /fusion/pairings/stop_moon"});
    CHECK(faults_after("/limits", json::object()) == Said{"UNKNOWN_FIELD /limits"});
}

TEST_CASE("absurd numbers in a rule set are refused at their place") {
    CHECK(faults_after("/thresholds/stop_radius", 0) ==
          Said{"OUT_OF_RANGE /thresholds/stop_radius"});
    CHECK(faults_after("/thresholds/stop_radius", "50") ==
          Said{"WRONG_TYPE /thresholds/stop_radius"});
    CHECK(faults_after("/thresholds/silent", 1e12) == Said{"WRONG_TYPE /thresholds/silent"});
    CHECK(faults_after("/thresholds/silent", 10'000'000) ==
          Said{"OUT_OF_RANGE /thresholds/silent"});
    CHECK(faults_after("/thresholds/silent", 3600) ==
          Said{"OUT_OF_RANGE /thresholds/silent_serious"});
    CHECK(faults_after("/thresholds/off_ceiling", 1) ==
          Said{"OUT_OF_RANGE /thresholds/off_ceiling"});
    CHECK(faults_after("/fusion/signs/stopped/weight", -1) ==
          Said{"OUT_OF_RANGE /fusion/signs/stopped/weight"});
    CHECK(faults_after("/fusion/signs/stopped/full", 20) ==
          Said{"OUT_OF_RANGE /fusion/signs/stopped/full"});
    CHECK(faults_after("/fusion/suspected", -1) == Said{"OUT_OF_RANGE /fusion/suspected"});
    CHECK(faults_after("/fusion/signs", json::array()) == Said{"WRONG_TYPE /fusion/signs"});
    CHECK(faults_after("/version", "a b") == Said{"UNKNOWN_VALUE /version"});
    Faults faults;
    CHECK_FALSE(read_rule_set(json::array(), "/rules", faults));
    CHECK(faults.front().pointer == "/rules");
}

TEST_CASE("the table of signs in docs/detection.md is that of the standard rule set") {
    const std::string page = text_of("docs/detection.md");
    const auto fusion = to_json(RuleSet::standard())["fusion"];
    for (const auto& [sign, rule] : fusion["signs"].items()) {
        std::ostringstream row;
        row << "| `" << sign << "` | " << rule["weight"].get<double>() << " | "
            << rule["none"].get<double>() << " | " << rule["full"].get<double>() << " | "
            << rule["fades"] << " |";
        INFO(row.str());
        CHECK(page.find(row.str()) != std::string::npos);
    }
    for (const auto& [pairing, weight] : fusion["pairings"].items()) {
        std::ostringstream row;
        row << "| `" << pairing << "` | " << weight.get<double>() << " |";
        INFO(row.str());
        CHECK(page.find(row.str()) != std::string::npos);
    }
}
