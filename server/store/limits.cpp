#include "server/store/limits.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {

#define LIUHEN_ROWS(paper, more)                                                          \
    "(SELECT coalesce(json_agg(json_build_object('quota', q.id, " more                    \
    "'code', q.code, 'method', q.method, 'limit_g', q.limit_g, 'held_g', q.held_g,"       \
    " 'left_g', q.limit_g - q.held_g) ORDER BY q.id), '[]') FROM quotas q WHERE q." paper \
    " AND (q.limit_g > 0 OR q.held_g > 0))"

const Register plans{"plans",
                     "json_build_object('id', id, 'producer', producer_id, 'year', year,"
                     " 'status', status, 'version', version, 'filed_at', " LIUHEN_ISO(
                         "filed_at") ", 'updated_at', " LIUHEN_ISO("updated_at") ", 'rows', "
                     LIUHEN_ROWS("plan_id = plans.id", "'receiver', q.receiver_id, ") ")"};

const Register licences{
    "licences",
    "json_build_object('id', id, 'receiver', receiver_id, 'licence_no',"
    " licence_no, 'kind', kind, 'valid_from', valid_from, 'valid_to',"
    " valid_to, 'version', version, 'updated_at', " LIUHEN_ISO(
        "updated_at") ", 'rows', " LIUHEN_ROWS("licence_id = licences.id", "'year', q.year, ") ")"};

const Register approvals{
    "approvals",
    "json_build_object('id', id, 'kind', kind, 'producer', producer_id, 'receiver', receiver_id,"
    " 'origin', origin, 'receiving', receiving, 'state', state, 'version', version,"
    " 'approval_no', approval_no, 'wanted_from', wanted_from, 'wanted_to', wanted_to,"
    " 'received_at', " LIUHEN_ISO("received_at") ", 'accepted_at', " LIUHEN_ISO("accepted_at")
    ", 'valid_from', valid_from, 'valid_to', valid_to, 'due_at', " LIUHEN_ISO("due_at")
    ", 'due_office', due_office, 'calendar_missing', calendar_missing, 'remarks', remarks,"
    " 'updated_at', " LIUHEN_ISO("updated_at") ", 'rows', "
    LIUHEN_ROWS("approval_id = approvals.id", "") ")"};

const Register supervision_tasks{"supervision_tasks",
                                 "json_build_object('id', id, 'approval', approval_id, 'state', "
                                 "state, 'office', office,"
                                 " 'province', province, 'open', done_at IS NULL, "
                                 "'due_at', " LIUHEN_ISO("due_at") ", 'raised_at', " LIUHEN_ISO(
                                     "raised_at") ", 'done_at', " LIUHEN_ISO("done_at") ")"};

#undef LIUHEN_ROWS

namespace {

constexpr const char* of_paper =
    " coalesce(plan_id, licence_id, approval_id) = $2::uuid AND register = $1::int";

}  // namespace

void set_limits(pqxx::transaction_base& db, manifest::Register of, const std::string& paper,
                const std::vector<Limit>& limits, const std::vector<int>& years) {
    auto rows = nlohmann::json::array();
    for (const Limit& one : limits) {
        for (std::size_t y = 0; y < std::max<std::size_t>(years.size(), 1); ++y) {
            nlohmann::json row{{"code", one.code},
                               {"method", one.method},
                               {"receiver", nullptr},
                               {"year", nullptr},
                               {"grams", one.grams.value}};
            if (!one.receiver.empty()) row["receiver"] = one.receiver;
            if (!years.empty()) row["year"] = years[y];
            rows.push_back(std::move(row));
        }
    }
    const std::string reg = std::to_string(static_cast<int>(of));
    const std::string text = rows.dump();
    db.exec_params(std::string{"SELECT 1 FROM quotas WHERE"} + of_paper + " ORDER BY id FOR UPDATE",
                   reg, paper);
    const std::string given =
        " json_to_recordset($3::json) AS r (code text, method text, receiver uuid, year int,"
        " grams bigint)";
    db.exec_params0(std::string{"UPDATE quotas q SET limit_g = 0 WHERE"} + of_paper +
                        " AND limit_g > 0 AND NOT EXISTS (SELECT 1 FROM" + given +
                        " WHERE r.code = q.code AND r.method = q.method"
                        " AND r.receiver IS NOT DISTINCT FROM q.receiver_id"
                        " AND r.year IS NOT DISTINCT FROM q.year)",
                    reg, paper, text);
    db.exec_params0(
        "INSERT INTO quotas (plan_id, licence_id, approval_id, receiver_id, year, code, method,"
        " limit_g) SELECT CASE $1::int WHEN 0 THEN $2::uuid END,"
        " CASE $1::int WHEN 1 THEN $2::uuid END, CASE $1::int WHEN 2 THEN $2::uuid END,"
        " r.receiver, r.year, r.code, r.method, r.grams FROM" +
            given +
            " ON CONFLICT ON CONSTRAINT quota_row_once DO UPDATE SET limit_g = excluded.limit_g",
        reg, paper, text);
}

