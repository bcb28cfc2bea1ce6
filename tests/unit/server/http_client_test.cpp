#include "server/outbound/http_client.hpp"

#include "tests/support/authority.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/stub_target.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <future>

namespace liuhen::server {

namespace {

using namespace std::chrono_literals;
using test::stub_body;
using test::stub_status;
using test::StubReply;
using test::StubTarget;
using test::Taken;

OutboundPolicy loopback() { return {.allowed = *Networks::parse("127.0.0.1"), .plain_http = true}; }
OutboundLimits short_limits() { return {.connect = 1'000ms, .total = 1'000ms}; }

StubTarget::Answer says(StubReply reply) {
    return [reply = std::move(reply)](const Taken& /*one*/) { return reply; };
}

TEST_CASE("a body is posted with its headers, and the answer told") {
    const StubTarget target{says(stub_body("{\"taken\":true}"))};
    const HttpClient client{loopback()};
    const auto answer =
        client.post({target.url(), {"Content-Type: application/json", "X-Kind: one"}, "{\"a\":1}"});
    CHECK_FALSE(answer.fault);
    CHECK(answer.is_success());
    CHECK(answer.status == 200);
    CHECK(answer.body == "{\"taken\":true}");
    CHECK_FALSE(answer.cut);
    REQUIRE(target.taken().size() == 1);
    const auto one = target.taken().front();
    CHECK(one.line == "POST /hook HTTP/1.1");
    CHECK(one.body == "{\"a\":1}");
    CHECK(one.header("content-type") == "application/json");
    CHECK(one.header("x-kind") == "one");
    CHECK(one.header("expect").empty());
}

TEST_CASE("a status is told with the time after which to come again") {
    const StubTarget target{says(stub_status(503, "Retry-After: 120\r\n"))};
    const auto answer = HttpClient{loopback()}.post({target.url(), {}, "{}"});
    CHECK_FALSE(answer.fault);
    CHECK_FALSE(answer.is_success());
    CHECK(answer.status == 503);
    CHECK(answer.retry_after == 120s);
}

TEST_CASE("a redirection is an answer and is not followed") {
    const StubTarget other{says(stub_status(200))};
    const StubTarget target{says(stub_status(307, "Location: " + other.url() + "\r\n"))};
    const auto answer = HttpClient{loopback()}.post({target.url(), {}, "{}"});
    CHECK(answer.status == 307);
    CHECK_FALSE(answer.is_success());
    CHECK(other.connections() == 0);
}

TEST_CASE("an answer of 20 MB is cut off at its limit and judged by its status") {
    const StubTarget target{says(stub_body(std::string(20U << 20U, 'x')))};
    const auto answer = HttpClient{loopback()}.post({target.url(), {}, "{}"});
    CHECK_FALSE(answer.fault);
    CHECK(answer.status == 200);
    CHECK(answer.cut);
    CHECK(answer.body.size() == OutboundLimits{}.body);
}

TEST_CASE("an answer with endless headers is none") {
    const StubTarget target{
        says({"HTTP/1.1 200 OK\r\nX-Long: " + std::string(20'000, 'x') + "\r\n\r\n"})};
    const auto answer = HttpClient{loopback()}.post({target.url(), {}, "{}"});
    CHECK(answer.fault == OutboundFault::broken_answer);
    CHECK_FALSE(answer.is_success());
}

TEST_CASE("bytes that are no HTTP are no answer") {
    const StubTarget target{says({"SSH-2.0-OpenSSH_9.2\r\n"})};
    CHECK(HttpClient{loopback()}.post({target.url(), {}, "{}"}).fault ==
          OutboundFault::broken_answer);
}

TEST_CASE("a target that says nothing is given up when its time is over") {
    const StubTarget target{says({})};
    const auto answer = HttpClient{loopback(), short_limits()}.post({target.url(), {}, "{}"});
    CHECK(answer.fault == OutboundFault::timed_out);
    CHECK(answer.duration >= 900ms);
    CHECK(answer.duration < 5s);
}

TEST_CASE("a target that answers a byte at a time has no more time than others") {
    const StubTarget target{says({stub_body(std::string(1'000, 'x')).bytes, 20ms})};
    const auto answer = HttpClient{loopback(), short_limits()}.post({target.url(), {}, "{}"});
    CHECK(answer.fault == OutboundFault::timed_out);
    CHECK_FALSE(answer.is_success());
    CHECK(answer.duration < 5s);
}

TEST_CASE("a client that stops ends what is under way") {
    const StubTarget target{says({})};
    HttpClient client{loopback()};
    auto waiting = std::async(std::launch::async, [&] {
        return client.post({target.url(), {}, "{}"});
    });
    while (target.taken().empty()) std::this_thread::sleep_for(10ms);
    client.stop();
    const auto answer = waiting.get();
    CHECK(answer.fault == OutboundFault::stopped);
    CHECK(answer.duration < 5s);
}

TEST_CASE("nobody listening and names that mean nothing are told apart") {
    std::string gone;
    {
        const StubTarget target{says(stub_status(200))};
        gone = target.url();
    }
    const HttpClient client{loopback(), short_limits()};
    CHECK(client.post({gone, {}, "{}"}).fault == OutboundFault::no_connection);
    const auto fault = client.post({"https://nowhere.invalid/", {}, "{}"}).fault;
    CHECK((fault == OutboundFault::no_such_name || fault == OutboundFault::timed_out));
}

TEST_CASE("this machine and its neighbours are not called unless that is allowed") {
    const StubTarget target{says(stub_status(200))};
    const HttpClient strict{{.allowed = {}, .plain_http = true}, short_limits()};
    for (const std::string host :
         {"127.0.0.1", "localhost", "a.localhost", "0x7f.1", "2130706433", "017700000001", "[::1]",
          "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254"}) {
        INFO(host);
        CHECK(strict.post({target.url(host), {}, "{}"}).fault == OutboundFault::bad_address);
    }
    CHECK(target.connections() == 0);
}

TEST_CASE("a name is judged by the address that it means when it is called") {
    const StubTarget inside{says(stub_status(200)), "127.0.0.2"};
    const auto pinned_to = [&](const std::string& address) {
        auto policy = loopback();
        policy.pinned = {"hooks.example:" + inside.port() + ":" + address};
        return policy;
    };
    const std::string url = inside.url("hooks.example");
    const HttpClient before{pinned_to("127.0.0.1"), short_limits()};
    CHECK(before.post({url, {}, "{}"}).fault == OutboundFault::no_connection);  // it may be called
    const HttpClient rebound{pinned_to("127.0.0.2"), short_limits()};
    CHECK_FALSE(rebound.judge(url));
    CHECK(rebound.post({url, {}, "{}"}).fault == OutboundFault::bad_address);
    const HttpClient both{pinned_to("127.0.0.2,127.0.0.1"), short_limits()};
    CHECK(both.post({url, {}, "{}"}).fault == OutboundFault::no_connection);
    CHECK(inside.connections() == 0);
}

TEST_CASE("a URL is judged before anything is looked up") {
    const HttpClient client{OutboundPolicy{}};
    const auto judged = [&](const std::string& url) { return client.judge(url); };
    CHECK_FALSE(judged("https://hooks.example/liuhen?key=1"));
    CHECK_FALSE(judged("https://hooks.example:8443/"));
    CHECK(judged("http://hooks.example/") == OutboundFault::bad_scheme);
    CHECK(judged("file:///etc/passwd") == OutboundFault::bad_scheme);
    CHECK(judged("gopher://hooks.example/") == OutboundFault::bad_scheme);
    CHECK(judged("https://hooks.example:22/") == OutboundFault::bad_port);
    CHECK(judged("https://user:secret@hooks.example/") == OutboundFault::bad_url);
    CHECK(judged("https://hooks.example/#top") == OutboundFault::bad_url);
    CHECK(judged("https://hooks.example\\@127.0.0.1/") == OutboundFault::bad_url);
    CHECK(judged("https://hooks.example/\r\nX: 1") == OutboundFault::bad_url);
    CHECK(judged("https://h\xC3\xB6oks.example/") == OutboundFault::bad_url);
    CHECK(judged("hooks.example") == OutboundFault::bad_url);
    CHECK(judged("") == OutboundFault::bad_url);
    CHECK(judged("https://hooks.example/" + std::string(2'048, 'x')) == OutboundFault::bad_url);
    CHECK(judged("https://10.0.0.1/") == OutboundFault::bad_address);
    CHECK(judged("https://0x0a.1/") == OutboundFault::bad_address);
    CHECK(judged("https://[fe80::1%25eth0]/") == OutboundFault::bad_url);
    for (const char* own : {"https://localhost/", "https://LocalHost./", "https://x.localhost/"})
        CHECK(judged(own) == OutboundFault::bad_address);
    CHECK_FALSE(judged("https://localhost.example/"));
    CHECK_FALSE(HttpClient{loopback()}.judge("https://localhost:8443/"));
}

TEST_CASE("a URL without a host, or with an address in odd clothes, is refused when entered") {
    const HttpClient client{OutboundPolicy{}};
    for (const char* odd : {"https:///x", "https:/x", "https:x", "https:////x", "https://./",
                            "https://hooks..example/", "https://.example/", "https://:443/"}) {
        INFO(odd);
        CHECK(client.judge(odd) == OutboundFault::bad_url);
    }
    for (const char* odd : {"https://127.0.0.1./", "https://0x7f.0.0.0x1./", "https://2130706433./",
                            "https://8.8.8.8./", "https://256.0.0.1/", "https://1.2.3.4.5/",
                            "https://%30x7f.1/", "https://%31%32%37.0.0.1/", "https://a.0x1/"}) {
        INFO(odd);
        CHECK(client.judge(odd) == OutboundFault::bad_address);
        CHECK(client.post({odd, {}, "{}"}).fault == OutboundFault::bad_address);
    }
    CHECK(HttpClient{loopback()}.judge("https://127.0.0.1./") == OutboundFault::bad_address);
    for (const char* fit : {"https://8.8.8.8/", "https://hooks.example./", "https://7.example/",
                            "https://0x.example/", "HTTPS://Hooks.Example/", "https://x.y3/"}) {
        INFO(fit);
        CHECK_FALSE(client.judge(fit));
    }
}

TEST_CASE("a header with a line break is never sent") {
    const StubTarget target{says(stub_status(200))};
    const auto answer = HttpClient{loopback()}.post({target.url(), {"X-A: 1\r\nX-B: 2"}, "{}"});
    CHECK(answer.fault == OutboundFault::bad_header);
    CHECK(target.connections() == 0);
}

TEST_CASE("proxies of the environment are not asked") {
    const StubTarget proxy{says(stub_status(200))};
    const StubTarget target{says(stub_status(204))};
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    ::setenv("ALL_PROXY", proxy.url().c_str(), 1);
    const auto answer = HttpClient{loopback()}.post({target.url(), {}, "{}"});
    ::unsetenv("http_proxy");
    ::unsetenv("ALL_PROXY");
    CHECK(answer.status == 204);
    CHECK(proxy.connections() == 0);
}

TEST_CASE("a cookie that was set is not sent back") {
    const StubTarget target{says(stub_status(200, "Set-Cookie: a=1\r\n"))};
    const HttpClient client{loopback()};
    CHECK(client.post({target.url(), {}, "{}"}).is_success());
    CHECK(client.post({target.url(), {}, "{}"}).is_success());
    REQUIRE(target.taken().size() == 2);
    CHECK(target.taken().back().header("cookie").empty());
}

TEST_CASE("a certificate is believed when it is this host's and of an authority that is trusted") {
    const test::Certificate certificate{"hooks.example"};
    const StubTarget target{says(stub_status(200)),
                            StubTarget::Tls{certificate.file(), certificate.key()}};
    auto policy = loopback();
    policy.plain_http = false;
    policy.pinned = {"hooks.example:" + target.port() + ":127.0.0.1",
                     "other.example:" + target.port() + ":127.0.0.1"};
    const HttpClient stranger{policy};
    CHECK(stranger.post({target.url("hooks.example"), {}, "{}"}).fault == OutboundFault::no_trust);
    policy.authorities = certificate.file();
    const HttpClient friendly{policy};
    CHECK(friendly.post({target.url("hooks.example"), {}, "{}"}).is_success());
    CHECK(friendly.post({target.url("other.example"), {}, "{}"}).fault == OutboundFault::no_trust);
    CHECK(target.taken().size() == 1);
}

TEST_CASE("a target that wants a certificate is shown the one of the request, and no other") {
    const test::Authority authority{"Nation"};
    const auto own = authority.issue("liuhen");
    const auto at = authority.issue("target");
    const StubTarget target{says(stub_status(200)),
                            StubTarget::Tls{at.file, at.key, authority.file()}};
    auto policy = loopback();
    policy.plain_http = false;
    policy.authorities = authority.file();
    const HttpClient client{policy};
    CHECK(client.post({target.url(), {}, "{}", own.file, own.key}).is_success());
    CHECK_FALSE(client.post({target.url(), {}, "{}"}).is_success());
    const test::Authority stranger{"Nowhere"};
    const auto other = stranger.issue("liuhen");
    CHECK_FALSE(client.post({target.url(), {}, "{}", other.file, other.key}).is_success());
    CHECK(client.post({target.url(), {}, "{}", own.file, at.key}).fault == OutboundFault::no_trust);
    CHECK(target.taken().size() == 1);
}

}  // namespace
}  // namespace liuhen::server
