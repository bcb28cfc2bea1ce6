#include "server/http/seats.hpp"

#include "server/http/forwarded.hpp"

#include <boost/asio/ip/address.hpp>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace {

using namespace liuhen::server;
using namespace liuhen::server::http;
using boost::asio::ip::make_address;

TEST_CASE("when all places are taken the connection that waits longest gives way") {
    Seats seats{{2, 2}};
    const auto first = seats.take("a");
    const auto second = seats.take("b");
    std::string left;
    const Seats::Waiting early{*first.seat, [&left] { left += "first "; }};
    const Seats::Waiting late{*second.seat, [&left] { left += "second "; }};
    CHECK(seats.take("c").seat);
    CHECK(left == "first ");
    CHECK(seats.taken() == 1);  // the newcomer left, too
}

TEST_CASE("of those who wait the address with the most connections loses one") {
    Seats seats{{4, 4}};
    std::string left;
    const auto quiet = seats.take("quiet");
    const Seats::Waiting patient{*quiet.seat, [&left] { left += "quiet "; }};
    std::vector<Seats::Taken> greedy;
    std::vector<std::unique_ptr<Seats::Waiting>> idle;
    for (int i = 0; i < 3; ++i) {
        greedy.push_back(seats.take("greedy"));
        const std::string name = "greedy" + std::to_string(i) + " ";
        idle.push_back(
            std::make_unique<Seats::Waiting>(*greedy.back().seat, [&left, name] { left += name; }));
    }
    CHECK(seats.take("newcomer").seat);
    CHECK(left == "greedy0 ");
}

TEST_CASE("who is at work keeps the place, and when all are the newcomer is refused") {
    Seats seats{{2, 2}};
    const auto first = seats.take("a");
    const auto second = seats.take("b");
    const auto third = seats.take("c");
    CHECK_FALSE(third.seat);
    CHECK(third.why == Seats::Full::all_at_work);
    CHECK(seats.taken() == 2);
}

TEST_CASE("an address that has its share gives up one of its own, or gets no more") {
    Seats seats{{10, 2}};
    std::string left;
    const auto other = seats.take("other");
    const Seats::Waiting older{*other.seat, [&left] { left += "other "; }};
    const auto first = seats.take("a");
    const auto second = seats.take("a");
    const auto refused = seats.take("a");
    CHECK_FALSE(refused.seat);
    CHECK(refused.why == Seats::Full::address_at_work);
    {
        const Seats::Waiting own{*second.seat, [&left] { left += "own "; }};
        CHECK(seats.take("a").seat);
    }
    CHECK(left == "own ");
    CHECK(seats.take("proxy").seat);
    CHECK(seats.take("a", Seats::Counted::not_by_address).seat);
}

TEST_CASE("a place is free again when its holder leaves, and counted once when it gave way") {
    Seats seats{{1, 1}};
    for (int i = 0; i < 3; ++i) CHECK(seats.take("a").seat);
    CHECK(seats.taken() == 0);
    auto held = seats.take("a");
    {
        const Seats::Waiting idle{*held.seat, [] {}};
        const auto next = seats.take("b");
        CHECK(next.seat);
        held.seat.reset();
        CHECK(seats.taken() == 1);
    }
    CHECK(seats.taken() == 0);
}

TEST_CASE("an IPv4 address is one household, and so is the network of an IPv6 one") {
    CHECK(household(make_address("192.0.2.7")) == "192.0.2.7");
    CHECK(household(make_address("::ffff:192.0.2.7")) == "192.0.2.7");
    CHECK(household(make_address("2001:db8:1:2:3::4")) == "2001:db8:1:2::/64");
    CHECK(household(make_address("2001:db8:1:2::9")) == household(make_address("2001:db8:1:2::1")));
    CHECK(household(make_address("2001:db8:1:3::9")) != household(make_address("2001:db8:1:2::1")));
}

TEST_CASE("a trusted proxy says for whom it speaks; nobody else is believed") {
    const auto proxies = *Networks::parse("127.0.0.1,10.0.0.0/8");
    const auto client = [&proxies](const char* peer, const char* forwarded) {
        return client_of(make_address(peer), forwarded, proxies).to_string();
    };
    CHECK(client("127.0.0.1", "198.51.100.4") == "198.51.100.4");
    CHECK(client("127.0.0.1", "6.6.6.6, 198.51.100.4 , 10.1.2.3") == "198.51.100.4");
    CHECK(client("127.0.0.1", "") == "127.0.0.1");
    CHECK(client("127.0.0.1", "6.6.6.6, nonsense, 10.1.2.3") == "10.1.2.3");
    CHECK(client("192.0.2.1", "198.51.100.4") == "192.0.2.1");
    CHECK(client("127.0.0.1", "10.0.0.1") == "10.0.0.1");
}

}  // namespace
