// A truck with a rope lock in the yard of its producer: devices on real lines, papers filed, and
// the calls by which the lock is opened.
#pragma once

#include "tests/support/story.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace liuhen::test {

using nlohmann::json;

inline LatLon yard_of_producer() { return place(0, 0); }
inline LatLon yard_of_receiver() { return place(6'000, 0); }
inline LatLon on_the_road() { return place(3'000, 10); }

/// One truck of a story, with a terminal that is a lock itself when `model` says so.
inline simulators::Scenario story_with(const std::string& model) {
    auto scenario = story(1);
    auto& truck = scenario.trucks.front();
    truck.model = model;
    if (model.starts_with("lock-")) truck.lock = truck.terminal = "2002604323";
    return scenario;
}

/// One truck, one lock, one manifest in CARRIER_ASSIGNED; the lock's static password is on record.
class Yard {
public:
    explicit Yard(double rate, const std::string& model = "standard")
        : world{rate},
          scenario{story_with(model)},
          plan{scenario.trucks.front()},
          fleet{world.enlist(scenario)},
          truck{plan.terminal, plan.plate, world.server.jt808(), plan.edition,
                *simulators::find_model(plan.model)},
          rope{plan.lock, world.server.lock()} {
        auto filing = simulators::file_manifest(fleet, plan, world.server.now());
        manifest = await(std::move(filing));
        truck.connect();
        if (has_rope()) rope.connect();
        const auto kept = keep_password();
        if (kept.status != 204) throw std::runtime_error{"no password kept: " + kept.body};
    }

    /// A report of both devices from a place, heard by the server.
    void stand(LatLon where, simulators::LockState state) {
        const Instant next = std::chrono::ceil<std::chrono::seconds>(now());
        at = std::max<Instant>(at + std::chrono::seconds{1}, next);
        const Fix fix{.at = at,
                      .where = where,
                      .speed = {0},
                      .heading = {90},
                      .satellites = std::uint8_t{10},
                      .odometer = {}};
        stood = where;
        truck.terminal().record(fix, {.lock = state});
        if (has_rope()) rope.lock().record(fix, state);
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (!truck.terminal().settled() || !rope.lock().settled()) {
            if (std::chrono::steady_clock::now() > until) throw std::runtime_error{"not heard"};
            pump(std::chrono::milliseconds{10});
        }
    }
    /// Both devices dial in again and report from where they are.
    void come_back() {
        truck.disconnect();
        rope.disconnect();
        truck.connect();
        if (has_rope()) rope.connect();
        stand(stood, latch().state());
    }
    /// Lets both devices talk and listen for a while.
    void listen(std::chrono::milliseconds time) {
        const auto until = std::chrono::steady_clock::now() + time;
        while (std::chrono::steady_clock::now() < until) pump(std::chrono::milliseconds{10});
    }

    /// POST /v1/locks/{id}/unlock: the rule that grants it, or the code of the refusal.
    std::string unlock(const simulators::Api& by) {
        try {
            granted = await(by.post("/v1/locks/" + lock() + "/unlock", json::object(),
                                    simulators::fresh_key()));
        } catch (const simulators::Refusal& refusal) {
            return code_in(refusal.what());
        }
        return granted.at("rule");
    }
    /// POST /v1/locks/{id}/one-time-password: the password, or the code of the refusal.
    std::string one_time_password(const simulators::Api& by) {
        try {
            granted = await(by.post("/v1/locks/" + lock() + "/one-time-password", json::object(),
                                    simulators::fresh_key()));
        } catch (const simulators::Refusal& refusal) {
            return code_in(refusal.what());
        }
        return granted.at("password");
    }
    /// The state in which the order of the last grant ends, both devices talking all the while.
    std::string end_of_order(std::chrono::seconds patience = std::chrono::seconds{20}) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (is_open(order().at("state")) && std::chrono::steady_clock::now() < until)
            listen(std::chrono::milliseconds{50});
        return order().at("state");
    }
    [[nodiscard]] json order() const {
        return await(
            world.api("operator").get("/v1/orders/" + granted.at("order").get<std::string>()));
    }
    [[nodiscard]] std::vector<json> custody() const {
        return await(fleet.police->get("/v1/manifests/" + manifest.id + "/custody")).at("entries");
    }
    /// The last link of the chain of custody of this kind; null when there is none.
    [[nodiscard]] json link(const std::string& what) const {
        json found;
        for (const json& entry : custody()) {
            if (entry.at("what") == what) found = entry;
        }
        return found;
    }
    [[nodiscard]] Instant now() const { return world.server.now(); }
    [[nodiscard]] const std::string& lock() const { return fleet.trucks.at(plan.key).lock; }
    [[nodiscard]] const std::string& vehicle() const { return fleet.trucks.at(plan.key).vehicle; }
    /// What holds the lock: that of the rope on a line of its own, or of the terminal.
    [[nodiscard]] simulators::Latch& latch() {
        return has_rope() ? rope.lock().latch() : truck.terminal().latch();
    }
    const simulators::Api& producer() const { return fleet.desks.at("p"); }
    const simulators::Api& carrier() const { return fleet.desks.at("c"); }
    const simulators::Api& receiver() const { return fleet.desks.at("r"); }
    const simulators::Api& driver() const { return fleet.drivers.at(plan.key); }

    World world;
    simulators::Scenario scenario;
    const simulators::TruckPlan& plan;
    simulators::Fleet fleet;
    WiredTruck truck;
    WiredLock rope;
    simulators::Consignment manifest;
    json granted;  ///< the last answer that granted something
    Instant at{};  ///< device time of the last report
    LatLon stood{};

private:
    [[nodiscard]] bool has_rope() const { return plan.lock != plan.terminal; }
    static bool is_open(const std::string& state) {
        return state == "queued" || state == "said" || state == "acknowledged";
    }
    void pump(std::chrono::milliseconds time) {
        truck.pump(now() + std::chrono::hours{1}, std::chrono::milliseconds{1});
        if (rope.is_connected()) rope.pump(now() + std::chrono::hours{1}, time);
    }
    // Asked without an Idempotency-Key, as it has to be.
    [[nodiscard]] simulators::HttpAnswer keep_password() const {
        const json body{{"password", simulators::Latch::static_password}};
        return ask_http(world.server, {.verb = "POST",
                                       .target = "/v1/locks/" + lock() + "/secret",
                                       .token = world.server.endpoints().tokens.at("operator"),
                                       .body = body.dump()});
    }
    static std::string code_in(const std::string& refusal) {
        const auto begin = refusal.find("UNLOCK_");
        if (begin == std::string::npos) return refusal;
        return refusal.substr(begin, refusal.find('"', begin) - begin);
    }
};

}  // namespace liuhen::test
