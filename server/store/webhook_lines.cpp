#include "server/store/webhook_lines.hpp"

#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using webhook::Fate;
using webhook::FeedName;

constexpr int letters_at_once = 20;

std::optional<Instant> instant_of(const pqxx::field& field) {
    if (field.is_null()) return std::nullopt;
    return instant_from_ms(field.as<std::int64_t>());
}

std::vector<std::string> texts_of(const pqxx::field& field) {
    return nlohmann::json::parse(field.c_str()).get<std::vector<std::string>>();
}

// The place before the first row that was recorded since; rows of one moment may lie either way.
struct BeginRow {
    FeedName feed;
    const char* newest;  ///< no and recorded_at of the newest rows
};
constexpr BeginRow begins[] = {
    {FeedName::alerts,
     "SELECT f.no, r.recorded_at FROM feed f JOIN alert_revisions r USING (alert, revision)"
     " ORDER BY f.no DESC LIMIT 10000"},
    {FeedName::manifests,
     "SELECT no, recorded_at FROM manifest_changes ORDER BY no DESC LIMIT 10000"},
};

void begin_feeds(pqxx::transaction_base& db, const std::string& id) {
    for (const BeginRow& row : begins) {
        db.exec_params0(std::string{"UPDATE webhook_cursors c SET no = (SELECT coalesce(min(n.no)"
                                    " FILTER (WHERE n.recorded_at >= c.since) - 1, max(n.no), 0)"
                                    " FROM ("} +
                            row.newest +
                            ") n) WHERE webhook_id = $1::uuid AND feed = $2 AND no IS NULL",
                        id, std::string{code(row.feed)});
    }
}

std::map<FeedName, std::int64_t> cursors_of(pqxx::transaction_base& db, const std::string& id) {
    begin_feeds(db, id);
    std::map<FeedName, std::int64_t> cursors;
    for (const auto& row :
         db.exec_params("SELECT feed, no FROM webhook_cursors WHERE webhook_id = $1::uuid", id)) {
        const bool alerts = code(FeedName::alerts) == row[0].c_str();
        cursors[alerts ? FeedName::alerts : FeedName::manifests] = row[1].as<std::int64_t>();
    }
    return cursors;
}

std::vector<QueuedLetter> letters_of(pqxx::transaction_base& db, const std::string& id) {
    std::vector<QueuedLetter> letters;
    for (const auto& row :
         db.exec_params("SELECT id, message, kind, body FROM webhook_letters WHERE webhook_id ="
                        " $1::uuid AND state = 'queued' ORDER BY id LIMIT $2::int",
                        id, std::to_string(letters_at_once)))
        letters.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str()});
    return letters;
}

void add_secret(WebhookLine& line, const pqxx::row& row, const char* key, const char* sealed) {
    if (row[sealed].is_null()) return;
    const pqxx::binarystring bytes{row[sealed]};
    line.secrets.push_back({row[key].c_str(), bytes.str()});
}

void record(pqxx::transaction_base& db, const TryRecord& of) {
    const auto& answer = of.answer;
    db.exec_params0(
        "INSERT INTO webhook_tries (webhook_id, message, kind, attempt, at, status, fault,"
        " duration_ms, outcome) VALUES ($1::uuid, $2, $3, $4::int, $5::timestamptz,"
        " NULLIF($6::int, 0), NULLIF($7, ''), $8::int, $9)",
        of.webhook, of.message, of.kind, of.attempt, to_iso(of.at), answer.status,
        answer.fault ? std::string{code(*answer.fault)} : std::string{}, answer.duration.count(),
        std::string{code(of.fate)});
}

// The owner learns of it where manifests' news come in.
void tell_disabled(pqxx::transaction_base& db, const std::string& id, Instant now) {
    db.exec_params0(
        "INSERT INTO inbox (webhook_id, version, event, party_id, division, role, at)"
        " SELECT id, 0, 'webhook_disabled', party_id, CASE WHEN party_id IS NULL THEN"
        "  CASE WHEN division = '' THEN '' ELSE rpad(division, 6, '0') END END,"
        " CASE WHEN role IN ('police', 'operator') THEN role END, $2::timestamptz"
        " FROM webhooks WHERE id = $1::uuid",
        id, to_iso(now));
}

bool is_active(const pqxx::result& rows) { return !rows.empty() && rows[0][0].as<bool>(); }

