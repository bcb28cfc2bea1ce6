// Positions as they are sent: 0x0200, the entries of 0x0704, and inside other messages.
#pragma once

#include "telematics/bytes.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace liuhen::telematics::jtt808 {

/// An additional item of a position, as sent; see items.hpp for what is in it.
struct Item {
    std::uint8_t id{};
    Bytes value;
    friend bool operator==(const Item&, const Item&) = default;
};

/// 0x0200, and each entry of 0x0704: the 28 bytes of the basic part as sent, then items. Nothing is
/// lost: writing it gives the bytes it was read from. location.hpp says what it means.
struct Position {
    static constexpr std::uint16_t id = 0x0200;
    std::uint32_t alarm{};
    std::uint32_t status{};
    std::uint32_t latitude{};         ///< 1e-6 degree, hemisphere in the status word
    std::uint32_t longitude{};        ///< 1e-6 degree
    std::int16_t altitude{};          ///< m
    std::uint16_t speed{};            ///< 0.1 km/h
    std::uint16_t direction{};        ///< degrees clockwise from north
    std::array<std::byte, 6> time{};  ///< BCD YYMMDDhhmmss; all zero when the device has no clock
    std::vector<Item> items;
    Bytes tail;  ///< from the first item on that runs past the end
    friend bool operator==(const Position&, const Position&) = default;
};

/// 0x0704: stored positions. Each is kept as it was sent; `read_position` reads it.
struct Batch {
    static constexpr std::uint16_t id = 0x0704;
    static constexpr std::uint8_t blind_area = 1;
    std::uint8_t kind{};        ///< 0 as usual, `blind_area` when there was no network
    std::uint16_t announced{};  ///< number of positions the terminal said would follow
    std::vector<Bytes> bodies;
    Bytes tail;  ///< what follows the last whole entry
    friend bool operator==(const Batch&, const Batch&) = default;
};

}  // namespace liuhen::telematics::jtt808
