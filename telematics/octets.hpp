// Many bytes at once, for the few places where every frame passes by.
#pragma once

#include "telematics/bytes.hpp"

#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

namespace liuhen::telematics {

/// The unsigned number in the `Width` bytes at `At`, both known beforehand: one load in the end.
template <std::size_t At, std::size_t Width, std::size_t Extent>
constexpr std::uint32_t number_at(std::span<const std::byte, Extent> bytes) {
    static_assert(Width <= 4 && At + Width <= Extent);
    std::uint32_t value = 0;
    const auto append = [&](std::size_t i) {
        value = value << 8U | std::to_integer<std::uint32_t>(bytes[i]);
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) { (append(At + I), ...); }
    (std::make_index_sequence<Width>{});
    return value;
}

/// The XOR of all bytes, eight at a time: it does not matter in which order they are joined.
inline std::byte xor_of(ByteView bytes) {
    std::uint64_t eight = 0, next = 0;
    std::size_t at = 0;
    for (; at + sizeof(next) <= bytes.size(); at += sizeof(next)) {
        std::memcpy(&next, bytes.data() + at, sizeof(next));
        eight ^= next;
    }
    eight ^= eight >> 32U;
    eight ^= eight >> 16U;
    eight ^= eight >> 8U;
    std::byte sum = static_cast<std::byte>(eight);
    for (; at < bytes.size(); ++at) sum ^= bytes[at];
    return sum;
}

}  // namespace liuhen::telematics
