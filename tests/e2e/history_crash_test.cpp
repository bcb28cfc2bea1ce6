// kill -9 of the server and of PostgreSQL while many file and submit at once: each number once and
// none left out, each answer the one that was given first, no quota half reserved, every chain and
// signed list sound.
#include "tests/support/desks.hpp"
#include "tests/support/http_house.hpp"
#include "tests/support/server_process.hpp"

#include <catch2/catch.hpp>

#include <iostream>
#include <random>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("kills of server and database during parallel submits leave no gap, double or half") {
    constexpr int kills = 8;
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 chance{seed};
    ScratchCluster cluster;
    const Valley valley{ScratchDatabase{cluster}};
    valley.database.sql("UPDATE quotas SET limit_g = 1000000000000");  // more than all will ask for
    const auto start =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    ServerProcess process{valley.database.conninfo(), start, 1};
    Desks desks{{.port = process.http(), .token = valley.tokens.at("producer"), .form = [&valley] {
                     return valley.filing();
                 }}};
    for (int i = 0; i < kills; ++i) {
        const auto before = desks.count();
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (desks.count() < before + 30 && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(1ms);
        std::this_thread::sleep_for(std::chrono::milliseconds{chance() % 200});
        if (i % 2 == 0) {
            process.kill_9();
            process.begin();
        } else {
            cluster.kill_9();
            cluster.start();
            process.wait_until_ready();
        }
    }
    desks.finish();
    std::cout << desks.count() << " submits through " << kills << " kills" << std::endl;
    REQUIRE(desks.count() >= 200);
    const Web producer{process.http(), valley.tokens.at("producer")};
    for (std::size_t i = 0; i < desks.done().size(); i += 7) {
        const auto& one = desks.done()[i];
        const auto again = producer.post(one.path, json::object(), {{"Idempotency-Key", one.key}});
        CHECK(again.body == one.body);
        CHECK(again.header("idempotent-replayed") == "true");
    }
    CHECK(process.stop() == 0);
    check_books(desks, valley.database, process.anchors());
    CHECK(verified(valley.database, process.anchors()).lists >= kills / 2);
}
