// kill -9 of the server at random moments under load: what was acknowledged is there, once.
#include "tests/support/story.hpp"

#include <atomic>
#include <future>
#include <iostream>
#include <random>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

TEST_CASE("twenty kills of the server lose no acknowledged fix and no alert") {
    constexpr int kills = 20;
    constexpr double rate = 60;
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    World world{rate};
    auto scenario = story(8, 10);
    scenario.seed = seed;
    scenario.report_every = 5s;
    scenario.network = {
        .loss = 0.02, .ack_loss = 0.02, .duplicate = 0.02, .disorder = 0.05, .delay = 10s};
    for (auto& truck : scenario.trucks) truck.laps = 0;
    for (const std::size_t i : {0U, 3U, 6U}) {
        make_dumper(scenario.trucks[i]);
        // A server that is dead when a truck departs hears of a silent one, rightly.
        scenario.trucks[i].expects.clear();
        scenario.trucks[i].allows.push_back("SUSPECTED_DUMPING");
    }
    std::atomic<bool> stop{false};
    simulators::PlayOptions options{.stop = &stop};
    options.at_most = 150s;
    auto played = std::async(std::launch::async, [&] {
        return simulators::play(scenario, world.server.endpoints(), options);
    });
    simulators::Chance chance{seed};
    std::this_thread::sleep_for(6s);  // the first fixes, papers and the first alert
    for (int i = 0; i < kills; ++i) {
        const auto pause = std::chrono::milliseconds{100 + chance.below(900)};
        std::this_thread::sleep_for(pause);
        world.server.kill_9();
        world.server.begin();
    }
    std::this_thread::sleep_for(2s);
    stop = true;
    const auto report = played.get();
    std::cout << "after " << kills << " kills: " << report.to_line() << std::endl;
    CHECK(report.broken_promises == std::vector<std::string>{});
    CHECK(report.acked > 1'000);
    CHECK(report.alerts > 0);
    // A lock tells of an opening twice at the same second, by event and by report.
    CHECK(world.database.value<long>(
              "SELECT count(*) FROM (SELECT terminal_key, at FROM observations o"
              " JOIN terminals t ON t.key = o.terminal_key AND t.protocol = 'jt808'"
              " WHERE o.kind = 1 GROUP BY terminal_key, at HAVING count(*) > 1) twice") == 0);
    check_feed(world.database);
}
