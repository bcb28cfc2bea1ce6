// HTTP over TLS: the same answers, with limits of its own on who is still shaking hands.
#include "server/tls.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/http_house.hpp"
#include "tests/support/tls_web.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using liuhen::test::TlsLine;
using liuhen::test::TlsWeb;
using liuhen::test::WebLine;
using nlohmann::json;

struct Secured {
    test::Certificate certificate{"one"};
    server::TlsKeys keys{certificate.file(), certificate.key()};
    test::Valley valley;
    std::uint16_t port = valley.house.open_tls(keys);

    [[nodiscard]] TlsWeb as(const std::string& role) const {
        return {port, valley.tokens.at(role)};
    }
    void raise_alert(int revision) {
        const std::string now = to_iso(valley.house.now());
        valley.database.sql(
            "INSERT INTO alert_revisions SELECT 'trip1.LOCK_TAMPER.1', " +
            std::to_string(revision) +
            ", 'raised', 'trip1', v.id, v.carrier_id, v.plate, '{33112026000001}', 'LOCK_TAMPER',"
            " 'A', 2, '" +
            now + "', NULL, '" + now +
            "', false, '2026-1', '{\"fixes\":[],\"terms\":[]}', clock_timestamp()"
            " FROM vehicles v");
        valley.house.wake_feed();
    }
};

Secured& secured() {
    static Secured one;
    return one;
}

/// What the client offers was taken.
bool shakes_hands(int newest) {
    try {
        TlsLine{secured().port, {.newest = newest}};
        return true;
    } catch (const boost::system::system_error&) {
        return false;
    }
}

/// How many of them the server has closed by now, or a little later.
std::size_t closed_among(const std::deque<WebLine>& lines, std::size_t expected) {
    const auto count = [&lines] {
        return static_cast<std::size_t>(std::ranges::count_if(lines, &WebLine::is_closed));
    };
    std::size_t closed = count();
    for (int i = 0; i < 100 && closed < expected; ++i) {
        std::this_thread::sleep_for(20ms);
        closed = count();
    }
    return closed;
}

