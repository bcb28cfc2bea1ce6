// Orders beyond text and place: every model takes them, areas and routes stand in the terminal, and
// a manifest's route is pushed to its truck and taken back when the manifest is over.
#include "tests/support/rig.hpp"
#include "tests/support/yard.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using simulators::LockState;
using telematics::jtt808::Doors;

namespace {

const json circle{{"kind", "set_circles"},
                  {"circles", json::array({{{"area", 7},
                                            {"name", "yard"},
                                            {"centre", {119.6, 28.1}},
                                            {"radius_m", 200},
                                            {"tell_platform_on_entry", true}}})}};
const json rectangle{{"kind", "set_rectangles"},
                     {"rectangles", json::array({{{"area", 8},
                                                  {"name", "plant"},
                                                  {"upper_left", {119.6, 28.1}},
                                                  {"lower_right", {119.61, 28.09}}}})}};
const json polygon{{"kind", "set_polygon"},
                   {"area", 9},
                   {"name", "field"},
                   {"corners", json::array({{119.6, 28.1}, {119.6, 28.101}, {119.601, 28.101}})}};
const json route{{"kind", "set_route"},
                 {"route", 10},
                 {"name", "road"},
                 {"points", json::array({{{"at", {119.6, 28.1}}, {"width_m", 50}},
                                         {{"at", {119.6, 28.2}}, {"width_m", 50}}})}};

json forget(const std::string& shape) {
    return {{"kind", "delete_areas"}, {"shape", shape}, {"all", true}};
}

/// What every terminal takes, whatever its model, and the message it goes out in.
const std::vector<std::pair<std::uint16_t, json>> for_everybody{
    {0x8300, {{"kind", "text"}, {"text", "请停车检查"}}},
    {0x8201, {{"kind", "locate"}}},
    {0x8202, {{"kind", "track"}, {"interval_s", 10}, {"for_s", 3'600}}},
    {0x8203, {{"kind", "confirm_alarm"}, {"serial", 9}, {"alarms", {"sos"}}}},
    {0x8500, {{"kind", "doors"}, {"doors", "lock"}}},
    {0x8606, route},
    {0x8607, forget("routes")}};

}  // namespace

TEST_CASE("a terminal of every model takes orders and answers them") {
    World world{1};
    const auto scenario = fleet_of_all_models();
    const auto fleet = world.enlist(scenario);
    for (const auto& plan : scenario.trucks) {
        INFO(plan.model);
        Rig rig{world, plan};
        rig.report();
        for (const auto& [message, order] : for_everybody) {
            INFO(order.dump());
            CHECK(end_of(world, rig, give(world, fleet.trucks.at(plan.key).terminal, order)) ==
                  "done");
            const auto& obeyed = rig.truck.terminal().obedience().obeyed();
            CHECK((obeyed.contains(message) ? obeyed.at(message) : 0) == 1);
        }
    }
}

TEST_CASE("areas are set and deleted in each edition; in that of 2019 the terminal tells them") {
    World world{1};
    auto scenario = story(3);
    const std::array<std::string, 3> editions{"2011", "2013", "2019"};
    for (std::size_t i = 0; i < 3; ++i) scenario.trucks[i].edition = editions[i];
    const auto fleet = world.enlist(scenario);
    for (const auto& plan : scenario.trucks) {
        INFO(plan.edition);
        Rig rig{world, plan};
        rig.report();
        const auto obey = [&](const json& order) {
            return end_of(world, rig, give(world, fleet.trucks.at(plan.key).terminal, order));
        };
        for (const json& order : {circle, rectangle, polygon, route}) CHECK(obey(order) == "done");
        const auto& fences = rig.truck.terminal().obedience().fences();
        REQUIRE(fences.circles().contains(7));
        CHECK(fences.circles().at(7).shape.radius_m == 200);
        CHECK(fences.rectangles().contains(8));
        REQUIRE(fences.polygons().contains(9));
        CHECK(fences.polygons().at(9).corners.size() == 3);
        REQUIRE(fences.routes().contains(10));
        CHECK(fences.routes().at(10).points.size() == 2);

        const bool tells = plan.edition == "2019";
        const json asked{{"kind", "query_areas"}, {"shape", "circles"}, {"areas", {7}}};
        const auto told = give(world, fleet.trucks.at(plan.key).terminal, asked);
        CHECK(end_of(world, rig, told) == (tells ? "done" : "unsupported"));
        if (tells)
            CHECK(order_of(world, told).at("answer").dump().find("200") != std::string::npos);

        for (const std::string shape : {"circles", "rectangles", "polygons", "routes"})
            CHECK(obey(forget(shape)) == "done");
        CHECK(fences.circles().empty());
        CHECK(fences.rectangles().empty());
        CHECK(fences.polygons().empty());
        CHECK(fences.routes().empty());
    }
}

TEST_CASE("the route of a manifest stands in its truck's terminal until the manifest is over") {
    Yard yard{1};
    yard.stand(yard_of_producer(), LockState::shut);
    const auto& fences = yard.truck.terminal().obedience().fences();
    yard.granted["order"] = give(yard.world, yard.fleet.trucks.at(yard.plan.key).terminal,
                                 {{"kind", "manifest_route"}, {"manifest", yard.manifest.id}});
    CHECK(yard.end_of_order() == "done");
    REQUIRE(fences.routes().size() == 1);
    const auto& points = fences.routes().begin()->second.points;
    REQUIRE(points.size() >= 2);
    const auto micro = [](double degrees) {
        return static_cast<std::uint32_t>(std::llround(degrees * 1e6));
    };
    CHECK(points.front().place.longitude == micro(yard_of_producer().lon));
    CHECK(points.back().place.longitude == micro(yard_of_receiver().lon));

    await(simulators::sign_load(yard.fleet, yard.plan, yard.manifest));
    await(yard.driver().post("/v1/manifests/" + yard.manifest.id + "/depart", json::object(),
                             simulators::fresh_key()));
    yard.stand(on_the_road(), LockState::shut);
    CHECK(fences.routes().size() == 1);
    await(yard.receiver().post("/v1/manifests/" + yard.manifest.id + "/arrive", json::object(),
                               simulators::fresh_key()));
    yard.stand(yard_of_receiver(), LockState::shut);
    await(simulators::receive_load(yard.fleet, yard.plan, yard.manifest));
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (!fences.routes().empty() && std::chrono::steady_clock::now() < until) yard.listen(100ms);
    CHECK(fences.routes().empty());
}

TEST_CASE("doors are opened where the rules allow it, and locked again when the window ends") {
    Yard yard{60};
    yard.stand(yard_of_producer(), LockState::shut);
    const auto& device = yard.truck.terminal().obedience();
    REQUIRE(device.doors() == Doors::locked);
    yard.granted = await(yard.producer().post("/v1/vehicles/" + yard.vehicle() + "/doors",
                                              {{"doors", "open"}}, simulators::fresh_key()));
    CHECK(yard.end_of_order() == "done");
    CHECK(device.doors() == Doors::open);
    const auto until = std::chrono::steady_clock::now() + 40s;
    while (device.doors() == Doors::open && std::chrono::steady_clock::now() < until)
        yard.listen(100ms);
    CHECK(device.doors() == Doors::locked);
    CHECK(yard.link("window_closed").at("why") == "time");
}
