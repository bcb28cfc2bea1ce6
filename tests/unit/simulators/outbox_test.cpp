#include "simulators/outbox.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::simulators;
using namespace std::chrono_literals;

namespace {

const Instant start = *parse_iso("2026-03-01T14:00:00Z");
const Monotonic zero{};
Entry entry(int second) {
    return {.at = start + std::chrono::seconds{second},
            .not_before = start + std::chrono::seconds{second},
            .body = {}};
}

}  // namespace

TEST_CASE("what was sent is kept until its own acknowledgement") {
    Outbox outbox;
    outbox.add(entry(0));
    CHECK(outbox.take(start, 5, 1, zero).size() == 1);
    CHECK_FALSE(outbox.empty());
    CHECK(outbox.acknowledged(2).empty());
    CHECK(outbox.acknowledged(1).size() == 1);
    CHECK(outbox.empty());
    CHECK(outbox.acknowledged(1).empty());
}

TEST_CASE("what was not acknowledged in time waits again, as kept data") {
    Outbox outbox;
    outbox.add(entry(0));
    outbox.take(start, 5, 1, zero);
    outbox.give_up(zero);
    CHECK(outbox.waiting() == 0);
    outbox.give_up(zero + 1s);
    CHECK(outbox.waiting() == 1);
    const auto again = outbox.take(start, 5, 2, zero + 2s);
    REQUIRE(again.size() == 1);
    CHECK(again.front().origin == Entry::Origin::kept);
    CHECK(outbox.acknowledged(1).empty());
}

TEST_CASE("a broken connection loses nothing") {
    Outbox outbox;
    for (int i = 0; i < 3; ++i) outbox.add(entry(i));
    outbox.take(start + 1s, 1, 1, zero);
    outbox.take(start + 1s, 1, 2, zero);
    outbox.connection_lost();
    CHECK(outbox.waiting() == 3);
    CHECK(outbox.flights() == 0);
}

TEST_CASE("an entry does not leave before its time and holds nobody up") {
    Outbox outbox;
    outbox.add(entry(10));
    outbox.add(entry(0));
    const auto taken = outbox.take(start, 5, 1, zero);
    REQUIRE(taken.size() == 1);
    CHECK(taken.front().at == start);
    CHECK(outbox.waiting() == 1);
}

TEST_CASE("live and kept entries do not leave in one message") {
    Outbox outbox;
    outbox.add(entry(0));
    Entry kept = entry(1);
    kept.origin = Entry::Origin::kept;
    outbox.add(kept);
    CHECK(outbox.take(start + 1min, 5, 1, zero).size() == 1);
    CHECK(outbox.take(start + 1min, 5, 2, zero).size() == 1);
}

TEST_CASE("a serial that comes round again drops nothing") {
    Outbox outbox;
    outbox.add(entry(0));
    outbox.take(start, 1, 7, zero);
    outbox.add(entry(1));
    outbox.take(start + 1s, 1, 7, zero);
    CHECK(outbox.waiting() == 1);
    CHECK(outbox.acknowledged(7).front().at == start + 1s);
}