bool note_taken(pqxx::transaction_base& db, const TryRecord& of) {
    return is_active(db.exec_params(
        "UPDATE webhooks SET attempts = 0, first_at = NULL, failing_since = NULL, next_at = NULL,"
        " last_status = $2::int, last_fault = NULL, delivered_at = $3::timestamptz"
        " WHERE id = $1::uuid RETURNING state = 'active'",
        of.webhook, of.answer.status, to_iso(of.at)));
}

// `attempts` and `next_at` are those of the message that comes next: this one, or another.
bool note_failed(pqxx::transaction_base& db, const Settlement& of) {
    const auto& record = of.record;
    const bool again = record.fate == Fate::retry;
    return is_active(db.exec_params(
        "UPDATE webhooks SET attempts = $2::int, failing_since = coalesce(failing_since,"
        " $3::timestamptz), first_at = CASE WHEN $2::int > 0 THEN coalesce(first_at,"
        " $3::timestamptz) END, next_at = $4::timestamptz, last_status = NULLIF($5::int, 0),"
        " last_fault = NULLIF($6, '') WHERE id = $1::uuid RETURNING state = 'active'",
        record.webhook, again ? record.attempt : 0, to_iso(record.at), to_iso(of.next_at),
        record.answer.status,
        record.answer.fault ? std::string{code(*record.answer.fault)} : std::string{}));
}

void disable(pqxx::transaction_base& db, const std::string& id, const char* why, Instant now) {
    const auto done = db.exec_params(
        "UPDATE webhooks SET state = 'disabled', why = $2, changed_at = $3::timestamptz"
        " WHERE id = $1::uuid AND state = 'active'",
        id, why, to_iso(now));
    if (done.affected_rows() == 1) tell_disabled(db, id, now);
}

void bury(pqxx::transaction_base& db, const std::string& letter_id, const Settlement& of) {
    db.exec_params0(
        "INSERT INTO webhook_letters (id, webhook_id, message, kind, body, state, made_at,"
        " tried_at) SELECT $1::uuid, id, $3, $4, $5, 'dead', $6::timestamptz, $6::timestamptz"
        " FROM webhooks WHERE id = $2::uuid AND state <> 'ended'",
        letter_id, of.record.webhook, of.message.id, of.message.kind, of.message.body,
        to_iso(of.record.at));
}

}  // namespace

std::vector<DueWebhook> due_webhooks(pqxx::transaction_base& db, Instant now, int limit) {
    std::vector<DueWebhook> due;
    for (const auto& row : db.exec_params(
             "SELECT w.id, q.some, floor(extract(epoch FROM w.changed_at) * 1000)::bigint,"
             " coalesce(w.party_id::text, w.role || ' ' || coalesce(w.division, '')),"
             " w.failing_since IS NULL AND coalesce(w.delivered_at >= w.changed_at, false)"
             " FROM webhooks w"
             " LEFT JOIN parties p ON p.id = w.party_id CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1"
             "  FROM webhook_letters l WHERE l.webhook_id = w.id AND l.state = 'queued') AS some) q"
             " WHERE w.state <> 'ended' AND p.closed_at IS NULL AND CASE WHEN q.some"
             "  THEN w.last_fault IS DISTINCT FROM 'no_secret_key' OR w.next_at <= $1::timestamptz"
             "  ELSE w.state = 'active' AND (w.next_at IS NULL OR w.next_at <= $1::timestamptz) END"
             " ORDER BY w.next_at NULLS FIRST, w.id LIMIT $2::int",
             to_iso(now), std::to_string(limit)))
        due.push_back({row[0].c_str(), row[1].as<bool>(), row[2].as<std::int64_t>(), row[3].c_str(),
                       row[4].as<bool>()});
    return due;
}

webhook::Standings count_webhooks(pqxx::transaction_base& db) {
    const auto row = db.exec1(
        "SELECT count(*) FILTER (WHERE state = 'active' AND failing_since IS NULL),"
        " count(*) FILTER (WHERE state = 'active' AND failing_since IS NOT NULL),"
        " count(*) FILTER (WHERE state = 'disabled' AND why = 'paused'),"
        " count(*) FILTER (WHERE state = 'disabled' AND why <> 'paused'),"
        " (SELECT count(*) FROM webhook_letters WHERE state = 'dead')"
        " FROM webhooks WHERE state <> 'ended'");
    const auto count = [&row](int column) { return row[column].as<std::int64_t>(); };
    return {count(0), count(1), count(2), count(3), count(4)};
}

