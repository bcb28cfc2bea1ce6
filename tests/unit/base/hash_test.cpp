#include "base/hash.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <set>
#include <span>
#include <string_view>

using namespace liuhen;

namespace {
std::uint64_t hash_of(std::string_view text) {
    return hash64(std::as_bytes(std::span{text.data(), text.size()}));
}
}  // namespace

// Stored rows carry these numbers. A failure here means that every observation already stored would
// be stored again when its device repeats it.
TEST_CASE("the hash of known bytes never changes") {
    CHECK(hash_of("") == 0xfdbdf6ac4fc52e7fULL);
    CHECK(hash_of("a") == 0x8e1e9271795e81e1ULL);
    CHECK(hash_of("liuhen") == 0x5891daf6a7fe91acULL);
}

// The rule written down byte by byte.
std::uint64_t plain_hash(std::span<const std::byte> bytes) {
    std::uint64_t h = 0xcbf29ce484222325ULL ^ bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < 8 && at + i < bytes.size(); ++i)
            word |= std::to_integer<std::uint64_t>(bytes[at + i]) << 8 * i;
        word *= 0x9e3779b97f4a7c15ULL;
        h = (h ^ word ^ word >> 32) * 0x100000001b3ULL;
    }
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93ULL;
    return h ^ h >> 32;
}

TEST_CASE("bytes of any number, wherever they lie, are hashed by the same rule") {
    std::array<std::byte, 100> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte(i * 151 + 17);
    for (std::size_t from = 0; from < 9; ++from) {
        for (std::size_t size = 0; from + size <= bytes.size(); ++size) {
            const auto some = std::span<const std::byte>{bytes}.subspan(from, size);
            REQUIRE(hash64(some) == plain_hash(some));
        }
    }
}

TEST_CASE("bodies of one, two and three bytes all have hashes of their own") {
    std::set<std::uint64_t> seen;
    std::size_t bodies = 0;
    for (unsigned a = 0; a < 256; ++a) {
        const std::array one{std::byte(a)};
        seen.insert(hash64(one));
        ++bodies;
        for (unsigned b = 0; b < 256; ++b) {
            const std::array two{std::byte(a), std::byte(b)};
            const std::array three{std::byte(a), std::byte(b), std::byte{0}};
            seen.insert(hash64(two));
            seen.insert(hash64(three));
            bodies += 2;
        }
    }
    CHECK(seen.size() == bodies);
}

TEST_CASE("one flipped bit changes about half of the hash, high half and low half alike") {
    std::array<std::byte, 28> body{};
    const auto before = hash64(body);
    int high = 0;
    int low = 0;
    for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
        auto changed = body;
        changed[bit / 8] ^= std::byte(1U << (bit % 8));
        const std::uint64_t difference = before ^ hash64(changed);
        high += std::popcount(difference >> 32);
        low += std::popcount(difference & 0xffffffffULL);
    }
    const int flips = static_cast<int>(body.size()) * 8;
    CHECK(high > flips * 12);  // 16 of 32 expected
    CHECK(low > flips * 12);
}

TEST_CASE("the order of the bytes matters") { CHECK(hash_of("ab") != hash_of("ba")); }
