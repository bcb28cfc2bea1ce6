// Counts of what devices sent wrongly, and what is known of one terminal when its readings are in
// doubt.
#pragma once

#include "server/fault_tally.hpp"
#include "telematics/diagnosis.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace liuhen::server::store {

/// Adds counts to what is stored of the same device, kind and day, in one statement.
void add_device_faults(pqxx::transaction_base& db, const std::vector<FaultCount>& counts);

/// A kind of fault over all days.
struct FaultHistory {
    std::string kind;
    std::int64_t count{};
    std::string first_at, last_at;      ///< ISO 8601
    std::vector<std::byte> last_bytes;  ///< the latest piece
};

/// Where a terminal was last.
struct LastFix {
    std::string at, received_at;  ///< ISO 8601
    double lat{}, lon{};
    bool satellite = false;  ///< false: of a cell tower, or no place at all
};

/// A terminal with what it did lately.
struct TerminalRecord {
    std::string id, number, protocol;
    std::string profile;
    std::chrono::minutes time_zone{};
    telematics::Datum datum{};
    std::int64_t quarantined{};  ///< pieces put away, of all days
    std::vector<FaultHistory> faults;
    std::optional<LastFix> last_fix;
    std::vector<telematics::Evidence> evidence;  ///< newest frames and refused pieces
};
/// By id or by the number it sends; nullopt when there is none. Seen by operators only.
std::optional<TerminalRecord> read_terminal(pqxx::transaction_base& db,
                                            const std::string& id_or_number);

}  // namespace liuhen::server::store