std::string bound_to_webhook(const std::string& id) { return "liuhen webhook " + id; }

std::optional<WebhookLine> find_webhook_line(pqxx::transaction_base& db, const std::string& id,
                                             Instant now) {
    const auto rows = db.exec_params(
        "SELECT w.role, coalesce(w.party_id::text, '') AS party, w.division, w.url, w.tiers,"
        " to_json(w.kinds) AS kinds, w.state = 'active' AND (w.next_at IS NULL OR w.next_at <="
        "  $2::timestamptz) AS due, w.key_id, w.sealed, w.former_key_id,"
        " CASE WHEN w.former_until > $2::timestamptz THEN w.former_sealed END AS former_sealed,"
        " floor(extract(epoch FROM w.changed_at) * 1000)::bigint AS changed,"
        " w.attempts, floor(extract(epoch FROM w.first_at) * 1000)::bigint AS first_at,"
        " floor(extract(epoch FROM w.failing_since) * 1000)::bigint AS failing_since"
        " FROM webhooks w LEFT JOIN parties p ON p.id = w.party_id"
        " WHERE w.id = $1::uuid AND w.state <> 'ended' AND p.closed_at IS NULL",
        id, to_iso(now));
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    WebhookLine line;
    line.id = id;
    line.role = row["role"].c_str();
    line.party = row["party"].c_str();
    line.division = row["division"].c_str();
    line.url = row["url"].c_str();
    line.tiers = row["tiers"].c_str();
    line.kinds = texts_of(row["kinds"]);
    line.due = row["due"].as<bool>();
    line.changed = row["changed"].as<std::int64_t>();
    add_secret(line, row, "key_id", "sealed");
    add_secret(line, row, "former_key_id", "former_sealed");
    line.attempts = row["attempts"].as<int>();
    line.first_at = instant_of(row["first_at"]);
    line.failing_since = instant_of(row["failing_since"]);
    line.cursors = cursors_of(db, id);
    line.letters = letters_of(db, id);
    return line;
}

bool settle_try(pqxx::transaction_base& db, const std::string& letter_id, const Settlement& of) {
    record(db, of.record);
    const Fate fate = of.record.fate;
    if (fate == Fate::delivered || fate == Fate::dead)
        pass_over(db, of.record.webhook, of.message.feed, of.message.no);
    if (fate == Fate::dead) bury(db, letter_id, of);
    if (fate == Fate::delivered) return note_taken(db, of.record);
    const bool active = note_failed(db, of);
    if (fate == Fate::gone) disable(db, of.record.webhook, "gone", of.record.at);
    if (of.failed_too_long) disable(db, of.record.webhook, "failing", of.record.at);
    return active && fate == Fate::dead && !of.failed_too_long;
}

void settle_letter(pqxx::transaction_base& db, const std::string& letter_id, const TryRecord& of) {
    record(db, of);
    if (of.kind == webhook::ping_kind) {
        db.exec_params0("DELETE FROM webhook_letters WHERE id = $1::uuid", letter_id);
        return;
    }
    db.exec_params0(
        "UPDATE webhook_letters SET state = $2, tried_at = $3::timestamptz WHERE id = $1::uuid",
        letter_id, of.fate == Fate::delivered ? "delivered" : "dead", to_iso(of.at));
}

void pass_over(pqxx::transaction_base& db, const std::string& id, FeedName feed, std::int64_t no) {
    db.exec_params0(
        "UPDATE webhook_cursors SET no = $3::bigint WHERE webhook_id = $1::uuid AND feed = $2"
        " AND (no IS NULL OR no < $3::bigint)",
        id, std::string{code(feed)}, no);
}

void put_off_webhook(pqxx::transaction_base& db, const std::string& id, std::string_view fault,
                     Instant next_at) {
    db.exec_params0(
        "UPDATE webhooks SET next_at = $3::timestamptz, last_fault = $2 WHERE id = $1::uuid", id,
        std::string{fault}, to_iso(next_at));
}

void forget_tries(pqxx::transaction_base& db, Instant tries, Instant letters) {
    db.exec_params0("DELETE FROM webhook_tries WHERE at < $1::timestamptz", to_iso(tries));
    db.exec_params0("DELETE FROM webhook_letters WHERE made_at < $1::timestamptz", to_iso(letters));
}

}  // namespace liuhen::server::store
