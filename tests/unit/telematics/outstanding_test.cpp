#include "telematics/outstanding.hpp"

#include <catch2/catch.hpp>

using namespace liuhen::telematics;
using namespace std::chrono_literals;

namespace {

Bytes bytes_named(char name) { return {static_cast<std::byte>(name)}; }

}  // namespace

TEST_CASE("an unanswered order is said again after T, 2T and 6T and given up after 24T more") {
    Outstanding open{{.first = 10s, .retries = 3}};
    open.add("a", "7", bytes_named('x'), 0s);
    std::vector<Uptime> again;
    Uptime given_up{};
    for (Uptime now = 0s; now <= 400s && given_up == 0s; now += 1s) {
        const Turn turn = open.tick(now);
        if (!turn.reply.empty()) again.push_back(now);
        if (turn.answers.empty()) continue;
        CHECK(turn.answers[0] == OrderAnswer{"a", OrderState::timed_out, 0, ""});
        given_up = now;
    }
    CHECK(again == std::vector<Uptime>{10s, 30s, 90s});
    CHECK(given_up == 330s);
    CHECK(open.size() == 0);
    CHECK_FALSE(open.due());
}

TEST_CASE("an order that was taken is not repeated, but still awaited") {
    Outstanding open{{.first = 1s, .retries = 1}};
    open.add("a", "7", bytes_named('x'), 0s);
    open.acknowledge(*open.find("7"), 0s);
    CHECK(open.tick(1s).reply.empty());
    REQUIRE(open.due() == Uptime{2s});
    CHECK(open.tick(2s).answers.size() == 1);
}

TEST_CASE("an order that is silenced is not said again, still found, and given up without a word") {
    Outstanding open{{.first = 10s, .retries = 3}};
    open.add("a", "7", bytes_named('x'), 0s);
    open.add("b", "8", bytes_named('y'), 0s);
    open.silence("a");
    open.silence("no such order");
    CHECK(open.find("7") != nullptr);
    const Turn turn = open.tick(10s);
    CHECK(turn.reply == bytes_named('y'));
    CHECK(turn.answers.empty());
    CHECK(open.find("7") == nullptr);
    CHECK(open.size() == 1);
}

TEST_CASE("orders are found by key, closed once, and the nearest is due first") {
    Outstanding open{{.first = 5s, .retries = 3}};
    open.add("a", "7", bytes_named('x'), 0s);
    open.add("b", "8", bytes_named('y'), 1s);
    CHECK(open.due() == Uptime{5s});
    CHECK(open.find("9") == nullptr);
    CHECK(open.find_order("b") == open.find("8"));
    CHECK(open.close(*open.find("7")) == "a");
    CHECK(open.find("7") == nullptr);
    CHECK(open.due() == Uptime{6s});
}

TEST_CASE("an order that is said once is awaited as long as the third repetition, then given up") {
    Outstanding open{{.first = 10s, .retries = 3}};
    open.add_once("a", "7", bytes_named('x'), 0s);
    REQUIRE(open.due() == Uptime{60s});
    CHECK(open.tick(59s).reply.empty());
    const Turn late = open.tick(60s);
    CHECK(late.reply.empty());
    CHECK(late.answers == std::vector{OrderAnswer{"a", OrderState::timed_out, 0, ""}});
}
