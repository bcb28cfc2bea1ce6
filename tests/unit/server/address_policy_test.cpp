#include "server/outbound/address_policy.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace {

using liuhen::server::may_call;
using liuhen::server::Networks;

bool may(const std::string& address, const char* allowed = "") {
    return may_call(boost::asio::ip::make_address(address), *Networks::parse(allowed));
}

TEST_CASE("addresses of the public internet may be called") {
    for (const char* one : {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255",
                            "172.32.0.0", "223.255.255.255", "2606:4700::1111", "2400:3200::1"}) {
        INFO(one);
        CHECK(may(one));
    }
}

TEST_CASE("no address inside a network, of this machine or of many may be called") {
    for (const char* one : {"0.0.0.0",
                            "0.1.2.3",
                            "10.0.0.1",
                            "100.64.0.1",
                            "127.0.0.1",
                            "127.255.0.1",
                            "169.254.169.254",
                            "172.16.0.1",
                            "172.31.9.9",
                            "192.0.0.170",
                            "192.0.2.1",
                            "192.168.1.1",
                            "198.18.0.1",
                            "203.0.113.9",
                            "224.0.0.1",
                            "239.1.1.1",
                            "255.255.255.255",
                            "::",
                            "::1",
                            "fe80::1",
                            "fec0::1",
                            "fc00::1",
                            "fd12:3456::1",
                            "ff02::1",
                            "2001:db8::1",
                            "2001::1",
                            "2002:7f00:1::1",
                            "64:ff9b::7f00:1",
                            "64:ff9b:1::1"}) {
        INFO(one);
        CHECK_FALSE(may(one));
    }
}

TEST_CASE("an IPv4 address in the clothes of IPv6 may not be called, be it public or not") {
    CHECK_FALSE(may("::ffff:127.0.0.1"));
    CHECK_FALSE(may("::ffff:10.1.2.3"));
    CHECK_FALSE(may("::ffff:8.8.8.8"));
    CHECK_FALSE(may("::127.0.0.1"));
}

TEST_CASE("what the operator allows may be called, and nothing beside it") {
    CHECK(may("10.20.0.7", "10.20.0.0/16, fd00::/8"));
    CHECK(may("fd00::7", "10.20.0.0/16, fd00::/8"));
    CHECK_FALSE(may("10.21.0.7", "10.20.0.0/16, fd00::/8"));
    CHECK_FALSE(may("127.0.0.1", "10.20.0.0/16, fd00::/8"));
}

}  // namespace
