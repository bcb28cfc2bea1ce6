// A column of whole numbers, packed: what was foreseen is taken off, what is left is Rice coded.
#pragma once

#include "telematics/archive/bits.hpp"

#include <span>
#include <vector>

namespace liuhen::telematics::archive {

/// Bits of a number at most, without its sign: room for every sum that the coding makes.
inline constexpr unsigned max_number_bits = 60;

/// Whether `numbers` can pack it.
constexpr bool fits(std::int64_t value) { return std::bit_width(zigzag(value)) <= max_number_bits; }

/// Packs a column of at least one number, each of which `fits`. docs/decisions/059 has the form.
void put_numbers(BitWriter& out, std::span<const std::int64_t> column);

/// The column of so many numbers; when the reader fails, what it holds means nothing.
std::vector<std::int64_t> get_numbers(BitReader& in, std::size_t count);

}  // namespace liuhen::telematics::archive
