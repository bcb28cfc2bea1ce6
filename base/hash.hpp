// The 64-bit hash in an observation's identity. Stored values depend on it: never change it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace liuhen {

/// FNV-1a over the bytes with a final mix (so that short bodies spread over all 64 bits).
/// Not a defence against a device that wants two of its own observations to look alike.
constexpr std::uint64_t hash64(std::span<const std::byte> bytes) {
    std::uint64_t h = 0xcbf29ce484222325ULL;
    for (const std::byte b : bytes) {
        h ^= static_cast<std::uint64_t>(b);
        h *= 0x100000001b3ULL;
    }
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93ULL;
    h ^= h >> 32;
    return h;
}

}  // namespace liuhen
