#include "server/tcp_line.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::server;

namespace {

struct Pair {
    Pair() : acceptor(context, {asio::ip::address_v4::loopback(), 0}), device(context) {
        device.connect(acceptor.local_endpoint());
        line = std::make_unique<TcpLine>(acceptor.accept(), Protocol::jt808);
    }
    asio::io_context context;
    tcp::acceptor acceptor;
    tcp::socket device;
    std::unique_ptr<TcpLine> line;
};

}  // namespace

TEST_CASE("what there is room for is sent at once, and the rest is left") {
    Pair pair;
    std::vector<std::byte> few(15, std::byte{0x7E});
    pair.line->send_some(few);
    CHECK(few.empty());
    CHECK_FALSE(pair.line->ended);

    const std::size_t much = 64U << 20U;  // more than any socket buffer
    std::vector<std::byte> bytes(much);
    for (std::size_t i = 0; i < much; ++i) bytes[i] = static_cast<std::byte>(i % 251);
    const auto all = bytes;
    pair.line->send_some(bytes);
    REQUIRE(!bytes.empty());
    REQUIRE(bytes.size() < much);
    CHECK(std::equal(bytes.begin(), bytes.end(), all.end() - static_cast<long>(bytes.size())));
    const auto left = bytes.size();
    pair.line->send_some(bytes);
    CHECK(bytes.size() <= left);
    CHECK(!bytes.empty());
    CHECK_FALSE(pair.line->ended);
}

TEST_CASE("a line whose device is gone ends when it is sent on") {
    Pair pair;
    pair.device.set_option(asio::socket_base::linger{true, 0});
    pair.device.close();
    std::vector<std::byte> bytes(15);
    for (int i = 0; i < 3 && !pair.line->ended; ++i) {
        bytes.assign(15, std::byte{1});
        pair.line->send_some(bytes);
    }
    CHECK(pair.line->ended);
    CHECK(bytes.empty());
}
