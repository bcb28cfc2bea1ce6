// A truck of the story on line, and the orders that its terminal is given over HTTP.
#pragma once

#include "tests/support/story.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace liuhen::test {

using nlohmann::json;

inline Fix fix_at(Instant at, LatLon where) {
    return {.at = at,
            .where = where,
            .speed = from_kmh(30),
            .heading = {90},
            .satellites = 10,
            .odometer = {}};
}

inline Instant whole_second(Instant at) { return std::chrono::ceil<std::chrono::seconds>(at); }

/// A truck of the story with a terminal of some model, on line.
struct Rig {
    Rig(const World& world, const simulators::TruckPlan& plan)
        : truck{plan.terminal, plan.plate, world.server.jt808(), plan.edition,
                *simulators::find_model(plan.model)} {
        truck.connect();
        now = whole_second(world.server.now());
    }
    /// One report, acknowledged.
    void report(const simulators::Condition& condition = {}) {
        now += std::chrono::seconds{10};
        truck.terminal().record(fix_at(now, place(0, 0)), condition);
        CHECK(truck.is_settled_within(now + std::chrono::hours{1}, std::chrono::seconds{5}));
    }
    WiredTruck truck;
    Instant now;
};

inline std::string give(const World& world, const std::string& terminal, json order) {
    const json made = await(world.api("operator")
                                .post("/v1/terminals/" + terminal + "/orders", std::move(order),
                                      simulators::fresh_key()));
    return made.at("id").get<std::string>();
}

inline json order_of(const World& world, const std::string& id) {
    return await(world.api("operator").get("/v1/orders/" + id));
}

inline bool is_over(const std::string& state) {
    static const std::set<std::string> open{"queued", "said", "acknowledged"};
    return open.count(state) == 0;
}

/// The state in which the order ended, the truck listening all the while.
inline std::string end_of(const World& world, Rig& rig, const std::string& id,
                          std::chrono::seconds patience = std::chrono::seconds{15}) {
    const auto until = std::chrono::steady_clock::now() + patience;
    std::string state;
    while (std::chrono::steady_clock::now() < until) {
        rig.truck.pump(rig.now, std::chrono::milliseconds{50});
        state = order_of(world, id).at("state").get<std::string>();
        if (is_over(state)) break;
    }
    return state;
}

inline simulators::Scenario fleet_of_all_models() {
    const auto models = simulators::models();
    auto scenario = story(static_cast<int>(models.size()));
    for (std::size_t i = 0; i < models.size(); ++i) {
        scenario.trucks[i].model = models[i].name;
        scenario.trucks[i].lock.clear();
    }
    return scenario;
}

}  // namespace liuhen::test
