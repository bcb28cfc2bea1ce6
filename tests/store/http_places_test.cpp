// Places for HTTP connections, with real sockets: who waits never shuts anybody out.
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <sys/resource.h>
#include <vector>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using server::monotonic;
using server::http::HeldPlaces;
using server::http::Seats;
using test::Valley;
using test::WebLine;

using Lines = std::vector<std::unique_ptr<WebLine>>;

Valley& valley() {
    static Valley one;
    return one;
}

void take_all_descriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

Lines lines_from(const char* address, std::size_t count) {
    Lines lines;
    for (std::size_t i = 0; i < count; ++i)
        lines.push_back(std::make_unique<WebLine>(valley().house.web().port, 20, address));
    return lines;
}

std::size_t closed(const Lines& lines) {
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(), [](const auto& line) { return line->is_closed(); }));
}

// One request by a client at `address`; its answer's status line.
std::string served(const char* address) {
    const WebLine line{valley().house.web().port, 5, address};
    line.send("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    return line.receive_until("\r\n").substr(0, 15);
}

TEST_CASE("two thousand idle connections shut nobody out, and a quiet client keeps its own") {
    take_all_descriptors();
    const WebLine quiet{valley().house.web().port, 5, "127.0.0.9"};
    quiet.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(quiet.receive_until("}").starts_with("HTTP/1.1 200"));
    const Lines some = lines_from("127.0.0.2", 1'000);
    const Lines others = lines_from("127.0.0.3", 1'000);
    for (int i = 0; i < 50; ++i) {
        const auto begun = monotonic();
        CHECK(served("127.0.0.4") == "HTTP/1.1 200 OK");
        CHECK(monotonic() - begun < 1s);
    }
    CHECK(valley().as("police").get("/v1/alerts").status == 200);
    CHECK(closed(some) + closed(others) >= 1);
    CHECK(closed(some) + closed(others) <= 60);  // one for each newcomer, no more
    quiet.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(quiet.receive_until("}").starts_with("HTTP/1.1 200"));
}

TEST_CASE("half a request holds no place either") {
    take_all_descriptors();
    Lines slow = lines_from("127.0.0.5", Seats::Limits{}.per_address);
    Lines slower = lines_from("127.0.0.6", Seats::Limits{}.per_address);
    for (const Lines* lines : {&slow, &slower}) {
        for (const auto& line : *lines) line->send("GET /livez HTTP/1.1\r\nHost:");
    }
    CHECK(served("127.0.0.7") == "HTTP/1.1 200 OK");
}

TEST_CASE("a body that never comes is not waited for longer than its time") {
    const WebLine line{valley().house.web().port, 60};
    const auto begun = monotonic();
    line.send("POST /v1/manifests HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n{");
    CHECK(line.receive_until("\r\n\r\n").empty());
    CHECK(monotonic() - begun >= server::http::body_time - 1s);
    CHECK(monotonic() - begun < server::http::body_time + 5s);
}

TEST_CASE("an address with too many connections loses its own oldest, nobody else's") {
    take_all_descriptors();
    const Lines other = lines_from("127.0.1.1", 5);
    const Lines many = lines_from("127.0.1.2", Seats::Limits{}.per_address + 20);
    CHECK(served("127.0.1.2") == "HTTP/1.1 200 OK");
    CHECK(closed(other) == 0);
    CHECK(closed(many) >= 20);
    CHECK(closed(many) <= 21);
    CHECK(many.front()->is_closed());
    CHECK_FALSE(many.back()->is_closed());
}

TEST_CASE("who asks too often is told when to come again, each client of a proxy for itself") {
    server::http::Access access;
    access.by_address = server::http::RateLimit{3, 0.2};
    const test::HttpHouse house{
        valley().database.conninfo(), {}, *server::Networks::parse("127.0.0.1"), std::move(access)};
    const auto asked_for = [&house](const char* client) {
        return house.web().send("GET", "/livez", "", {{"X-Forwarded-For", client}});
    };
    for (int i = 0; i < 3; ++i) CHECK(asked_for("198.51.100.1").status == 200);
    const auto refused = asked_for("198.51.100.1");
    CHECK(refused.status == 429);
    CHECK(refused.json()["code"] == "TOO_MANY_REQUESTS");
    CHECK(std::stoi(refused.header("retry-after")) >= 1);
    CHECK(refused.header("ratelimit").starts_with("\"address\";r=0;t=1"));
    CHECK(asked_for("6.6.6.6, 198.51.100.1").status == 429);
    CHECK(asked_for("6.6.6.6\r\nX-Forwarded-For: 198.51.100.1").status == 429);
    CHECK(asked_for("198.51.100.2").status == 200);
}

TEST_CASE("an identity that asks too often is told so, whatever addresses it asks from") {
    server::http::Access access;
    access.requests = server::http::RateLimit{2, 0.2};
    const test::HttpHouse house{valley().database.conninfo(), {}, {}, std::move(access)};
    const auto police = house.web(valley().token("police", ""));
    CHECK(police.get("/v1/manifests").status == 200);
    CHECK(police.get("/v1/manifests").status == 200);
    const auto refused = police.get("/v1/manifests");
    CHECK(refused.status == 429);
    CHECK(std::stoi(refused.header("retry-after")) >= 1);
    CHECK(house.web(valley().token("police", "")).get("/v1/manifests").status == 200);
    CHECK(house.web().get("/livez").status == 200);
}

/// As many open streams as the token may have.
Lines all_streams_of(const std::string& token) {
    Lines streams;
    for (std::size_t i = 0; i < server::http::long_answer_limits.of_token; ++i) {
        streams.push_back(std::make_unique<WebLine>(valley().house.web().port));
        streams.back()->send("GET /v1/alerts/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                             token + "\r\n\r\n");
        REQUIRE(streams.back()->receive_until("retry:").starts_with("HTTP/1.1 200"));
    }
    return streams;
}

TEST_CASE("a batch of manifests is a long answer, and waits for its place") {
    const std::string token = valley().token("carrier", valley().party["carrier"]);
    const Lines streams = all_streams_of(token);
    const nlohmann::json one{{"event", "carrier_accept"}, {"items", {{{"no", "20263311999999"}}}}};
    const auto refused = valley().house.web(token).post("/v1/manifests/batch", one);
    CHECK(refused.status == 429);
    CHECK(refused.json()["code"] == "TOO_MANY_BATCHES");
    CHECK(!refused.header("retry-after").empty());
    CHECK(valley().as("carrier").post("/v1/manifests/batch", one).status == 200);
}

TEST_CASE("a token has a limited number of streams and waiting polls, and places remain") {
    const std::string token = valley().token("police", "");
    const Lines streams = all_streams_of(token);
    const auto one_more = valley().house.web(token).get("/v1/alerts?wait=5");
    CHECK(one_more.status == 429);
    CHECK(one_more.json()["code"] == "TOO_MANY_STREAMS");
    CHECK(!one_more.header("retry-after").empty());
    CHECK(valley().house.web(token).get("/v1/manifests").status == 200);
    CHECK(valley().as("police").get("/v1/alerts?wait=1").status == 200);
}

}  // namespace
