#include "server/config.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <unistd.h>
#include <vector>

using namespace liuhen;
using namespace liuhen::server;

namespace {

Result<Invocation, int> read(std::initializer_list<const char*> words) {
    std::vector<const char*> all{"liuhen-server"};
    all.insert(all.end(), words);
    return parse_command_line(static_cast<int>(all.size()), all.data());
}

struct Environment {
    Environment(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    ~Environment() { ::unsetenv(name_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    const char* name_;
};

}  // namespace

TEST_CASE("an address is HOST:PORT and nothing else") {
    const auto address = parse_endpoint("127.0.0.1:7808");
    REQUIRE(address.has_value());
    CHECK(address->host == "127.0.0.1");
    CHECK(address->port == 7808);
    for (const char* wrong : {"", ":80", "host", "host:", "host:65536", "host:-1", "host:80x"}) {
        INFO(wrong);
        CHECK_FALSE(parse_endpoint(wrong).has_value());
    }
}

TEST_CASE("a demo clock is START@RATE with a rate from 0.1 to 600") {
    const auto demo = parse_demo_clock("2026-03-01T14:00:00Z@60");
    REQUIRE(demo.has_value());
    CHECK(to_iso(demo->start) == "2026-03-01T14:00:00Z");
    CHECK(demo->rate == 60);
    for (const char* wrong :
         {"", "@60", "2026-03-01T14:00:00Z", "2026-03-01T14:00:00@60", "2026-03-01T14:00:00Z@0",
          "2026-03-01T14:00:00Z@601", "2026-03-01T14:00:00Z@nan", "2026-03-01T14:00:00Z@6x"}) {
        INFO(wrong);
        CHECK_FALSE(parse_demo_clock(wrong).has_value());
    }
}

TEST_CASE("a demo clock runs from its start at its rate and never back") {
    const Instant start = *parse_iso("2026-03-01T14:00:00Z");
    const Clock clock{DemoClock{start, 600}};
    const auto first = clock.now();
    const auto second = clock.now();
    CHECK(first >= start);
    CHECK(first < start + std::chrono::minutes{10});
    CHECK(second >= first);
    CHECK(clock.is_demo());
    CHECK_FALSE(Clock{}.is_demo());
}

TEST_CASE("a flag wins over the file, and the file over the environment") {
    std::string path = "/tmp/lh-config-XXXXXX";
    const int file = ::mkstemp(path.data());
    REQUIRE(file >= 0);
    ::close(file);
    std::ofstream{path} << "http=127.0.0.1:2\njt808=127.0.0.1:2\n";
    const Environment http{"LIUHEN_HTTP", "127.0.0.1:1"};
    const Environment jt808{"LIUHEN_JT808", "127.0.0.1:1"};
    const Environment lock{"LIUHEN_LOCK", "127.0.0.1:1"};
    const auto asked = read(
        {"serve", "--database", "dbname=x", "--config", path.c_str(), "--http", "127.0.0.1:3"});
    ::unlink(path.c_str());
    REQUIRE(asked.has_value());
    CHECK(asked->config.http.port == 3);
    CHECK(asked->config.jt808.port == 2);
    CHECK(asked->config.lock.port == 1);
}

TEST_CASE("a setting that cannot be is refused with exit code 2") {
    for (const char* flag :
         {"--http=nowhere", "--demo-clock=soon", "--shards=0", "--log-level=x"}) {
        const auto asked = read({"serve", "--database", "dbname=x", flag});
        INFO(flag);
        REQUIRE_FALSE(asked.has_value());
        CHECK(asked.error() == 2);
    }
    REQUIRE_FALSE(read({"serve"}).has_value());
    REQUIRE_FALSE(read({}).has_value());
    CHECK(read({"--help"}).error() == 0);
}

TEST_CASE("what is archived of a device a day is set in MiB and is never nothing") {
    const auto usual = read({"serve", "--database", "x"});
    REQUIRE(usual.has_value());
    CHECK(usual->config.devices.bytes_a_day == 256ULL * 1024 * 1024);
    const auto less = read({"serve", "--database", "x", "--device-day", "3"});
    REQUIRE(less.has_value());
    CHECK(less->config.devices.bytes_a_day == 3ULL * 1024 * 1024);
    for (const char* wrong : {"0", "-1", "1048577", "much"}) {
        INFO(wrong);
        CHECK_FALSE(read({"serve", "--database", "x", "--device-day", wrong}).has_value());
    }
}

TEST_CASE("keys of secrets are files in the order given, the newest first") {
    const auto asked = read(
        {"serve", "--database", "dbname=x", "--secret-key", "new.key", "--secret-key", "old.key"});
    REQUIRE(asked.has_value());
    CHECK(asked->config.secret_keys == std::vector<std::string>{"new.key", "old.key"});
    CHECK(read({"serve", "--database", "dbname=x"})->config.secret_keys.empty());
}

TEST_CASE("the national system is told when the operator says where it is") {
    CHECK(read({"serve", "--database", "host=here"})->config.national.url.empty());
    const auto asked =
        read({"serve", "--database", "host=here", "--national-url", "https://nation.example/in",
              "--national-credentials", "key.txt", "--national-timeout", "30"});
    REQUIRE(asked);
    CHECK(asked->config.national.url == "https://nation.example/in");
    CHECK(asked->config.national.credentials == "key.txt");
    CHECK(asked->config.national.timeout == std::chrono::seconds{30});
    for (const char* wrong : {"0", "121", "soon"})
        CHECK_FALSE(read({"serve", "--database", "host=here", "--national-timeout", wrong}));
}

TEST_CASE("whom the server may call by itself is set by the operator") {
    const auto strict = read({"serve", "--database", "host=here"});
    REQUIRE(strict);
    CHECK(strict->config.outbound.allowed.empty());
    CHECK_FALSE(strict->config.outbound.plain_http);
    const auto friendly = read({"serve", "--database", "host=here", "--outbound-networks",
                                "10.1.0.0/16, 127.0.0.1", "--outbound-http"});
    REQUIRE(friendly);
    const auto& outbound = friendly->config.outbound;
    CHECK(outbound.allowed.contains(boost::asio::ip::make_address("10.1.2.3")));
    CHECK(outbound.plain_http);
    const Environment plain{"LIUHEN_OUTBOUND_HTTP", "true"};
    CHECK(read({"serve", "--database", "host=here"})->config.outbound.plain_http);
    CHECK_FALSE(read({"serve", "--database", "host=here", "--outbound-networks", "10.0.0.0/33"}));
}

TEST_CASE("HTTPS wants a certificate, and bound tokens an authority of clients' certificates") {
    const char* authorities = LIUHEN_SOURCE_DIR "/README.md";  // it is not read yet
    const auto serve = [](std::vector<const char*> more) {
        std::vector<const char*> all{"liuhen-server", "serve", "--database", "dbname=x"};
        all.insert(all.end(), more.begin(), more.end());
        return parse_command_line(static_cast<int>(all.size()), all.data());
    };
    CHECK_FALSE(serve({"--https", "127.0.0.1:0"}));
    CHECK_FALSE(serve({"--https-client-authorities", authorities}));
    CHECK_FALSE(serve({"--bound-tokens", "police"}));
    const auto all =
        serve({"--https", "0.0.0.0:8443", "--tls-certificate", "c.pem", "--tls-key", "k.pem",
               "--https-client-authorities", authorities, "--bound-tokens", "police,operator"});
    REQUIRE(all);
    CHECK(all->config.https->text() == "0.0.0.0:8443");
    CHECK(all->config.bound_roles == std::vector<std::string>{"police", "operator"});
    CHECK_FALSE(
        serve({"--https", "0.0.0.0:8443", "--tls-certificate", "c.pem", "--tls-key", "k.pem",
               "--https-client-authorities", authorities, "--bound-tokens", "police,nobody"}));
}
