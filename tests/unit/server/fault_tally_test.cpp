#include "server/fault_tally.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::server;

namespace {

const Instant noon = *parse_iso("2026-11-21T12:00:00Z");

std::vector<std::byte> piece(std::size_t size, unsigned char fill = 1) {
    return std::vector<std::byte>(size, std::byte{fill});
}

int kept(FaultTally& tally, const std::string& number, std::string_view kind, int times,
         std::size_t size = 20, Instant at = noon) {
    int count = 0;
    for (int i = 0; i < times; ++i) count += tally.note(number, kind, piece(size), at) ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("faults are counted by device, kind and day, with the latest piece") {
    FaultTally tally;
    (void)tally.note("1", "bad_checksum", piece(3, 1), noon);
    (void)tally.note("1", "bad_checksum", piece(3, 2), noon + std::chrono::seconds{5});
    (void)tally.note("1", "truncated", piece(3, 3), noon);
    (void)tally.note("2", "truncated", piece(3, 4), noon);
    (void)tally.note("2", "truncated", piece(3, 5), noon + std::chrono::hours{24});
    const auto counts = tally.take();
    REQUIRE(counts.size() == 4);
    CHECK(counts[0].number == "1");
    CHECK(counts[0].kind == "bad_checksum");
    CHECK(counts[0].count == 2);
    CHECK(counts[0].first_at == noon);
    CHECK(counts[0].last_at == noon + std::chrono::seconds{5});
    CHECK(counts[0].last_bytes == piece(3, 2));
    CHECK(counts[3].day == counts[2].day + 1);
    CHECK(tally.take().empty());
}

TEST_CASE("counts that could not be stored are added to those that came meanwhile") {
    FaultTally tally;
    (void)tally.note("1", "truncated", piece(1, 1), noon);
    auto counts = tally.take();
    (void)tally.note("1", "truncated", piece(1, 2), noon + std::chrono::seconds{1});
    tally.put_back(std::move(counts));
    const auto again = tally.take();
    REQUIRE(again.size() == 1);
    CHECK(again[0].count == 2);
    CHECK(again[0].first_at == noon);
    CHECK(again[0].last_bytes == piece(1, 2));
}

TEST_CASE("a flood of one kind leaves room for the others") {
    FaultTally tally;
    CHECK(kept(tally, "1", "bad_checksum", 1000) == 40);
    CHECK(kept(tally, "1", "truncated", 10) == 10);
    CHECK(tally.take().front().count == 1000);
}

TEST_CASE(
    "pieces and bytes of a device are limited by the day, the first of a kind is always kept") {
    FaultTally tally{{.pieces = 5, .bytes = 100, .pieces_of_kind = 5}};
    CHECK(kept(tally, "1", "bad_checksum", 10, 40) == 2);
    CHECK(kept(tally, "1", "truncated", 10, 40) == 1);
    CHECK(kept(tally, "2", "truncated", 10, 1) == 5);
    CHECK(kept(tally, "1", "bad_checksum", 1, 40, noon + std::chrono::hours{24}) == 1);
}
