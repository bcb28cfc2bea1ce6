#include "simulators/scenario.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

using namespace liuhen;
using namespace liuhen::simulators;
using nlohmann::json;

namespace {

const std::string demo_file = LIUHEN_SOURCE_DIR "/simulators/demo/night.json";

json demo() {
    std::ifstream in{demo_file};
    return json::parse(in);
}

ScenarioFault fault_of(const json& scenario) {
    const auto parsed = parse_scenario(scenario.dump());
    REQUIRE_FALSE(parsed);
    return parsed.error();
}

/// Pointer to what a truck of the scenario has to do.
std::string work_of(int truck) { return "/trucks/" + std::to_string(truck) + "/work"; }

}  // namespace

TEST_CASE("the demo has twelve trucks of which one dumps and one stops where it may not") {
    const auto scenario = load_scenario(demo_file);
    REQUIRE(scenario);
    CHECK(scenario->trucks.size() == 12);
    CHECK(to_iso(scenario->starts_at) == "2026-03-01T14:00:00Z");
    std::size_t honest = 0;
    std::size_t blind = 0;
    for (const auto& truck : scenario->trucks) {
        if (truck.expects.empty()) ++honest;
        blind += truck.blind.size();
        if (truck.expects.empty()) CHECK(truck.detours.empty());
    }
    CHECK(honest == 10);
    CHECK(blind == 1);
    CHECK(scenario->trucks[0].detours.at(0).lock == LockState::open);
}

TEST_CASE("the demo's drivers begin and end inside their sites") {
    const auto scenario = load_scenario(demo_file);
    REQUIRE(scenario);
    for (const auto& truck : scenario->trucks) {
        const auto& line = find_route(*scenario, truck.route)->line;
        const auto* origin = find_site(*scenario, truck.origin);
        const auto* destination = find_site(*scenario, truck.destination);
        CHECK(distance(line.front(), middle_of(*origin)) < origin->radius);
        CHECK(distance(line.back(), middle_of(*destination)) < destination->radius);
    }
}

TEST_CASE("everything in the demo says that it is invented") {
    const json scenario = demo();
    CHECK(scenario["title"].get<std::string>().find("invented") != std::string::npos);
    for (const auto* list : {"parties", "sites", "routes"}) {
        for (const auto& one : scenario[list]) {
            CHECK(one["name"].get<std::string>().find("demo, invented") != std::string::npos);
        }
    }
}

TEST_CASE("a fault in a scenario is told with its place") {
    json scenario = demo();
    SECTION("a misspelt field") {
        scenario["trucks"][3]["work"]["cruse_kmh"] = 50;
        CHECK(fault_of(scenario).pointer == work_of(3) + "/cruse_kmh");
    }
    SECTION("a missing field") {
        scenario["sites"][1].erase("kind");
        CHECK(fault_of(scenario).pointer == "/sites/1/kind");
        CHECK(fault_of(scenario).text == "is missing");
    }
    SECTION("a number out of its range") {
        scenario["network"]["loss"] = 1.5;
        CHECK(fault_of(scenario).pointer == "/network/loss");
    }
    SECTION("a wrong type") {
        scenario["seed"] = "one";
        CHECK(fault_of(scenario).pointer == "/seed");
    }
    SECTION("a key that names nothing") {
        scenario["trucks"][0]["work"]["route"] = "nowhere";
        CHECK(fault_of(scenario).pointer == work_of(0) + "/route");
    }
    SECTION("a place off the earth") {
        scenario["routes"][0]["line"][2] = {119.6, 281.0};
        CHECK(fault_of(scenario).pointer == "/routes/0/line/2");
    }
    SECTION("a terminal used twice") {
        scenario["trucks"][1]["terminal"] = scenario["trucks"][0]["terminal"];
        CHECK(fault_of(scenario).pointer == "/trucks/1/terminal");
    }
    SECTION("a stop behind the road's end") {
        scenario["trucks"][1]["work"]["deeds"][0]["at_km"] = 500;
        CHECK(fault_of(scenario).pointer == work_of(1) + "/deeds/0/at_km");
    }
    SECTION("an alert kind that does not exist") {
        scenario["trucks"][0]["expects"] = {"SPEEDING"};
        CHECK(fault_of(scenario).pointer == "/trucks/0/expects/0");
    }
    SECTION("a model that no terminal is") {
        scenario["trucks"][0]["model"] = "lock-unheard-of";
        CHECK(fault_of(scenario).pointer == "/trucks/0/model");
    }
    SECTION("both shapes for one site") {
        scenario["sites"][0]["area"] = json::array({{119.5, 28.0}, {119.6, 28.0}, {119.6, 28.1}});
        CHECK(fault_of(scenario).pointer == "/sites/0/centre");
    }
}

TEST_CASE("what is no JSON is told as such") {
    const auto parsed = parse_scenario("{\"title\": ");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().text.find("is no JSON") == 0);
    CHECK_FALSE(load_scenario("/nonexistent/scenario.json"));
}
