// The cold form of observations: what one terminal said in an hour, packed into some bytes a row.
// A pure value; SQL unpacks the same bytes (sql/054_cold_pieces.sql, `unpack_piece`).
#pragma once

#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace liuhen::telematics::archive {

/// Columns of whole numbers, in the units of sql/005_observations.sql; times in milliseconds since
/// 1970. Packed in this order, never renumber them.
enum class Column : std::uint8_t {
    at,
    received_at,
    kind,
    message,
    flags,
    alarm,
    status,
    lat,
    lon,
    speed,
    heading,
    altitude,
    source,
    load,
    satellites,
    odometer,
    action,
    means,
    cuts,
    signals,
    mass,
    recorder_speed,
    count_,
};
inline constexpr auto columns = static_cast<std::size_t>(Column::count_);

/// A row without its terminal and vehicle, which a whole piece shares. Nullopt: null.
struct Row {
    std::array<std::optional<std::int64_t>, columns> numbers{};
    std::optional<std::string> lock_number{}, actor{};
    std::optional<std::vector<std::byte>> raw{};
    std::int64_t hash{};

    [[nodiscard]] const std::optional<std::int64_t>& operator[](Column c) const {
        return numbers.at(static_cast<std::size_t>(c));
    }
    std::optional<std::int64_t>& operator[](Column c) {
        return numbers.at(static_cast<std::size_t>(c));
    }
    friend bool operator==(const Row&, const Row&) = default;
};

inline constexpr std::size_t max_piece_rows = 4'096;
/// Longest additional items of a row, and longest text; what is longer is not packed.
inline constexpr std::size_t max_raw_bytes = 4'096;
inline constexpr std::size_t max_text_bytes = 1'024;

/// Why rows were not packed or bytes not unpacked.
enum class Fault : std::uint8_t {
    empty,      ///< no rows
    too_many,   ///< over `max_piece_rows`
    too_large,  ///< a number, text or item beyond the limits
    no_time,    ///< a row without `at` or `received_at`
    damaged,    ///< bytes that `pack` did not write
};

/// Rows as bytes, in their order; the nearer neighbours are in time, the fewer.
Result<std::vector<std::byte>, Fault> pack(std::span<const Row> rows);
/// The same rows, bit for bit. Any bytes may be given.
Result<std::vector<Row>, Fault> unpack(std::span<const std::byte> packed);

/// The leading columns alone, `last` included, a column a vector: what takes a tenth of the time.
/// Only as far as it reads does it notice damage.
using Columns = std::vector<std::vector<std::optional<std::int64_t>>>;
Result<Columns, Fault> unpack_columns(std::span<const std::byte> packed, Column last);

/// The hash of the position report that a row's fields make up: of a terminal that sends WGS 84 and
/// China's time it is the row's own, which then needs no room. Nullopt: no such report.
std::optional<std::int64_t> derived_hash(const Row& row);

}  // namespace liuhen::telematics::archive
