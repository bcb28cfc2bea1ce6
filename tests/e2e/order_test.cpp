// The same observations in any order of arrival, cut by restarts, give the same alerts.
#include "simulators/lock.hpp"
#include "tests/support/story.hpp"

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A dumping truck's way at device times from `start` on, as its terminal sees it.
std::vector<Fix> dumping_way(Instant start) {
    simulators::DrivePlan plan{.road = simulators::Road{{place(0, 0), place(6'000, 0)}}};
    simulators::TruckPlan dumper;
    make_dumper(dumper);
    plan.detours = dumper.detours;
    simulators::Drive drive{std::move(plan), simulators::Chance{11}};
    simulators::Receiver receiver{{4}, simulators::Chance{12}};
    std::vector<Fix> way;
    for (Instant at = start; drive.phase() != simulators::Drive::Phase::finished; at += 10s) {
        drive.advance(10s);
        const auto doing = drive.doing();
        way.push_back({.at = at,
                       .where = receiver.see(doing.where, 10s),
                       .speed = doing.speed,
                       .heading = doing.heading,
                       .satellites = 9,
                       .odometer = {}});
    }
    return way;
}

/// Both signatures on a load, given at `at`, whatever the clock shows.
void sign_at(const simulators::Fleet& fleet, const simulators::TruckPlan& truck,
             const simulators::Consignment& manifest, Instant at) {
    const json seals{"S-" + truck.terminal};
    json producer{{"gross_g", 11'000'000},
                  {"tare_g", 9'000'000},
                  {"at", to_iso(at)},
                  {"seal_nos", seals},
                  {"manual_reason", "signed before the truck was seen"}};
    json driver{{"at", to_iso(at)},
                {"seal_nos", seals},
                {"manual_reason", "signed before the truck was seen"}};
    const std::string target = "/v1/manifests/" + manifest.id + "/load_sign";
    await(fleet.desks.at("p").post(target, producer, simulators::fresh_key()));
    await(fleet.drivers.at(truck.key).post(target, driver, simulators::fresh_key()));
}

/// What must not depend on order: kind, tier, since, until and the evidence, sorted.
std::string canonical(const std::map<std::string, json>& alerts) {
    std::set<std::string> lines;
    for (const auto& [alert, data] : alerts) {
        json kept;
        for (const auto* name : {"kind", "tier", "since", "until", "evidence"}) {
            kept[name] = data.value(name, json{});
        }
        lines.insert(kept.dump());
    }
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
}

/// Newest word on each alert by plate, withdrawn ones left out.
std::map<std::string, std::map<std::string, json>> final_alerts(const simulators::Api& police) {
    std::map<std::string, json> newest;
    std::string cursor;
    for (;;) {
        const json page = await(police.get("/v1/alerts?tier=A,B,C&limit=200" + cursor));
        for (const json& event : page.at("events")) {
            const std::string alert = event.at("data").at("alert");
            newest[alert] = event;
        }
        if (page.at("events").empty()) break;
        cursor = "&after=" + page.at("next").get<std::string>();
    }
    std::map<std::string, std::map<std::string, json>> by_plate;
    for (const auto& [alert, event] : newest) {
        if (event.at("type") == "liuhen.alert.withdrawn.v1") continue;
        by_plate[event.at("data").at("plate")][alert] = event.at("data");
    }
    return by_plate;
}

int orders() { return std::getenv("LIUHEN_QUICK") != nullptr ? 5 : 20; }

}  // namespace

TEST_CASE("the server's final alerts do not depend on the order of arrival or on restarts") {
    const int n = orders();
    World world{60};
    auto scenario = story(n);
    for (auto& truck : scenario.trucks) truck.lock.clear();
    const auto fleet = world.enlist(scenario);
    std::vector<simulators::Consignment> manifests;
    for (const auto& truck : scenario.trucks) {
        auto filing = simulators::file_manifest(fleet, truck, world.server.now());
        manifests.push_back(await(std::move(filing)));
    }
    const Instant signed_at = world.server.now() + 10s;
    while (world.server.now() < signed_at) std::this_thread::sleep_for(10ms);
    for (std::size_t i = 0; i < manifests.size(); ++i) {
        sign_at(fleet, scenario.trucks[i], manifests[i], signed_at);
    }
    const auto way = dumping_way(std::chrono::ceil<std::chrono::seconds>(signed_at + 30s));
    while (world.server.now() < way.back().at) std::this_thread::sleep_for(50ms);
    std::vector<std::unique_ptr<WiredTruck>> trucks;
    std::vector<std::vector<Fix>> shuffled;
    for (int i = 0; i < n; ++i) {
        const auto& plan = scenario.trucks[static_cast<std::size_t>(i)];
        trucks.push_back(
            std::make_unique<WiredTruck>(plan.terminal, plan.plate, world.server.jt808()));
        shuffled.push_back(way);
        simulators::Chance chance{static_cast<std::uint64_t>(i)};
        auto& order = shuffled.back();
        for (std::size_t k = order.size(); i > 0 && k > 1; --k) {
            std::swap(order[k - 1], order[chance.below(k)]);
        }
    }
    constexpr std::size_t slices = 3;
    for (std::size_t slice = 0; slice < slices; ++slice) {
        for (std::size_t i = 0; i < trucks.size(); ++i) {
            const auto& order = shuffled[i];
            trucks[i]->connect();
            const std::size_t until = order.size() * (slice + 1) / slices;
            for (std::size_t k = order.size() * slice / slices; k < until; ++k) {
                trucks[i]->terminal().record(order[k]);
            }
            REQUIRE(trucks[i]->is_settled_within(way.back().at + 1h, 10s));
            trucks[i]->disconnect();
        }
        if (slice + 1 == slices) break;
        world.server.kill_9();
        world.server.begin();
    }
    const auto alerts = final_alerts(*fleet.police);
    REQUIRE(alerts.count(scenario.trucks[0].plate) == 1);
    const std::string expected = canonical(alerts.at(scenario.trucks[0].plate));
    CHECK(expected.find("ROUTE_DEVIATION") != std::string::npos);
    int equal = 0;
    for (const auto& truck : scenario.trucks) {
        const auto found = alerts.find(truck.plate);
        const std::string got = found == alerts.end() ? "" : canonical(found->second);
        CHECK(got == expected);
        if (got == expected) ++equal;
    }
    std::cout << equal << " of " << n << " orders of " << way.size()
              << " fixes gave the same alerts" << std::endl;
}
