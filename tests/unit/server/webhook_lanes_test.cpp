// Seats of webhooks at work: nobody's many or slow targets keep those from theirs who are quick.
#include "server/webhook_lanes.hpp"

#include "server/webhook_tally.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen::server;
using namespace std::chrono_literals;

LaneWish wish(const std::string& owner, int which, bool proven) {
    return {owner + std::to_string(which), owner, proven};
}

TEST_CASE("any number of failing webhooks leaves every seat of the quick ones free") {
    WebhookLanes lanes;
    const Monotonic now{};
    std::size_t slow = 0;
    for (int owner = 0; owner < 100; ++owner)
        for (int i = 0; i < 10; ++i) {
            if (lanes.enter(wish("owner " + std::to_string(owner) + " ", i, false), now)) ++slow;
        }
    CHECK(slow == WebhookLanes::slow_seats);
    for (std::size_t i = 0; i < WebhookLanes::quick_seats; ++i)
        CHECK(lanes.enter(wish("good ", static_cast<int>(i), true), now) == Lane::quick);
    CHECK_FALSE(lanes.enter(wish("late ", 0, true), now));
    lanes.leave("good 0");
    CHECK(lanes.enter(wish("late ", 0, true), now) == Lane::quick);
}

TEST_CASE("of an owner's slow webhooks one is at work at a time, of its quick ones all") {
    WebhookLanes lanes;
    const Monotonic now{};
    CHECK(lanes.enter(wish("a", 1, false), now) == Lane::slow);
    CHECK_FALSE(lanes.enter(wish("a", 2, false), now));
    CHECK_FALSE(lanes.enter(wish("a", 1, false), now));  // it is at work
    CHECK(lanes.enter(wish("b", 1, false), now) == Lane::slow);
    lanes.leave("a1");
    CHECK(lanes.enter(wish("a", 2, false), now) == Lane::slow);
    for (int i = 3; i < 10; ++i) CHECK(lanes.enter(wish("a", i, true), now) == Lane::quick);
}

TEST_CASE("a target that was slow is slow for ten minutes, whatever it answers meanwhile") {
    WebhookLanes lanes;
    const Monotonic now{};
    lanes.note("a1", 1'001ms, now);
    lanes.note("a1", 10ms, now + 1min);
    CHECK(lanes.enter(wish("a", 1, true), now + 9min) == Lane::slow);
    lanes.leave("a1");
    lanes.forget(now + 9min);
    CHECK(lanes.enter(wish("a", 1, true), now + 9min) == Lane::slow);
    lanes.leave("a1");
    CHECK(lanes.enter(wish("a", 1, true), now + 10min) == Lane::quick);
    lanes.leave("a1");
    lanes.note("a2", 1'000ms, now);
    CHECK(lanes.enter(wish("a", 2, true), now) == Lane::quick);
}

TEST_CASE("what came of messages, and how webhooks stand, is told to whoever measures") {
    auto& tally = webhook::Tally::own();
    tally.stand({7, 2, 3, 1, 4});
    tally.tried(webhook::Fate::dead);
    const std::string text = tally.text();
    for (const char* line :
         {"liuhen_webhooks{state=\"well\"} 7", "liuhen_webhooks{state=\"failing\"} 2",
          "liuhen_webhooks{state=\"paused\"} 3", "liuhen_webhooks{state=\"disabled\"} 1",
          "liuhen_webhook_dead_letters 4", "liuhen_webhook_tries_total{outcome=\"dead\"} 1"}) {
        INFO(line);
        CHECK(text.find(line) != std::string::npos);
    }
}

}  // namespace
