#include "server/store/reports.hpp"

#include "server/store/sql_text.hpp"
#include "server/store/statement.hpp"

#include <algorithm>

#define LIUHEN_ISO(column) \
    "coalesce(to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), '')"

namespace liuhen::server::store {
namespace {

constexpr Statement put_one_report{
    "put_one_report", "SELECT report_to_nation($1::uuid, $2::int, $3, $4, $5::timestamptz)"};
constexpr Statement ask_national_answer{
    "ask_national_answer",
    "SELECT enabled, EXISTS (SELECT 1 FROM national_reports WHERE manifest_id = $1::uuid"
    " AND status IN ('PENDING', 'SENT', 'FAILED')) FROM national_system"};
constexpr Statement find_national_sync{
    "find_national_sync", "SELECT id, national_sync(id) FROM unnest($1::uuid[]) AS of (id)"};
// Of a manifest nothing is sent while something before it is not answered: the order is the story.
constexpr Statement take_one_report{
    "take_one_report",
    "UPDATE national_reports AS r SET status = 'SENT', attempts = r.attempts + 1,"
    " sent_at = $1::timestamptz, due_at = $2::timestamptz FROM manifest_events e"
    " WHERE r.id = (SELECT due.id FROM national_reports due"
    "  WHERE due.status IN ('PENDING', 'SENT') AND due.due_at <= $1::timestamptz"
    "  AND NOT EXISTS (SELECT 1 FROM national_reports early"
    "   WHERE early.manifest_id = due.manifest_id AND early.version < due.version"
    "   AND early.status IN ('PENDING', 'SENT', 'FAILED'))"
    "  ORDER BY due.due_at, due.id LIMIT 1 FOR UPDATE SKIP LOCKED)"
    " AND e.manifest_id = r.manifest_id AND e.version = r.as_of"
    " RETURNING r.id, r.number, r.version, r.event,"
    " (extract(epoch FROM e.at) * 1000)::bigint, e.record, r.attempts"};
constexpr Statement settle_one_report{
    "settle_one_report",
    "UPDATE national_reports SET status = $3, due_at = $4::timestamptz,"
    " answered_at = CASE WHEN $3 = 'SENT' THEN answered_at ELSE $5::timestamptz END,"
    " is_duplicate = $6::boolean, reference = $7, code = $8, message = $9"
    " WHERE id = $1::bigint AND attempts = $2::int AND status = 'SENT'"};

std::string_view status_after(national::Outcome outcome) {
    constexpr std::string_view statuses[] = {"ACKED", "ACKED", "FAILED", "SENT"};
    return statuses[static_cast<std::size_t>(outcome)];
}

ReportRow read(const pqxx::row& row) {
    return {.id = row[0].as<std::int64_t>(),
            .manifest = row[1].c_str(),
            .number = row[2].c_str(),
            .version = row[3].as<std::uint32_t>(),
            .event = row[4].c_str(),
            .as_of = row[5].as<std::uint32_t>(),
            .status = row[6].c_str(),
            .attempts = row[7].as<int>(),
            .created_at = row[8].c_str(),
            .sent_at = row[9].c_str(),
            .due_at = row[10].c_str(),
            .answered_at = row[11].c_str(),
            .duplicate = row[12].as<bool>(),
            .reference = row[13].c_str(),
            .code = row[14].c_str(),
            .message = row[15].c_str()};
}

}  // namespace

void put_report(pqxx::transaction_base& db, const manifest::Manifest& m, const std::string& event,
                Instant now) {
    ask(db, put_one_report, m.id.text, std::to_string(m.version), m.no, event, to_iso(now));
}

NationalAnswer national_answer(pqxx::transaction_base& db, const ManifestId& id) {
    const auto rows = ask(db, ask_national_answer, id.text);
    if (rows.empty() || !rows[0][0].as<bool>()) return NationalAnswer::not_asked;
    return rows[0][1].as<bool>() ? NationalAnswer::missing : NationalAnswer::complete;
}

std::map<std::string, manifest::Sync> national_sync(pqxx::transaction_base& db,
                                                    const std::vector<std::string>& manifests) {
    std::string ids = "{";
    for (const auto& one : manifests) ids += (ids.size() > 1 ? "," : "") + one;
    std::map<std::string, manifest::Sync> found;
    for (const auto& row : ask(db, find_national_sync, ids + "}")) {
        if (row[1].is_null()) continue;
        found.emplace(row[0].c_str(),
                      manifest::sync_from_code(row[1].c_str()).value_or(manifest::Sync::pending));
    }
    return found;
}

void begin_reporting(pqxx::transaction_base& db, bool enabled, Instant now) {
    db.exec_params0("UPDATE national_system SET enabled = $1::boolean WHERE enabled <> $1::boolean",
                    enabled ? "true" : "false");
    db.exec_params0(
        "UPDATE national_reports SET due_at = $1::timestamptz WHERE status = 'SENT'"
        " AND due_at > $1::timestamptz",
        to_iso(now));
}

std::optional<TriedReport> take_report(pqxx::transaction_base& db, Instant now, Instant again) {
    const auto rows = ask(db, take_one_report, to_iso(now), to_iso(again));
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    return TriedReport{.id = row[0].as<std::int64_t>(),
                       .number = row[1].c_str(),
                       .version = row[2].as<std::uint32_t>(),
                       .event = row[3].c_str(),
                       .at = instant_from_ms(row[4].as<std::int64_t>()),
                       .record = row[5].c_str(),
                       .attempts = row[6].as<int>()};
}

void settle_report(pqxx::transaction_base& db, const TriedReport& tried,
                   const national::Verdict& verdict, Instant now, Instant again) {
    const bool duplicate = verdict.outcome == national::Outcome::duplicate;
    ask(db, settle_one_report, std::to_string(tried.id), std::to_string(tried.attempts),
        std::string{status_after(verdict.outcome)}, to_iso(again), to_iso(now),
        duplicate ? "true" : "false", verdict.reference, verdict.code, verdict.message);
}

Backlog national_backlog(pqxx::transaction_base& db) {
    const auto row = db.exec1(
        "SELECT (SELECT count(*) FROM national_reports WHERE status IN ('PENDING', 'SENT')),"
        " (SELECT count(*) FROM national_reports WHERE status = 'FAILED'),"
        " (SELECT (extract(epoch FROM min(created_at)) * 1000)::bigint FROM national_reports"
        "  WHERE status IN ('PENDING', 'SENT'))");
    Backlog found{.waiting = row[0].as<std::int64_t>(), .refused = row[1].as<std::int64_t>()};
    if (!row[2].is_null()) found.oldest = instant_from_ms(row[2].as<std::int64_t>());
    return found;
}

std::vector<ReportRow> list_reports(pqxx::transaction_base& db, const ReportQuery& query) {
    const auto rows = db.exec_params(
        "SELECT id, manifest_id, number, version, event, as_of, status, attempts, " LIUHEN_ISO(
            "created_at") ", " LIUHEN_ISO("sent_at") ", " LIUHEN_ISO("due_at") ", " LIUHEN_ISO(
            "answered_at")
        ", is_duplicate, reference, code, message FROM national_reports"
        " WHERE id > $1::bigint AND ($2 = '' OR status = $2)"
        " AND ($3 = '' OR manifest_id = NULLIF($3, '')::uuid) ORDER BY id LIMIT $4::int",
        std::to_string(query.after), query.status, query.manifest, std::to_string(query.limit));
    std::vector<ReportRow> found;
    std::ranges::transform(rows, std::back_inserter(found), read);
    return found;
}

Ruled rule_on_report(pqxx::transaction_base& db, const Ruling& ruling, Instant now) {
    const std::string id = std::to_string(ruling.report);
    const auto rows = db.exec_params(
        "SELECT status, code FROM national_reports WHERE id = $1::bigint FOR UPDATE", id);
    if (rows.empty()) return Ruled::no_such_report;
    if (std::string_view{rows[0][0].c_str()} != "FAILED") return Ruled::not_refused;
    db.exec_params0(
        "INSERT INTO national_decisions (report_id, at, what, token_id, person, reason,"
        " refused_with) VALUES ($1::bigint, $2::timestamptz, $3, $4::uuid, $5, $6, $7)",
        id, to_iso(now), ruling.resend ? "resend" : "set_aside", ruling.token_id, ruling.person,
        ruling.reason, rows[0][1].c_str());
    if (ruling.resend)
        db.exec_params0(
            "UPDATE national_reports r SET status = 'PENDING', due_at = $2::timestamptz,"
            " as_of = (SELECT m.version FROM manifests m WHERE m.id = r.manifest_id)"
            " WHERE id = $1::bigint",
            id, to_iso(now));
    else
        db.exec_params0("UPDATE national_reports SET status = 'SET_ASIDE' WHERE id = $1::bigint",
                        id);
    return Ruled::done;
}

}  // namespace liuhen::server::store
