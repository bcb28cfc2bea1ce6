// The 64-bit hash in an observation's identity. Stored values depend on it: never change it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace liuhen {

/// The eight bytes at `bytes` as a number, the first one lowest, whatever the machine.
inline std::uint64_t little_endian_word(const std::byte* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof(word));
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
}

/// The last `count` bytes (1 to 7) as a number, the first one lowest.
inline std::uint64_t last_word(std::span<const std::byte> bytes, std::size_t count) {
    constexpr std::size_t width = sizeof(std::uint64_t);
    if (bytes.size() >= width) {  // together with bytes before them, which are shifted out
        return little_endian_word(bytes.data() + bytes.size() - width) >> 8U * (width - count);
    }
    std::uint64_t word = 0;
    for (std::size_t i = count; i > 0; --i) {
        word = word << 8U | std::to_integer<std::uint64_t>(bytes[bytes.size() - count + i - 1]);
    }
    return word;
}

/// FNV-1a over words of eight bytes, the last one filled up with zeros, each stirred before it is
/// joined (so that its upper bits count too), with the size and a final mix (so that short bodies
/// spread over all 64 bits). Words instead of bytes, because each step waits for a multiplication.
/// Not a defence against a device that wants two of its own observations to look alike.
inline std::uint64_t hash64(std::span<const std::byte> bytes) {
    constexpr std::uint64_t prime = 0x100000001b3ULL, stirring = 0x9e3779b97f4a7c15ULL;
    std::uint64_t h = 0xcbf29ce484222325ULL ^ bytes.size();
    const auto join = [&h](std::uint64_t word) {
        word *= stirring;
        h = (h ^ word ^ word >> 32U) * prime;
    };
    const std::size_t whole = bytes.size() / 8 * 8;
    for (std::size_t at = 0; at < whole; at += 8) join(little_endian_word(bytes.data() + at));
    if (whole < bytes.size()) join(last_word(bytes, bytes.size() - whole));
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93ULL;
    h ^= h >> 32;
    return h;
}

}  // namespace liuhen
