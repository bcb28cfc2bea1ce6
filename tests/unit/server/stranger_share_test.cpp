#include "server/stranger_share.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace std::chrono_literals;
using server::StrangerShare;

namespace {

const Instant noon = *parse_iso("2026-11-22T12:00:00Z");

// How many of so many pieces are kept, one a second.
int kept_of(StrangerShare& share, const std::string& address, int pieces, Instant from,
            std::size_t bytes = 100) {
    int kept = 0;
    for (int i = 0; i < pieces; ++i) kept += share.take(address, bytes, from + i * 1s) ? 1 : 0;
    return kept;
}

}  // namespace

TEST_CASE("one address fills its share of the quarantine and leaves the rest to others") {
    StrangerShare share;
    CHECK(kept_of(share, "192.0.2.1", 10'000, noon) == 40);
    CHECK(kept_of(share, "192.0.2.2", 10, noon + 3h) == 10);
    CHECK(kept_of(share, "192.0.2.1", 1, noon + 11h) == 0);
    CHECK(kept_of(share, "192.0.2.1", 1, noon + 12h) == 1);
    CHECK(share.addresses() == 1);
}

TEST_CASE("an address has 64 KiB a day in quarantine, and an IPv6 network is one address") {
    StrangerShare share;
    CHECK(kept_of(share, "192.0.2.1", 100, noon, 4'096) == 16);
    CHECK(kept_of(share, "2001:db8::1", 30, noon + 10min) == 30);
    CHECK(kept_of(share, "2001:db8::2:9", 30, noon + 20min) == 10);
    CHECK(kept_of(share, "2001:db8:0:1::1", 30, noon + 30min) == 30);
}

TEST_CASE("of many strangers sixty pieces are kept a minute and four thousand a day") {
    StrangerShare share;
    int first = 0, all = 0;
    for (int i = 0; i < 100; ++i) first += kept_of(share, "a" + std::to_string(i), 1, noon);
    CHECK(first == 60);
    for (int i = 0; i < 6'000; ++i) {
        all += kept_of(share, "b" + std::to_string(i), 1, noon + 1min + i * 2s);
    }
    CHECK(all == 4'000 - 60);
    CHECK(share.addresses() <= 4'000);
}
