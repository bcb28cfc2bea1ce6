// SQL behind the cold form of observations: rows of old days become pieces, expired months go.
// How pieces look: telematics/archive; how SQL reads them: sql/054_cold_pieces.sql.
#pragma once

#include "base/time.hpp"
#include "server/keeping.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace liuhen::server::store {

/// What one transaction of packing came to.
struct Packed {
    std::size_t rows{};      ///< taken out of `observations`
    std::size_t pieces{};    ///< written
    std::size_t repeated{};  ///< of the rows: stored in a piece already, told again by the device
    std::size_t bytes{};     ///< of the pieces' payloads
    std::optional<std::int32_t> behind =
        std::nullopt;  ///< where the day goes on; nullopt: it is done
};

/// UTC days with rows that are wholly older than `horizon`, as YYYY-MM-DD, oldest first.
std::vector<std::string> days_to_pack(pqxx::transaction_base& db, Instant horizon,
                                      std::size_t most);

/// Packs rows of a day (YYYY-MM-DD, UTC) of the terminals whose keys follow `behind`, whole
/// terminals until there are about `most` rows. Rows that belong into a piece which is there are
/// joined with it, each identity once. All or nothing with the transaction.
Packed pack_some(pqxx::transaction_base& db, const std::string& day, std::int32_t behind,
                 std::size_t most);

/// Gives the room of a day without rows back. False: it has some, or is in use.
bool empty_day(pqxx::transaction_base& db, const std::string& day);

/// Drops what is over as whole partitions; their names.
std::vector<std::string> drop_expired(pqxx::transaction_base& db, const Keeping& keeping,
                                      Instant now);

/// How the storage of positions stands.
struct StorageState {
    int days_ahead{};               ///< partitions from today on, of eight
    std::int64_t rows_elsewhere{};  ///< in the partition of last resort, counted to 100,000
    std::int64_t hot_bytes{}, cold_bytes{}, frame_bytes{};
};
StorageState storage_state(pqxx::transaction_base& db, Instant now);

}  // namespace liuhen::server::store
