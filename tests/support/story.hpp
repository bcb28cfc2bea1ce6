// A small invented world for end-to-end tests: one road, its two ends, one of each kind of party.
#pragma once

#include "simulators/fleet.hpp"
#include "simulators/motion.hpp"
#include "simulators/papers.hpp"
#include "simulators/play.hpp"
#include "tests/support/await.hpp"
#include "tests/support/feed_audit.hpp"
#include "tests/support/scratch_db.hpp"
#include "tests/support/server_process.hpp"
#include "tests/support/wire.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace liuhen::test {

inline const Instant story_start = *parse_iso("2026-03-01T14:00:00Z");
inline constexpr LatLon story_home{.lat = 28.1, .lon = 119.6};

/// A place `east` and `north` metres from the road's beginning.
inline LatLon place(double east, double north) {
    return simulators::moved(story_home, {east}, {north});
}

/// `trucks` honest trucks on a straight road of `km`, all of them between the same two sites.
inline simulators::Scenario story(int trucks, double km = 6) {
    simulators::Scenario s;
    s.title = "end to end";
    s.starts_at = story_start;
    s.parties = {{"p", "测试产废 producer", "producer", "91331100MA2E1000XT"},
                 {"c", "测试运输 carrier", "carrier", "91331100MA2E2001XK"},
                 {"r", "测试接收 receiver", "receiver", "91331100MA2E1007X2"}};
    s.sites = {{"a", "origin", "producer", "p", place(0, 0), {150}, {}},
               {"b", "destination", "receiver", "r", place(km * 1000, 0), {150}, {}}};
    s.routes = {
        {"road", "road", {place(0, 0), place(km * 500, 20), place(km * 1000, 0)}, {50}, {}}};
    for (int i = 0; i < trucks; ++i) {
        simulators::TruckPlan t;
        t.key = fmt::format("t{}", i + 1);
        t.plate = fmt::format("浙KT{:04}", i + 1);
        t.carrier = "c";
        t.driver = fmt::format("司机{}", i + 1);
        t.terminal = fmt::format("1390570{:04}", i + 1);
        t.lock = fmt::format("80007{:05}", i + 1);
        t.producer = "p";
        t.receiver = "r";
        t.origin = "a";
        t.destination = "b";
        t.route = "road";
        t.waste = {"废矿物油", "900-249-08", {"T", "I"}, "L", "DRUM", "UN3082", "9", 2'000};
        t.loading = std::chrono::minutes{2};
        t.unloading = std::chrono::minutes{3};
        t.laps = 1;
        s.trucks.push_back(std::move(t));
    }
    return s;
}

/// Turns a truck into one that dumps at night, 600 m off its road with its lock open.
inline void make_dumper(simulators::TruckPlan& truck) {
    truck.detours = {{.from = {2'500},
                      .until = {2'500},
                      .via = {place(2'500, 300), place(2'500, 600), place(2'500, 300)},
                      .stay_at = 1,
                      .stay = std::chrono::minutes{6},
                      .lock = simulators::LockState::open}};
    truck.expects = {"SUSPECTED_DUMPING"};
    truck.allows = {"ROUTE_DEVIATION", "LOCK_OPENED_EN_ROUTE", "UNPLANNED_STOP"};
}

/// A database of its own and a server on it.
struct World {
    /// `more` are further options of the server.
    explicit World(double rate, std::vector<std::string> more = {})
        : server{database.conninfo(), story_start, rate, std::move(more)} {}
    ScratchDatabase database;
    ServerProcess server;

    [[nodiscard]] simulators::Api api(const std::string& role) const {
        const auto endpoints = server.endpoints();
        return {endpoints.http, endpoints.tokens.at(role)};
    }
    [[nodiscard]] simulators::Fleet enlist(const simulators::Scenario& scenario) const {
        const auto endpoints = server.endpoints();
        return await(simulators::enlist(scenario, endpoints, server.now()));
    }
    /// A series of /metrics summed over its labels that contain `label`.
    [[nodiscard]] double metric(const std::string& name, const std::string& label = "") const {
        const auto text = ask_http(server, {.verb = "GET", .target = "/metrics"}).body;
        std::istringstream lines{text};
        double sum = 0;
        for (std::string line; std::getline(lines, line);) {
            const bool ours = line.starts_with(name + "{") || line.starts_with(name + " ");
            if (!ours || line.find(label) == std::string::npos) continue;
            sum += std::stod(line.substr(line.rfind(' ') + 1));
        }
        return sum;
    }
};

}  // namespace liuhen::test
