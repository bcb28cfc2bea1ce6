#include "server/proxy_header.hpp"

#include "server/networks.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::server;
using telematics::Bytes;

namespace {

const std::string signature = "0D0A0D0A000D0A515549540A";

Bytes bytes(const std::string& hex) { return *telematics::from_hex(hex); }
auto read(const std::string& hex) { return read_proxy_header(bytes(hex)); }

}  // namespace

TEST_CASE("an IPv4 header names the address and port behind the balancer") {
    const auto header = read(signature + "2111000C C0000207 0A000001 D431 1E80");
    REQUIRE(header);
    REQUIRE(*header);
    CHECK(**header == ProxySource{IpV4{192, 0, 2, 7}, 54321});
}

TEST_CASE("an IPv6 header names the address, and TLVs behind it are passed over") {
    const auto header = read(signature + "2121002B 20010DB8000000000000000000000001" +
                             "20010DB8000000000000000000000002 D431 1E80 03000480000000");
    REQUIRE(header);
    REQUIRE(*header);
    CHECK((*header)->port == 54321);
    CHECK(std::get<IpV6>((*header)->address)[15] == 1);
}

TEST_CASE("LOCAL, UNIX and unknown families name nobody") {
    for (const char* tail :
         {"20000000", "2000000411223344", "21000000", "213100020000", "21F100020000"}) {
        const auto header = read(signature + tail);
        REQUIRE(header);
        CHECK_FALSE(*header);
    }
}

TEST_CASE("what is no header of version 2 is told apart") {
    const auto fault = [](const std::string& hex) { return read(hex).error(); };
    CHECK(fault("50524F585920544350342031302E302E302E31") == ProxyFault::version_one);
    CHECK(fault("7E0002000001390000000100018A7E007E00") == ProxyFault::no_header);
    CHECK(fault(signature + "1111000C") == ProxyFault::bad_version);
    CHECK(fault(signature + "2211000C") == ProxyFault::bad_version);
    CHECK(fault(signature + "2111FFFF") == ProxyFault::too_long);
    CHECK(fault(signature + "21110004C0000207") == ProxyFault::bad_address);
    CHECK(fault(signature + "2111000CC0000207") == ProxyFault::truncated);
    CHECK(fault(signature + "21") == ProxyFault::truncated);
    CHECK(fault("") == ProxyFault::truncated);
}

TEST_CASE("every beginning of a header is read or refused, never overrun") {
    const Bytes whole = bytes(signature + "2111000C C0000207 0A000001 D431 1E80");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto header = read_proxy_header(std::span{whole}.first(length));
        REQUIRE_FALSE(header);
        CHECK(header.error() == ProxyFault::truncated);
    }
}

TEST_CASE("networks hold the addresses of their prefix and no others") {
    const auto networks = Networks::parse("10.0.0.0/8, 192.0.2.7,fd00::/9");
    REQUIRE(networks);
    const auto holds = [&](const char* text) {
        return networks->contains(boost::asio::ip::make_address(text));
    };
    CHECK(holds("10.255.0.1"));
    CHECK(holds("::ffff:10.1.2.3"));
    CHECK_FALSE(holds("11.0.0.0"));
    CHECK(holds("192.0.2.7"));
    CHECK_FALSE(holds("192.0.2.6"));
    CHECK(holds("fd7f::1"));
    CHECK_FALSE(holds("fd80::1"));
}

TEST_CASE("a list of networks with a slip in it is none") {
    for (const char* text : {"10.0.0.0/33", "10.0.0", "10.0.0.0/", "10.0.0.0/8,", "x/8", "::/129"})
        CHECK_FALSE(Networks::parse(text));
    CHECK(Networks::parse("")->empty());
}
