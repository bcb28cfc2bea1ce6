#include "server/store/due_times.hpp"

#include "server/store/calendars.hpp"
#include "server/store/sql_text.hpp"
#include "server/store/statement.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using manifest::Limit;
using manifest::Unit;
using nlohmann::json;

// Told on the way; what carrier or driver say of a breakdown is no event of the manifest.
std::optional<Instant> last_breakdown(pqxx::transaction_base& db, const manifest::Manifest& of) {
    if (of.state != manifest::State::in_transit) return std::nullopt;
    const auto rows = db.exec_params(
        "SELECT floor(extract(epoch FROM max(at)) * 1000)::bigint FROM manifest_notices"
        " WHERE manifest_id = $1::uuid AND kind = 'breakdown'",
        of.id.text);
    if (rows[0][0].is_null()) return std::nullopt;
    return instant_from_ms(rows[0][0].as<std::int64_t>());
}

json rows_of(const manifest::Manifest& next, const CalendarNow& now,
             std::optional<Instant> broken_down_at) {
    json rows = json::array();
    for (const auto& one : manifest::running_limits(next, now.calendar, broken_down_at)) {
        json row{{"code", one.limit->code},
                 {"since", to_iso(one.since)},
                 {"due", to_iso(one.due)},
                 {"missing", one.calendar_missing},
                 {"revision", nullptr}};
        if (one.limit->unit == Unit::working_days) row["revision"] = now.revision;
        rows.push_back(std::move(row));
    }
    return rows;
}

struct Counted {
    std::string manifest, limit;
    Instant since, due;
    bool passed;
};

void store_count(pqxx::transaction_base& db, const Counted& row, const manifest::Due& due,
                 std::int64_t revision, Instant now) {
    db.exec_params0(
        "UPDATE due_times SET due_at = $4::timestamptz, calendar_revision = $5::bigint,"
        " calendar_missing = $6::boolean,"
        " passed_at = CASE WHEN $4::timestamptz <= $7::timestamptz THEN passed_at END,"
        " outcome = CASE WHEN $4::timestamptz <= $7::timestamptz THEN outcome ELSE '' END,"
        " retry_at = CASE WHEN $4::timestamptz <= $7::timestamptz THEN retry_at END"
        " WHERE manifest_id = $1::uuid AND limit_code = $2 AND since = $3::timestamptz",
        row.manifest, row.limit, to_iso(row.since), to_iso(due.until), std::to_string(revision),
        due.calendar_missing ? "true" : "false", to_iso(now));
    if (due.until == row.due) return;
    db.exec_params0(
        "INSERT INTO due_time_changes (manifest_id, limit_code, since, due_before, due_after,"
        " calendar_revision, changed_at) VALUES ($1::uuid, $2, $3::timestamptz, $4::timestamptz,"
        " $5::timestamptz, $6::bigint, $7::timestamptz)",
        row.manifest, row.limit, to_iso(row.since), to_iso(row.due), to_iso(due.until),
        std::to_string(revision), to_iso(now));
}

Instant instant(const pqxx::field& milliseconds) {
    return instant_from_ms(milliseconds.as<std::int64_t>());
}

constexpr Statement keep_clocks{
    "keep_clocks",
    "WITH running AS (SELECT code, since, due, missing, revision FROM"
    "  jsonb_to_recordset($2::jsonb) AS clock(code text, since timestamptz, due timestamptz,"
    "  missing boolean, revision bigint)),"
    " ended AS (UPDATE due_times d SET ended_at = $3::timestamptz WHERE manifest_id = $1::uuid"
    "  AND ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM running r WHERE r.code = d.limit_code"
    "  AND r.since = d.since))"
    " INSERT INTO due_times (manifest_id, limit_code, since, due_at, calendar_missing,"
    " calendar_revision) SELECT $1::uuid, code, since, due, missing, revision FROM running"
    " ON CONFLICT (manifest_id, limit_code, since) DO UPDATE SET ended_at = NULL"
    " WHERE due_times.ended_at IS NOT NULL"};

}  // namespace

void keep_due_times(pqxx::transaction_base& db, const manifest::Manifest& next, Instant now) {
    const auto calendar = manifest::needs_calendar(next) ? read_calendar(db) : CalendarNow{};
    ask(db, keep_clocks, next.id.text, rows_of(next, calendar, last_breakdown(db, next)).dump(),
        to_iso(now));
}

