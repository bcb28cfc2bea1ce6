// What may stand in a Host header.
#include "server/http/origin.hpp"

#include <catch2/catch.hpp>

namespace {

using liuhen::server::http::is_host;

TEST_CASE("a host is a name or an address, perhaps with a port, and nothing else") {
    for (const char* host : {"liuhen.example", "liuhen.example:8080", "127.0.0.1:8080", "[::1]",
                             "[::1]:8080", "a_b", "xn--fiqs8s"}) {
        INFO(host);
        CHECK(is_host(host));
    }
    for (const char* host : {"", "a b", "evil\"><", "user@evil.example", "a/b", "a:80:90", "a:x",
                             "[::1", "[::1]x", "[]", ":80", "a?b", "a#b", "\xe7\x95\x99"}) {
        INFO(host);
        CHECK_FALSE(is_host(host));
    }
    CHECK_FALSE(is_host(std::string(5'000, 'a')));
}

}  // namespace
