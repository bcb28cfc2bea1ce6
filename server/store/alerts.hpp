// Alert revisions as stored, and the feed's numbers for them.
#pragma once

#include "base/time.hpp"
#include "geofence/alert.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace liuhen::server::store {

/// One row of alert_revisions. Texts are the codes of the domain.
struct AlertRow {
    std::string alert;  ///< the alert's key
    std::int32_t revision{};
    std::string what;  ///< "raised", "amended", "withdrawn"
    std::string trip_id;
    std::string vehicle_id;
    std::string carrier_id;  ///< empty: unknown
    std::string plate;
    std::vector<std::string> manifest_nos;
    std::string kind;  ///< "ROUTE_DEVIATION"
    char tier{};       ///< 'A', 'B', 'C'
    int grade{};
    Instant since;
    std::optional<Instant> until;
    Instant detected_at;
    bool late{};
    std::string rule_set;
    std::string evidence;  ///< JSON text
    Instant recorded_at;   ///< when the server took it, its clock
    /// Divisions that it touches, and all above them; the database fills them in.
    std::vector<std::string> areas{};
};

/// A change as it is to be stored.
AlertRow to_row(const geofence::AlertChange& change, std::string_view carrier_id,
                std::string_view plate, Instant recorded_at);
/// The alert of a revision, as `Watch::remember` takes it. Throws std::runtime_error when the row
/// was not written by `to_row`.
geofence::Alert to_alert(const AlertRow& row);

/// All rows as one JSON array, the parameter of `insert_statement`.
std::string to_records(const std::vector<AlertRow>& rows);
/// Inserts the rows of `$1`; its tag counts them.
std::string_view insert_statement();
/// The same, but passes over rows that are stored already: for a batch whose outcome is unknown.
std::string_view insert_again_statement();

/// Newest revision of each alert of a trip.
std::vector<AlertRow> newest_revisions(pqxx::transaction_base& transaction,
                                       std::string_view trip_id);

/// A stored revision with its place in the feed.
struct NumberedAlert {
    std::int64_t no{};
    AlertRow row;
};
/// Numbers every committed revision that has none, oldest first; returns how many.
std::int64_t number_new_alerts(pqxx::transaction_base& transaction);
/// Up to `limit` numbered revisions after `no`, in order.
std::vector<NumberedAlert> numbered_after(pqxx::transaction_base& transaction, std::int64_t no,
                                          std::size_t limit);
std::int64_t newest_number(pqxx::transaction_base& transaction);
/// An alert that was told, stands and has no end.
struct OpenAlert {
    std::string alert;
    char tier{};
};
/// All of them; for the start, afterwards they are counted as they are told.
std::vector<OpenAlert> open_alerts(pqxx::transaction_base& transaction);

}  // namespace liuhen::server::store