Recount recount_due_times(pqxx::transaction_base& db, Instant now, int most) {
    Recount recount;
    const auto calendar = read_calendar(db);
    const auto rows = db.exec_params(
        "SELECT manifest_id, limit_code, floor(extract(epoch FROM since) * 1000)::bigint,"
        " floor(extract(epoch FROM due_at) * 1000)::bigint, passed_at IS NOT NULL"
        " FROM due_times d JOIN manifests m ON m.id = manifest_id"
        " WHERE ended_at IS NULL AND calendar_revision <> $1::bigint"
        " ORDER BY due_at LIMIT $2::int FOR UPDATE OF m, d SKIP LOCKED",
        std::to_string(calendar.revision), std::to_string(most));
    for (const auto& one : rows) {
        ++recount.looked_at;
        const Counted row{one[0].as<std::string>(), one[1].as<std::string>(), instant(one[2]),
                          instant(one[3]), one[4].as<bool>()};
        const Limit* limit = manifest::find_limit(row.limit);
        if (limit == nullptr) continue;  // of a later version of the program
        const auto due = manifest::due_of(*limit, row.since, calendar.calendar);
        store_count(db, row, due, calendar.revision, now);
        if (due.until != row.due) ++recount.moved;
        const bool reopened = row.passed && due.until > now;
        if (reopened && limit->on_due == manifest::OnDue::mark_overdue)
            recount.receipts_reopened.push_back({row.manifest});
    }
    return recount;
}

std::vector<DueRow> due_rows(pqxx::transaction_base& db, Instant now, int most) {
    std::vector<DueRow> found;
    const auto rows = db.exec_params(
        "SELECT manifest_id, limit_code, floor(extract(epoch FROM since) * 1000)::bigint"
        " FROM due_times WHERE ended_at IS NULL AND (passed_at IS NULL OR retry_at IS NOT NULL)"
        " AND coalesce(retry_at, due_at) <= $1::timestamptz"
        " ORDER BY coalesce(retry_at, due_at) LIMIT $2::int",
        to_iso(now), std::to_string(most));
    for (const auto& row : rows) {
        found.push_back({{row[0].as<std::string>()}, row[1].as<std::string>(), instant(row[2])});
    }
    return found;
}

bool lock_due_row(pqxx::transaction_base& db, const DueRow& row) {
    return !db.exec_params(
                  "SELECT 1 FROM due_times WHERE manifest_id = $1::uuid AND limit_code = $2"
                  " AND since = $3::timestamptz AND ended_at IS NULL"
                  " AND (passed_at IS NULL OR retry_at IS NOT NULL) FOR UPDATE",
                  row.manifest.text, row.limit, to_iso(row.since))
                .empty();
}

void note_passed(pqxx::transaction_base& db, const DueRow& row, std::string_view outcome,
                 Instant now, std::optional<Instant> retry_at) {
    db.exec_params0(
        "UPDATE due_times SET passed_at = coalesce(passed_at, $4::timestamptz), outcome = $5,"
        " retry_at = NULLIF($6, '')::timestamptz"
        " WHERE manifest_id = $1::uuid AND limit_code = $2 AND since = $3::timestamptz",
        row.manifest.text, row.limit, to_iso(row.since), to_iso(now), std::string{outcome},
        retry_at ? to_iso(*retry_at) : std::string{});
}

std::vector<json> list_due_times(pqxx::transaction_base& db, const DueQuery& query) {
    const auto rows = db.exec_params(
        "SELECT * FROM (SELECT manifest_id, coalesce(m.no, ''), limit_code,"
        " floor(extract(epoch FROM since) * 1000)::bigint,"
        " floor(extract(epoch FROM due_at) * 1000)::bigint, calendar_missing,"
        " floor(extract(epoch FROM passed_at) * 1000)::bigint, outcome,"
        " floor(extract(epoch FROM ended_at) * 1000)::bigint,"
        " (to_char(due_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSMS') || '.' || limit_code || '.'"
        "  || manifest_id || '.' || floor(extract(epoch FROM since) * 1000)::bigint)"
        "  COLLATE \"C\" AS cursor FROM due_times JOIN manifests m ON m.id = manifest_id"
        "  WHERE ($1 = '' OR manifest_id = NULLIF($1, '')::uuid)"
        "  AND (NOT $2::boolean OR passed_at IS NOT NULL)"
        "  AND ($3::boolean OR ended_at IS NULL)) AS due"
        " WHERE cursor > $4 ORDER BY cursor LIMIT $5::int",
        query.manifest, query.passed_only ? "true" : "false", query.ended_too ? "true" : "false",
        query.after, std::to_string(query.limit));
    std::vector<json> found;
    for (const auto& row : rows) {
        json shown{
            {"manifest", row[0].as<std::string>()},  {"code", row[2].as<std::string>()},
            {"since", to_iso(instant(row[3]))},      {"due_at", to_iso(instant(row[4]))},
            {"calendar_missing", row[5].as<bool>()}, {"cursor", row["cursor"].as<std::string>()}};
        if (!row[1].as<std::string>().empty()) shown["no"] = row[1].as<std::string>();
        if (!row[6].is_null()) shown["passed_at"] = to_iso(instant(row[6]));
        if (!row[7].as<std::string>().empty()) shown["outcome"] = row[7].as<std::string>();
        if (!row[8].is_null()) shown["ended_at"] = to_iso(instant(row[8]));
        if (const Limit* limit = manifest::find_limit(row[2].as<std::string>())) {
            shown["transition"] = limit->row;
            shown["message"] = limit->en;
            shown["message_zh"] = limit->zh;
        }
        found.push_back(std::move(shown));
    }
    return found;
}

}  // namespace liuhen::server::store
