#include "server/strangers.hpp"

#include <catch2/catch.hpp>

using namespace liuhen::server;
using namespace std::chrono_literals;

TEST_CASE("an address that was turned away too often waits until its tokens come back") {
    Strangers strangers{3, 1};
    const Monotonic now = monotonic();
    for (int i = 0; i < 3; ++i) {
        CHECK(strangers.may_try("192.0.2.1", now));
        strangers.charge("192.0.2.1", now);
    }
    CHECK_FALSE(strangers.may_try("192.0.2.1", now));
    CHECK_FALSE(strangers.may_try("192.0.2.1", now + 900ms));
    CHECK(strangers.may_try("192.0.2.1", now + 1s));
}

TEST_CASE("one address being turned away costs another nothing") {
    Strangers strangers{1, 1};
    const Monotonic now = monotonic();
    strangers.charge("192.0.2.1", now);
    CHECK_FALSE(strangers.may_try("192.0.2.1", now));
    CHECK(strangers.may_try("192.0.2.2", now));
}

TEST_CASE("more refusals than tokens are not held against an address for longer") {
    Strangers strangers{2, 1};
    const Monotonic now = monotonic();
    for (int i = 0; i < 100; ++i) strangers.charge("192.0.2.1", now);
    CHECK(strangers.may_try("192.0.2.1", now + 1s));
}

TEST_CASE("any number of addresses takes bounded memory, and those that recovered make room") {
    Strangers strangers{5, 1};
    const Monotonic now = monotonic();
    for (std::size_t i = 0; i < 2 * Strangers::max_addresses; ++i)
        strangers.charge(std::to_string(i), now);
    CHECK(strangers.size() <= Strangers::max_addresses + 1);
    CHECK_FALSE(strangers.may_try("another", now));
    strangers.charge("another", now + 10s);
    CHECK(strangers.size() == 1);
}