TEST_CASE("over TLS the answers are those in clear, small and large, and name an https address") {
    const TlsWeb web = secured().as("operator");
    const auto clear = secured().valley.as("operator");
    CHECK(web.get("/v1/parties").json() == clear.get("/v1/parties").json());
    CHECK(web.get("/openapi.json").body == clear.get("/openapi.json").body);
    CHECK(web.get("/openapi.json").body.size() > 500'000);
    const auto metadata = web.get("/.well-known/oauth-authorization-server").json();
    CHECK(metadata["token_endpoint"] == "https://localhost/oauth/token");
    const auto refused = web.send("POST", "/v1/parties", std::string(300 * 1024, ' '));
    CHECK(refused.status == 413);
    CHECK(TlsWeb{secured().port}.get("/v1/parties").status == 401);
}

TEST_CASE("one connection over TLS carries many requests, and its end is said") {
    const TlsWeb web = secured().as("operator");
    TlsLine line{secured().port, {}};
    for (int i = 0; i < 3; ++i) {
        line.send(web.head("GET", "/livez") + "\r\n");
        CHECK(line.receive_until("{\"alive\":true}").starts_with("HTTP/1.1 200"));
    }
    line.send(web.head("GET", "/livez") + "Connection: close\r\n\r\n");
    CHECK(line.receive_until("never").starts_with("HTTP/1.1 200"));
    CHECK(line.ended_whole());
}

TEST_CASE("TLS 1.2 and 1.3 are taken, and nothing older") {
    CHECK(shakes_hands(TLS1_3_VERSION));
    CHECK(shakes_hands(TLS1_2_VERSION));
    CHECK_FALSE(shakes_hands(TLS1_1_VERSION));
    CHECK_FALSE(shakes_hands(TLS1_VERSION));
    TlsLine newest{secured().port, {}};
    CHECK(newest.version() == "TLSv1.3");
}

TEST_CASE("bytes in clear on the port of TLS get no answer") {
    const WebLine line{secured().port};
    line.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(line.receive_until("never").find("HTTP") == std::string::npos);
}

TEST_CASE("streams and long polls go on over TLS while the certificate is changed") {
    Secured house;
    const TlsWeb police = house.as("police");
    TlsLine stream{house.port, {}};
    CHECK(stream.subject() == "/CN=one");
    stream.send(police.head("GET", "/v1/alerts/stream") + "\r\n");
    CHECK(stream.receive_until("retry: 2000").starts_with("HTTP/1.1 200"));
    TlsLine poll{house.port, {}};
    poll.send(police.head("GET", "/v1/alerts?wait=20") + "\r\n");
    house.certificate.make("two");
    house.keys.reload();
    CHECK(TlsLine(house.port, {}).subject() == "/CN=two");
    house.certificate.spoil();
    CHECK_THROWS_AS(house.keys.reload(), std::runtime_error);
    CHECK(TlsLine(house.port, {}).subject() == "/CN=two");
    house.raise_alert(1);
    CHECK(poll.receive_until("]").find("LOCK_TAMPER") != std::string::npos);
    CHECK(stream.receive_until("LOCK_TAMPER").find("LOCK_TAMPER") != std::string::npos);
    const auto revoke = [&house](const std::string& id) {
        CHECK(house.as("operator").send("DELETE", "/v1/tokens/" + id).status == 204);
    };
    const auto tokens = house.as("operator").get("/v1/tokens").json();
    for (const auto& token : tokens["items"]) {
        if (token["role"] == "police") revoke(token["id"]);
    }
    std::this_thread::sleep_for(1100ms);  // until the stream looks at its token again
    house.raise_alert(2);
    stream.receive_until("never");
    CHECK(stream.ended_whole());
}

TEST_CASE("hand-shakes that never end hold up nobody, and end with their time") {
    const auto port = secured().port;
    constexpr std::size_t of_address = server::http::hand_shake_limits.per_address;
    constexpr std::size_t of_all = server::http::hand_shake_limits.places;
    std::deque<WebLine> greedy;
    for (std::size_t i = 0; i < of_address + 20; ++i) greedy.emplace_back(port, 20, "127.0.0.21");
    CHECK(closed_among(greedy, 20) == 20);
    std::deque<WebLine> lines;
    for (const char* from : {"127.0.0.22", "127.0.0.23", "127.0.0.24", "127.0.0.25"})
        for (std::size_t i = 0; i < of_address; ++i) lines.emplace_back(port, 20, from);
    const auto begun = server::monotonic();
    CHECK(secured().as("operator").get("/v1/parties").status == 200);
    CHECK(server::monotonic() - begun < 2s);
    const std::size_t closed = closed_among(greedy, of_address + 20) + closed_among(lines, 0);
    CHECK(greedy.size() + lines.size() - closed <= of_all);
    std::this_thread::sleep_for(server::http::header_time);
    CHECK(closed_among(lines, lines.size()) == lines.size());
}

TEST_CASE("an address that begins hand-shakes without end is not answered for a while") {
    const test::Certificate certificate{"one"};
    const server::TlsKeys keys{certificate.file(), certificate.key()};
    const test::ScratchDatabase database;
    server::http::Access access;
    access.hand_shakes = {3, 0.001};
    test::HttpHouse house{database.conninfo(), {}, {}, std::move(access)};
    const auto port = house.open_tls(keys);
    for (int i = 0; i < 3; ++i) CHECK(TlsWeb{port}.get("/livez").status == 200);
    CHECK_THROWS_AS(TlsWeb{port}.get("/livez"), boost::system::system_error);
    CHECK((TlsWeb{port, {}, {.from = "127.0.0.31"}}.get("/livez").status) == 200);
    CHECK(house.web().get("/livez").status == 200);
}

}  // namespace
