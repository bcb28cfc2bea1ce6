// SQL of approvals to cross a province and of the tasks that late steps leave.
#pragma once

#include "manifest/approval.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// An application as stored, without its rows.
struct ApprovalRow {
    std::string id;
    std::string kind;  ///< "approval", "filing"
    std::string producer, receiver;
    std::string origin, receiving;  ///< codes of the two provinces
    manifest::Approval approval;
};

/// Held against other steps until the transaction ends; nullopt when the caller sees none.
std::optional<ApprovalRow> lock_approval(pqxx::transaction_base& db, const std::string& id);
std::optional<ApprovalRow> find_approval(pqxx::transaction_base& db, const std::string& id);
void insert_approval(pqxx::transaction_base& db, const ApprovalRow& row, Instant now);
void update_approval(pqxx::transaction_base& db, const ApprovalRow& row, Instant now);

/// Last day of the licences that cover every hazardous row of the application on `day`: the
/// earliest of the latest. Nullopt when a row is covered by none; the applicant's own last day
/// when no row is hazardous.
std::optional<std::chrono::sys_days> licence_end(pqxx::transaction_base& db, const ApprovalRow& row,
                                                 std::chrono::sys_days day);

/// The days on which offices work, as announced.
manifest::Calendar working_calendar(pqxx::transaction_base& db);

/// Applications whose step is due by `now` and has not been looked at since.
std::vector<std::string> overdue_approvals(pqxx::transaction_base& db, Instant now);

/// The step that `row` waited for came late, or has not come yet: a task, once for each version;
/// `done` when the step was taken after all.
void raise_task(pqxx::transaction_base& db, const ApprovalRow& row, Instant now,
                std::optional<Instant> done);

}  // namespace liuhen::server::store
