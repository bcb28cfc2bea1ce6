// Sightings as stored: on a fixed grid, so that folding from memory and from storage is the same.
#pragma once

#include "base/observation.hpp"
#include "server/store/copy_buffer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace liuhen::server::store {

/// Bits of `ObservationRow::flags`; stored, never renumber them.
enum Flag : std::int16_t { undated = 1, backlog = 2, implausible_time = 4, unsound = 8 };

/// One row of `observations`; units and codes as in sql/005_observations.sql.
struct ObservationRow {
    std::int32_t terminal_key{};
    std::optional<std::int32_t> vehicle_key;
    Instant at;
    std::int16_t kind{};
    std::int64_t hash{};
    Instant received_at;
    std::int32_t message{};
    std::int16_t flags{};
    std::int32_t alarm{};
    std::int32_t status{};
    std::optional<std::int32_t> lat, lon;  ///< 1e-7 degree
    std::optional<std::int32_t> speed;     ///< 0.01 m/s
    std::optional<std::int16_t> heading;   ///< whole degrees
    std::optional<std::int16_t> altitude;
    std::optional<std::int16_t> source, load, satellites;
    std::optional<std::int64_t> odometer;        ///< metres
    std::optional<std::int16_t> signals;         ///< bits of `Signal`
    std::optional<std::int64_t> mass;            ///< grams
    std::optional<std::int32_t> recorder_speed;  ///< 0.01 m/s
    std::optional<std::int16_t> action, means;
    std::optional<std::int32_t> cuts;
    std::optional<std::string> lock_number, actor;
    std::vector<std::byte> raw;
};

/// Where and when a sighting came in.
struct Arrival {
    std::int32_t terminal_key{};
    std::optional<std::int32_t> vehicle_key;
    Instant received;
};

/// Device times outside of [received - 30 days, received + 10 minutes] are stored and not judged.
inline constexpr Duration oldest_plausible = std::chrono::hours{30 * 24};
inline constexpr Duration newest_plausible = std::chrono::minutes{10};

ObservationRow to_row(const Sighting& seen, const Arrival& arrival);
Sighting to_sighting(const ObservationRow& row);
/// The sighting as it would be read back.
Sighting canonical(const Sighting& seen);

/// COPY target with its columns, in the order of `put`.
std::string_view observation_columns();
void put(CopyBuffer& buffer, const ObservationRow& row);

/// A plausible sighting with the device that sent it.
struct StoredSighting {
    std::int32_t terminal_key{};
    Sighting seen;
};

/// A vehicle's life between two device times, `until` excluded.
struct HistoryAsked {
    std::int32_t vehicle_key{};
    Instant from, until;
};
/// Where a page of it ended.
struct HistoryPlace {
    Instant at;
    std::int16_t kind{};
    std::int64_t hash{};
    std::int32_t terminal_key{};
};
struct HistoryPage {
    std::vector<StoredSighting> seen;
    std::optional<HistoryPlace> next;  ///< nullopt: that was all
};
/// Plausible sightings in the order in which they are folded, at most `most` behind `after`. Of the
/// fixes that one terminal sent of one device time those that no fold would judge are left out
/// (`geofence::max_fixes_an_instant`); of locks, nothing.
HistoryPage history(pqxx::transaction_base& transaction, const HistoryAsked& asked,
                    const std::optional<HistoryPlace>& after, std::size_t most);

/// The first page of each, as `history` without a place has it, by one statement.
std::vector<HistoryPage> first_pages(pqxx::transaction_base& transaction,
                                     const std::vector<HistoryAsked>& asked, std::size_t most);

/// Those that are not stored yet, in the same order.
std::vector<StoredSighting> not_stored(pqxx::transaction_base& transaction,
                                       std::vector<StoredSighting> seen);

}  // namespace liuhen::server::store
