// SQL of due times: the clocks of manifest::limits() as rows, and those that have passed.
#pragma once

#include "manifest/limits.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Brings the rows in line with the manifest as it is to be stored: clocks that run have a row,
/// all others end. The same call twice changes nothing.
void keep_due_times(pqxx::transaction_base& db, const manifest::Manifest& next, Instant now);

/// Counts anew, under today's calendar, up to `most` open rows that were counted under another;
/// each that moves leaves a row in due_time_changes, and one that had passed too early is open
/// again. How many were looked at.
struct Recount {
    std::size_t looked_at = 0;
    std::size_t moved = 0;
    std::vector<ManifestId> receipts_reopened;  ///< RECEIPT_OVERDUE no longer holds
};
Recount recount_due_times(pqxx::transaction_base& db, Instant now, int most);

/// A row that is due.
struct DueRow {
    ManifestId manifest;
    std::string limit;
    Instant since;
};
/// Open rows whose time has come, the oldest first.
std::vector<DueRow> due_rows(pqxx::transaction_base& db, Instant now, int most);
/// Holds the row until the transaction ends; false when it is open no longer.
bool lock_due_row(pqxx::transaction_base& db, const DueRow& row);
/// Notes that it passed and what the service did; `retry_at`: it was refused and tries again.
void note_passed(pqxx::transaction_base& db, const DueRow& row, std::string_view outcome,
                 Instant now, std::optional<Instant> retry_at);

/// The caller's due times as shown, by end.
struct DueQuery {
    std::string manifest;      ///< empty: of all the caller may see
    bool passed_only = false;  ///< what stands as a task
    bool ended_too = false;
    std::string after;  ///< cursor of the last one seen
    int limit = 50;
};
std::vector<nlohmann::json> list_due_times(pqxx::transaction_base& db, const DueQuery& query);

}  // namespace liuhen::server::store
