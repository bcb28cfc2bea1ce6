// The feed for police: read by cursor or as a stream, broken off and taken up again; orderly stop.
#include "tests/support/story.hpp"

#include <iostream>
#include <set>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// Reads server-sent events from `last_id` on until `wanted` came or `patience` is over.
std::vector<std::pair<std::string, std::string>> read_stream(const World& world,
                                                             const std::string& last_id,
                                                             std::size_t wanted,
                                                             std::chrono::seconds patience) {
    Wire wire{world.server.http()};
    std::string request =
        "GET /v1/alerts/stream?tier=A,B,C HTTP/1.1\r\nHost: x\r\nAccept: "
        "text/event-stream\r\nAuthorization: Bearer " +
        world.server.endpoints().tokens.at("police") + "\r\n";
    if (!last_id.empty()) request += "Last-Event-ID: " + last_id + "\r\n";
    wire.send(request + "\r\n");
    std::string text;
    std::vector<std::pair<std::string, std::string>> events;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (events.size() < wanted && std::chrono::steady_clock::now() < until) {
        for (const std::byte b : wire.read(200ms)) text.push_back(static_cast<char>(b));
        events.clear();
        std::istringstream lines{text};
        std::string id;
        for (std::string line; std::getline(lines, line);) {
            if (line.ends_with('\r')) line.pop_back();
            if (line.starts_with("id: ")) id = line.substr(4);
            const bool whole = line.ends_with('}');
            if (line.starts_with("data: ") && whole) events.emplace_back(id, line.substr(6));
        }
    }
    return events;
}

std::string name_of(const json& event) { return event.at("id").get<std::string>(); }

}  // namespace

TEST_CASE("readers by cursor and by stream see each alert once, wherever they broke off") {
    World world{120};
    auto scenario = story(3, 5);
    for (auto& truck : scenario.trucks) make_dumper(truck);
    const auto report = simulators::play(scenario, world.server.endpoints(), {.at_most = 90s});
    CHECK(report.broken_promises == std::vector<std::string>{});
    REQUIRE(report.alerts >= 3);

    const auto police = world.api("police");
    std::vector<std::string> by_cursor;
    std::string cursor;
    for (;;) {
        const json page = await(police.get("/v1/alerts?tier=A,B,C&limit=2" + cursor));
        for (const json& event : page.at("events")) by_cursor.push_back(name_of(event));
        if (page.at("events").empty()) break;
        cursor = "&after=" + page.at("next").get<std::string>();
        if (by_cursor.size() == 2) {
            world.server.kill_9();
            world.server.begin();
        }
    }
    CHECK(std::set<std::string>(by_cursor.begin(), by_cursor.end()).size() == by_cursor.size());
    CHECK(static_cast<long>(by_cursor.size()) ==
          world.database.value<long>("SELECT count(*) FROM alert_revisions"));

    std::vector<std::string> by_stream;
    const auto first = read_stream(world, "", 2, 10s);
    REQUIRE(first.size() >= 2);
    for (std::size_t i = 0; i < 2; ++i) by_stream.push_back(name_of(json::parse(first[i].second)));
    const auto rest = read_stream(world, first[1].first, by_cursor.size() - 2, 10s);
    for (const auto& [id, data] : rest) by_stream.push_back(name_of(json::parse(data)));
    CHECK(by_stream == by_cursor);
}

TEST_CASE("SIGTERM ends the server in good order with devices and readers connected") {
    World world{60};
    auto scenario = story(1);
    const auto fleet = world.enlist(scenario);
    REQUIRE(fleet.trucks.size() == 1);
    const std::string token = world.server.endpoints().tokens.at("police");
    WiredTruck truck{scenario.trucks[0].terminal, scenario.trucks[0].plate, world.server.jt808()};
    truck.connect();
    std::thread reader{[&] {
        try {
            ask_http(world.server, {.verb = "GET", .target = "/v1/alerts?wait=30", .token = token});
        } catch (const std::exception&) {
            return;  // cut off, as it should be
        }
    }};
    std::this_thread::sleep_for(300ms);
    const auto asked = std::chrono::steady_clock::now();
    CHECK(world.server.stop() == 0);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - asked;
    std::cout << "orderly stop took " << took.count() << " s" << std::endl;
    CHECK(took < 12s);
    world.server.begin();
    reader.join();
    truck.disconnect();
    truck.connect();
}
