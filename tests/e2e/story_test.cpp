// Whole stories over the real wire: trucks, locks, papers and police against the real server.
#include "tests/support/story.hpp"

#include <atomic>
#include <future>
#include <iostream>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

namespace {

Fix fix_at(Instant at, LatLon where, double kmh) {
    return {.at = at,
            .where = where,
            .speed = from_kmh(kmh),
            .heading = {90},
            .satellites = 10,
            .odometer = {}};
}

Instant whole_second(Instant at) { return std::chrono::ceil<std::chrono::seconds>(at); }

/// Signs a load for the scenario's first truck: its trip is under watch from here on.
void sign(const World& world, const simulators::Fleet& fleet, const simulators::TruckPlan& truck) {
    const auto manifest = await(simulators::file_manifest(fleet, truck, world.server.now()));
    await(simulators::sign_load(fleet, truck, manifest));
}

}  // namespace

TEST_CASE("an honest truck raises nothing, a dumping one is reported, all manifests complete") {
    World world{120};
    auto scenario = story(3);
    make_dumper(scenario.trucks[0]);
    scenario.trucks[2].blind = {{{1'500}, {3'500}}};
    scenario.network = {
        .loss = 0.02, .ack_loss = 0.02, .duplicate = 0.02, .disorder = 0.02, .delay = 5s};
    const auto report = simulators::play(scenario, world.server.endpoints(), {.at_most = 90s});
    std::cout << report.to_line() << std::endl;
    CHECK(report.broken_promises == std::vector<std::string>{});
    CHECK(report.completed == 3);
    CHECK(report.acked == report.sent);
    CHECK(report.acked > 200);
    CHECK(report.kinds.count("t2") == 0);
    CHECK(report.kinds.count("t3") == 0);
    check_feed(world.database);
}

TEST_CASE("police hear of a truck off its route within a second of the deciding fix's ack") {
    World world{20};
    auto scenario = story(1);
    scenario.trucks[0].lock.clear();
    const auto fleet = world.enlist(scenario);
    const auto& plan = scenario.trucks[0];
    WiredTruck truck{plan.terminal, plan.plate, world.server.jt808()};
    truck.connect();
    const auto send = [&](LatLon where) {
        const Instant at = whole_second(world.server.now());
        truck.terminal().record(fix_at(at, where, 60));
        REQUIRE(truck.is_settled_within(at + 1min, 5s));
        return Steady::now();
    };
    send(place(0, 0));
    sign(world, fleet, plan);
    std::atomic<Steady::time_point> told{Steady::time_point{}};
    std::promise<std::string> kind;
    std::thread police{[&] {
        std::string cursor;
        for (int i = 0; i < 60 && told.load() == Steady::time_point{}; ++i) {
            const auto page =
                await(fleet.police->get("/v1/alerts?tier=A,B,C&limit=10&wait=1" + cursor));
            for (const auto& event : page.at("events")) {
                if (told.load() != Steady::time_point{}) continue;
                told = Steady::now();
                kind.set_value(event.at("data").at("kind").get<std::string>());
            }
        }
    }};
    auto acked = Steady::time_point{};
    for (int i = 1; i <= 30 && told.load() == Steady::time_point{}; ++i) {
        const double along = 250.0 * i;
        acked = send(place(along, i < 5 ? 0 : 300.0 * (i - 4)));
        std::this_thread::sleep_for(1s);
    }
    police.join();
    REQUIRE(told.load() != Steady::time_point{});
    CHECK(kind.get_future().get() == "ROUTE_DEVIATION");
    const std::chrono::duration<double, std::milli> latency = told.load() - acked;
    std::cout << "alert at the police reader " << latency.count()
              << " ms after the deciding fix's ack" << std::endl;
    CHECK(latency.count() < 1'000);
}

TEST_CASE(
    "without a database there is no acknowledgement, and once it is back each is stored once") {
    ScratchCluster cluster;
    ScratchDatabase database{cluster};
    ServerProcess server{database.conninfo(), story_start, 60};
    const auto scenario = story(1);
    const auto fleet = await(simulators::enlist(scenario, server.endpoints(), server.now()));
    const auto& plan = scenario.trucks[0];
    WiredTruck truck{plan.terminal, plan.plate, server.jt808()};
    truck.connect();
    const Instant start = whole_second(server.now());
    truck.terminal().record(fix_at(start, place(0, 0), 0));
    REQUIRE(truck.is_settled_within(start + 1min, 5s));
    cluster.kill_9();
    for (int i = 1; i <= 20; ++i) {
        truck.terminal().record(fix_at(start + i * 10s, place(10.0 * i, 0), 20));
    }
    CHECK_FALSE(truck.is_settled_within(start + 1h, 3s));
    CHECK(truck.terminal().tally().acked.size() == 1);
    const auto down = ask_http(server, {.verb = "GET", .target = "/readyz"});
    CHECK(down.status == 503);
    cluster.start();
    CHECK(truck.is_settled_within(start + 1h, 30s));
    CHECK(truck.terminal().tally().acked.size() == 21);
    CHECK(database.value<long>("SELECT count(*) FROM observations WHERE kind = 1") == 21);
    server.wait_until_ready();
}
