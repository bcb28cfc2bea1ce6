#include "server/store/approvals.hpp"

#include "server/crypto.hpp"
#include "server/json/quota_forms.hpp"
#include "server/store/calendars.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <stdexcept>

namespace liuhen::server::store {
namespace {

using namespace manifest;
using std::chrono::sys_days;

std::optional<sys_days> day(const pqxx::field& since_epoch) {
    if (since_epoch.is_null()) return std::nullopt;
    return sys_days{std::chrono::days{since_epoch.as<int>()}};
}
std::optional<Instant> instant(const pqxx::field& milliseconds) {
    if (milliseconds.is_null()) return std::nullopt;
    return Instant{Duration{milliseconds.as<std::int64_t>()}};
}
std::string text(const std::optional<sys_days>& day) { return day ? date_text(*day) : ""; }
std::string text(const std::optional<Instant>& t) { return t ? to_iso(*t) : ""; }

Approval read(const pqxx::row& row) {
    Approval approval;
    const auto state = approval_state_from_code(row[6].c_str());
    if (!state) throw std::logic_error{"unknown state of an approval"};
    approval.state = *state;
    approval.version = row[7].as<std::uint32_t>();
    approval.no = row[8].c_str();
    approval.wanted_from = *day(row[9]);
    approval.wanted_to = *day(row[10]);
    approval.received_at = *instant(row[11]);
    approval.accepted_at = instant(row[12]);
    approval.valid_from = day(row[13]);
    approval.valid_to = day(row[14]);
    if (const auto until = instant(row[15])) {
        const std::string_view office = row[16].c_str();
        const auto last = std::chrono::floor<std::chrono::days>(*until + china_standard_time -
                                                                std::chrono::milliseconds{1});
        approval.deadline =
            Deadline{office == code(Office::origin) ? Office::origin : Office::receiving,
                     {last, *until, row[17].as<bool>()}};
    }
    approval.remarks = row[18].c_str();
    return approval;
}

constexpr const char* select =
    "SELECT id, kind, producer_id, receiver_id, origin, receiving, state, version,"
    " coalesce(approval_no, ''), wanted_from - date 'epoch', wanted_to - date 'epoch',"
    " floor(extract(epoch FROM received_at) * 1000)::bigint,"
    " floor(extract(epoch FROM accepted_at) * 1000)::bigint, valid_from - date 'epoch',"
    " valid_to - date 'epoch', floor(extract(epoch FROM due_at) * 1000)::bigint, due_office,"
    " calendar_missing, remarks FROM approvals WHERE id = $1::uuid";

std::optional<ApprovalRow> first(const pqxx::result& rows) {
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    return ApprovalRow{row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(),
                       row[4].c_str(), row[5].c_str(), read(row)};
}

}  // namespace

std::optional<ApprovalRow> lock_approval(pqxx::transaction_base& db, const std::string& id) {
    return first(db.exec_params(std::string{select} + " FOR UPDATE", id));
}

std::optional<ApprovalRow> find_approval(pqxx::transaction_base& db, const std::string& id) {
    return first(db.exec_params(select, id));
}

void insert_approval(pqxx::transaction_base& db, const ApprovalRow& row, Instant now) {
    const Approval& a = row.approval;
    const bool due = a.deadline.has_value();
    db.exec_params0(
        "INSERT INTO approvals (id, kind, producer_id, receiver_id, origin, receiving, state,"
        " version, wanted_from, wanted_to, received_at, valid_from, valid_to, due_at, due_office,"
        " calendar_missing, updated_at) VALUES ($1::uuid, $2, $3::uuid, $4::uuid, $5, $6, $7,"
        " $8::int, $9::date, $10::date, $11::timestamptz, NULLIF($12, '')::date,"
        " NULLIF($13, '')::date, NULLIF($14, '')::timestamptz, NULLIF($15, ''), $16::boolean,"
        " $17::timestamptz)",
        row.id, row.kind, row.producer, row.receiver, row.origin, row.receiving,
        std::string{code(a.state)}, std::to_string(a.version), date_text(a.wanted_from),
        date_text(a.wanted_to), to_iso(a.received_at), text(a.valid_from), text(a.valid_to),
        due ? to_iso(a.deadline->due.until) : "", due ? std::string{code(a.deadline->office)} : "",
        due && a.deadline->due.calendar_missing ? "true" : "false", to_iso(now));
}

void update_approval(pqxx::transaction_base& db, const ApprovalRow& row, Instant now) {
    const Approval& a = row.approval;
    const bool due = a.deadline.has_value();
    db.exec_params0(
        "UPDATE approvals SET state = $2, version = $3::int, approval_no = NULLIF($4, ''),"
        " received_at = $5::timestamptz, accepted_at = NULLIF($6, '')::timestamptz,"
        " valid_from = NULLIF($7, '')::date, valid_to = NULLIF($8, '')::date,"
        " due_at = NULLIF($9, '')::timestamptz, due_office = NULLIF($10, ''),"
        " calendar_missing = $11::boolean, remarks = $12, updated_at = $13::timestamptz"
        " WHERE id = $1::uuid",
        row.id, std::string{code(a.state)}, std::to_string(a.version), a.no, to_iso(a.received_at),
        text(a.accepted_at), text(a.valid_from), text(a.valid_to),
        due ? to_iso(a.deadline->due.until) : "", due ? std::string{code(a.deadline->office)} : "",
        due && a.deadline->due.calendar_missing ? "true" : "false", a.remarks, to_iso(now));
}

std::optional<sys_days> licence_end(pqxx::transaction_base& db, const ApprovalRow& row,
                                    sys_days on) {
    // A hazardous code ends in its category; that of general waste has an S there.
    const auto rows = db.exec_params(
        "SELECT (SELECT max(l.valid_to) FROM licences l JOIN quotas s ON s.licence_id = l.id"
        "  WHERE l.receiver_id = $2::uuid AND $3::date BETWEEN l.valid_from AND l.valid_to"
        "  AND s.limit_g > 0 AND s.method = q.method"
        "  AND s.code IN (q.code, 'HW' || right(q.code, 2))) - date 'epoch'"
        " FROM quotas q WHERE q.approval_id = $1::uuid AND q.code ~ '-[0-9]{2}$'",
        row.id, row.receiver, date_text(on));
    auto end = row.approval.wanted_to;
    for (const auto& one : rows) {
        const auto covered = day(one[0]);
        if (!covered) return std::nullopt;
        end = std::min(end, *covered);
    }
    return end;
}

Calendar working_calendar(pqxx::transaction_base& db) { return read_calendar(db).calendar; }

std::vector<std::string> overdue_approvals(pqxx::transaction_base& db, Instant now) {
    std::vector<std::string> ids;
    for (const auto& row : db.exec_params(
             "SELECT a.id FROM approvals a WHERE a.due_at <= $1::timestamptz AND NOT EXISTS ("
             " SELECT 1 FROM supervision_tasks t WHERE t.approval_id = a.id"
             " AND t.version = a.version) ORDER BY a.due_at LIMIT 100",
             to_iso(now)))
        ids.emplace_back(row[0].c_str());
    return ids;
}

void raise_task(pqxx::transaction_base& db, const ApprovalRow& row, Instant now,
                std::optional<Instant> done) {
    const auto& deadline = row.approval.deadline;
    if (!deadline) return;
    const bool origin = deadline->office == Office::origin;
    db.exec_params0(
        "INSERT INTO supervision_tasks (id, approval_id, version, state, office, province, due_at,"
        " raised_at, done_at) VALUES ($1::uuid, $2::uuid, $3::int, $4, $5, $6, $7::timestamptz,"
        " $8::timestamptz, NULLIF($9, '')::timestamptz)"
        " ON CONFLICT (approval_id, version) DO UPDATE SET done_at = excluded.done_at",
        uuid_v7(now), row.id, std::to_string(row.approval.version),
        std::string{code(row.approval.state)}, std::string{code(deadline->office)},
        origin ? row.origin : row.receiving, to_iso(deadline->due.until), to_iso(now), text(done));
}

}  // namespace liuhen::server::store
