// kill -9 of the server while it tells a webhook of manifests: each change arrives, in order.
#include "tests/support/http_house.hpp"
#include "tests/support/server_process.hpp"
#include "tests/support/stub_target.hpp"

#include <catch2/catch.hpp>

#include <iostream>
#include <random>
#include <set>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

// The manifests that were told, each message once, in the order in which it came first.
std::vector<std::string> told_once(const std::vector<Taken>& taken) {
    std::vector<std::string> told;
    std::set<std::string> known;
    for (const auto& one : taken) {
        if (known.insert(one.header("webhook-id")).second)
            told.push_back(json::parse(one.body).at("subject"));
    }
    return told;
}

std::string administrator(const Valley& place) {
    const std::string token = place.token("producer", place.party.at("producer"));
    place.database.sql("UPDATE tokens SET rank = 'admin' WHERE digest = decode('" +
                       server::sha256_hex(token) + "', 'hex')");
    return token;
}

}  // namespace

TEST_CASE("ten kills of the server lose no message of a webhook and change no order") {
    constexpr int kills = 10;
    constexpr int drafts_between = 6;
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::minstd_rand chance{static_cast<unsigned>(seed)};
    const Valley place;
    const StubTarget target{[](const Taken& /*one*/) {
        std::this_thread::sleep_for(30ms);  // so that a kill meets one under way
        return stub_status(204);
    }};
    ServerProcess server{place.database.conninfo(),
                         place.house.now(),
                         1,
                         {"--outbound-http", "--outbound-networks", "127.0.0.1"}};
    const Web admin{server.http(), administrator(place)};
    const auto hook = admin.post(
        "/v1/webhooks", {{"url", target.url()}, {"kinds", {"liuhen.manifest.changed.v1"}}});
    REQUIRE(hook.status == 201);
    std::vector<std::string> made;
    for (int i = 0; i < kills; ++i) {
        for (int n = 0; n < drafts_between; ++n) made.push_back(place.draft());
        std::this_thread::sleep_for(std::chrono::milliseconds{chance() % 1'500});
        server.kill_9();
        server.begin();
    }
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (told_once(target.taken()).size() < made.size() &&
           std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(50ms);
    CHECK(told_once(target.taken()) == made);
    std::cout << "after " << kills << " kills: " << made.size() << " messages, "
              << target.taken().size() - made.size() << " of them sent again" << std::endl;
}