void note_event(pqxx::transaction_base& db, const PaperEvent& event) {
    db.exec_params0(
        "INSERT INTO register_events (paper_id, version, event, role, party_id, token_id, person,"
        " at, request, document) VALUES ($1::uuid, $2::int, $3, $4, NULLIF($5, '')::uuid,"
        " NULLIF($6, '')::uuid, $7, $8::timestamptz, $9::jsonb, $10::jsonb)",
        event.paper, std::to_string(event.version), event.event, event.role, event.party,
        event.token, event.person, to_iso(event.at), event.request, event.document);
}

std::vector<nlohmann::json> paper_history(pqxx::transaction_base& db, const std::string& paper) {
    std::vector<nlohmann::json> all;
    for (const auto& row : db.exec_params(
             "SELECT json_strip_nulls(json_build_object('version', version, 'event', event,"
             " 'role', role, 'party', party_id, 'person', person, 'at', " LIUHEN_ISO(
                 "at") ", 'request', request, 'document', document))::text FROM register_events "
                       "WHERE paper_id = $1::uuid"
                       " ORDER BY version",
             paper))
        all.push_back(nlohmann::json::parse(row[0].c_str()));
    return all;
}

RowPage list_papers(pqxx::transaction_base& db, const Register& from,
                    const std::vector<Narrowing>& narrowed, const std::string& after, int limit) {
    auto wanted = nlohmann::json::object();
    for (const auto& [name, value] : narrowed) {
        if (!value.empty()) wanted[name] = value;
    }
    // Members are compared as texts: {"year": 2026} is asked for as year=2026.
    const auto rows = db.exec_params(
        fmt::format("WITH shown AS (SELECT id, json_strip_nulls({}) AS document FROM {}"
                    " WHERE $1 = '' OR id > NULLIF($1, '')::uuid)"
                    " SELECT document::text FROM shown WHERE NOT EXISTS ("
                    " SELECT 1 FROM json_each_text($2::json) w"
                    " WHERE document ->> w.key IS DISTINCT FROM w.value)"
                    " ORDER BY id LIMIT $3::int",
                    from.shown, from.table),
        after, wanted.dump(), std::to_string(limit + 1));
    RowPage page;
    for (const auto& row : rows) {
        if (page.items.size() == static_cast<std::size_t>(limit)) {
            page.next = page.items.back().at("id").get<std::string>();
            break;
        }
        page.items.push_back(nlohmann::json::parse(row[0].c_str()));
    }
    return page;
}

std::vector<nlohmann::json> quota_entries(pqxx::transaction_base& db, Ledger of,
                                          const std::string& id) {
    const char* const by =
        of == Ledger::manifest ? "e.manifest_id = $1::uuid" : "e.quota_id = $1::bigint";
    std::vector<nlohmann::json> all;
    for (const auto& row : db.exec_params(
             "SELECT json_strip_nulls(json_build_object('quota', e.quota_id, 'register',"
             " (ARRAY['plan', 'licence', 'approval'])[q.register + 1], 'paper',"
             " coalesce(q.plan_id, q.licence_id, q.approval_id), 'code', q.code, 'method',"
             " q.method, 'year', q.year, 'manifest', e.manifest_id, 'version', e.version,"
             " 'line_no', e.line_no, 'grams', e.grams, 'event', e.event, 'since', " LIUHEN_ISO(
                 "e.since") "))::text FROM quota_entries e LEFT JOIN quotas q ON q.id = e.quota_id "
                            "WHERE " +
                 std::string{by} +
                 " ORDER BY e.since, e.manifest_id, e.version, e.line_no, e.quota_id"
                 " LIMIT 1000",
             id))
        all.push_back(nlohmann::json::parse(row[0].c_str()));
    return all;
}

}  // namespace liuhen::server::store
