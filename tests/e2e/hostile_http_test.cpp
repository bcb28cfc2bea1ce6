// HTTP requests that are deep, huge, wrong or unwelcome: each has an answer and a counter.
#include "tests/support/story.hpp"

#include <iostream>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;
using simulators::HttpRequest;

namespace {

World& world() {
    static World one{60};
    return one;
}

simulators::HttpAnswer post(const std::string& role, const std::string& target,
                            const std::string& body) {
    HttpRequest request{.verb = "POST", .target = target};
    request.token = world().server.endpoints().tokens.at(role);
    request.body = body;
    return ask_http(world().server, request);
}

unsigned status_with(const std::string& token, const std::string& target) {
    return ask_http(world().server, {.verb = "GET", .target = target, .token = token}).status;
}

}  // namespace

TEST_CASE("JSON that is deep, huge or none at all is refused as a problem with its status") {
    const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
    const auto too_deep = post("producer", "/v1/manifests", deep);
    CHECK(too_deep.status == 400);
    CHECK(json::parse(too_deep.body).contains("code"));
    const auto broken = post("producer", "/v1/manifests", "{\"lines\": [");
    CHECK(broken.status == 400);
    const auto huge = post("producer", "/v1/manifests",
                           "{\"contract_no\": \"" + std::string(300 * 1024, 'x') + "\"}");
    CHECK(huge.status == 413);
    const auto wrong = post("producer", "/v1/manifests", "{\"lines\": 7, \"nonsense\": 1}");
    CHECK(wrong.status == 422);
    CHECK(json::parse(wrong.body).at("errors").size() >= 2);
    CHECK(world().metric("liuhen_http_requests_total", "\"400\"") >= 2);
    CHECK(world().metric("liuhen_http_requests_total", "\"422\"") >= 1);
}

TEST_CASE("tokens that are missing, wrong or revoked open nothing") {
    CHECK(status_with("", "/v1/manifests") == 401);
    CHECK(status_with("nonsense", "/v1/manifests") == 401);
    const auto made = json::parse(post("operator", "/v1/tokens", "{\"role\":\"police\"}").body);
    const std::string token = made.at("token");
    CHECK(status_with(token, "/v1/alerts") == 200);
    HttpRequest revoke{.verb = "DELETE",
                       .target = "/v1/tokens/" + made.at("id").get<std::string>()};
    revoke.token = world().server.endpoints().tokens.at("operator");
    CHECK(ask_http(world().server, revoke).status < 300);
    CHECK(status_with(token, "/v1/alerts") == 401);
    CHECK(world().metric("liuhen_http_requests_total", "\"401\"") >= 3);
}

TEST_CASE("a producer does not learn of another's manifest, and police change nothing") {
    auto scenario = story(1);
    const auto fleet = world().enlist(scenario);
    const auto manifest =
        await(simulators::file_manifest(fleet, scenario.trucks[0], world().server.now()));
    const std::string target = "/v1/manifests/" + manifest.id;
    const auto tokens = world().server.endpoints().tokens;
    CHECK(status_with(tokens.at("producer"), target) == 404);
    CHECK(status_with(tokens.at("police"), target) == 200);
    CHECK(post("police", target + "/load_sign", "{}").status == 403);
    const auto elsewhere = post("producer", target + "/load_sign", "{}").status;
    CHECK((elsewhere == 404 || elsewhere == 403));
    CHECK(status_with(tokens.at("producer"), "/v1/alerts") == 403);
}

TEST_CASE("an HTTP request that never ends is closed") {
    Wire wire{world().server.http()};
    wire.send("GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    CHECK(wire.is_hung_up_within(40s));
    CHECK(ask_http(world().server, {.verb = "GET", .target = "/livez"}).status == 200);
}
