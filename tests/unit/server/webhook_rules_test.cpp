#include "server/webhook_rules.hpp"

#include "server/webhook_message.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;
using webhook::Fate;

const Instant begun = *parse_iso("2026-03-01T14:00:00Z");

OutboundAnswer answered(int status) {
    OutboundAnswer answer;
    answer.status = status;
    return answer;
}
OutboundAnswer unanswered() {
    OutboundAnswer answer;
    answer.fault = OutboundFault::no_connection;
    return answer;
}
Fate after(const OutboundAnswer& answer, int attempt, Duration time) {
    return webhook::fate_of(answer, {attempt, begun, begun, begun + time});
}

TEST_CASE("a message is delivered by 2xx only, and 410 ends it all") {
    for (const int status : {200, 202, 204, 299})
        CHECK(after(answered(status), 1, 0s) == Fate::delivered);
    for (const int status : {100, 301, 307, 400, 404, 500})
        CHECK(after(answered(status), 1, 0s) == Fate::retry);
    CHECK(after(answered(410), 1, 0s) == Fate::gone);
}

TEST_CASE("ten refusals lay a message aside, an overload does after a day, silence never") {
    CHECK(after(answered(400), 9, 300h) == Fate::retry);
    CHECK(after(answered(400), 10, 1h) == Fate::dead);
    CHECK(after(answered(302), 10, 1h) == Fate::dead);
    for (const int status : {408, 425, 429, 500, 503}) {
        CHECK(after(answered(status), 90, 23h) == Fate::retry);
        CHECK(after(answered(status), 90, 24h) == Fate::dead);
    }
    CHECK(after(unanswered(), 900, 300h) == Fate::retry);
}

TEST_CASE("pauses double up to a quarter of an hour, and keep to what the target asks for") {
    CHECK(webhook::pause_after(unanswered(), 1, 0) == 5s);
    CHECK(webhook::pause_after(unanswered(), 2, 0) == 10s);
    CHECK(webhook::pause_after(unanswered(), 4, 1) == 20s);
    CHECK(webhook::pause_after(unanswered(), 9, 0) == 15min);
    CHECK(webhook::pause_after(unanswered(), 1'000, 0) == 15min);
    auto busy = answered(503);
    busy.retry_after = 40min;
    CHECK(webhook::pause_after(busy, 1, 0) == 40min);
    busy.retry_after = 6h;
    CHECK(webhook::pause_after(busy, 1, 0) == 1h);
}

TEST_CASE("a webhook is given up after three days and twenty tries, not for either alone") {
    const auto given_up = [](int attempt, Duration time) {
        return webhook::has_failed_too_long({attempt, begun, begun, begun + time});
    };
    CHECK(given_up(20, 72h));
    CHECK_FALSE(given_up(19, 500h));
    CHECK_FALSE(given_up(200, 71h));
}

TEST_CASE("a message is signed as Standard Webhooks has it") {
    // Reckoned by hand from the specification: HMAC-SHA-256 of "msg_1.1772373600.{}".
    const std::string secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const auto headers = webhook::headers_of("msg_1", "{}", begun, {secret, secret});
    CHECK(headers.at(2) == "webhook-id: msg_1");
    CHECK(headers.at(3) == "webhook-timestamp: 1772373600");
    const std::string one = "v1,v2aKdGg5nXl7Juh9yPDjdYv5IUH69ZJmX9KQXoA8zBQ=";
    CHECK(headers.at(4) == "webhook-signature: " + one + " " + one);
    CHECK_THROWS(webhook::headers_of("msg_1", "{}", begun, {"whsec_AAEC"}));
}

TEST_CASE("an event has one id for each webhook, without a full stop") {
    const std::string event = webhook::ping_event("w", "l", begun);
    const auto first = webhook::message_of("w", webhook::FeedName::alerts, 7, event);
    CHECK(first.id == webhook::message_of("w", webhook::FeedName::alerts, 7, event).id);
    CHECK(first.id != webhook::message_of("v", webhook::FeedName::alerts, 7, event).id);
    CHECK(first.id.find('.') == std::string::npos);
    CHECK(first.kind == "liuhen.webhook.ping.v1");
    CHECK(first.time == begun);
}

TEST_CASE("a manifest that its owner no longer sees is told as gone, without what became of it") {
    store::Change change{.no = 3,
                         .manifest = "m",
                         .version = 4,
                         .seen = true,
                         .number = "33112026000001",
                         .state = "LOADED",
                         .event = "load_sign",
                         .at = "2026-03-01T14:00:00.000Z",
                         .recorded_at = "2026-03-01T14:00:01.000Z"};
    const auto seen = nlohmann::json::parse(webhook::change_event(change))["data"];
    CHECK(seen["state"] == "LOADED");
    CHECK(seen["no"] == "33112026000001");
    change.seen = false;
    const auto gone = nlohmann::json::parse(webhook::change_event(change))["data"];
    CHECK(gone == nlohmann::json{{"manifest", "m"}, {"version", 4}, {"gone", true}});
}

}  // namespace
