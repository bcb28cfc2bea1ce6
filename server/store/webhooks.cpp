#include "server/store/webhooks.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <limits>
#include <utility>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {
namespace {

using nlohmann::json;

// As PostgreSQL reads an array; the elements are codes of ours.
std::string array_of(const std::vector<std::string>& codes) {
    std::string array = "{";
    for (const auto& one : codes) array += (array.size() > 1 ? "," : "") + one;
    return array + "}";
}

pqxx::binarystring blob(const SealedSecret& sealed) {
    return pqxx::binarystring{sealed.bytes.data(), sealed.bytes.size()};
}

// A feed that is wanted anew begins now; one that is wanted still goes on.
void set_feeds(pqxx::transaction_base& db, const std::string& id,
               const std::vector<std::string>& feeds, Instant now) {
    db.exec_params0(
        "DELETE FROM webhook_cursors WHERE webhook_id = $1::uuid AND feed <> ALL ($2::text[])", id,
        array_of(feeds));
    db.exec_params0(
        "INSERT INTO webhook_cursors (webhook_id, feed, since) SELECT $1::uuid, f, $3::timestamptz"
        " FROM unnest($2::text[]) f ON CONFLICT DO NOTHING",
        id, array_of(feeds), to_iso(now));
}

constexpr const char* shown_letter =
    "json_build_object('id', id, 'message', message, 'kind', kind, 'state', state,"
    " 'made_at', " LIUHEN_ISO("made_at") ", 'tried_at', " LIUHEN_ISO("tried_at") ")";
constexpr const char* shown_try =
    "json_build_object('id', id, 'message', message, 'kind', kind, 'attempt', attempt,"
    " 'status', status, 'fault', fault, 'duration_ms', duration_ms, 'outcome', outcome,"
    " 'at', " LIUHEN_ISO("at") ")";

// From the beginning of its patience.
constexpr const char* set_fresh =
    " attempts = 0, first_at = NULL, failing_since = NULL, next_at = NULL";

}  // namespace

const Register webhooks{
    "webhooks",
    "json_build_object('id', id, 'name', name, 'url', url, 'kinds', kinds, 'tiers',"
    " string_to_array(tiers, NULL), 'state', state, 'why', why, 'created_at', " LIUHEN_ISO(
        "created_at") ", 'changed_at', " LIUHEN_ISO("changed_at") ", 'former_secret_until',"
    " " LIUHEN_ISO("former_until") ", 'attempts', attempts, 'failing_since', " LIUHEN_ISO(
        "failing_since") ", 'next_at', " LIUHEN_ISO("next_at") ", 'last_status', last_status,"
    " 'last_fault', last_fault, 'delivered_at', " LIUHEN_ISO("delivered_at") ")"};

void insert_webhook(pqxx::transaction_base& db, const NewWebhook& webhook) {
    db.exec_params0(
        "INSERT INTO webhooks (id, role, party_id, division, name, url, kinds, tiers, key_id,"
        " sealed, created_at, created_by, changed_at) VALUES ($1::uuid, $2, NULLIF($3, '')::uuid,"
        " $4, $5, $6, $7::text[], $8, $9, $10::bytea, $11::timestamptz, $12::uuid,"
        " $11::timestamptz)",
        webhook.id, webhook.role, webhook.party, webhook.division, webhook.wish.name,
        webhook.wish.url, array_of(webhook.wish.kinds), webhook.wish.tiers, webhook.secret.key_id,
        blob(webhook.secret), to_iso(webhook.now), webhook.by);
    set_feeds(db, webhook.id, webhook.wish.feeds, webhook.now);
}

bool change_webhook(pqxx::transaction_base& db, const std::string& id, const WebhookWish& wish,
                    Instant now) {
    const auto done = db.exec_params(
        std::string{"UPDATE webhooks SET name = $2, url = $3, kinds = $4::text[], tiers = $5,"
                    " changed_at = $6::timestamptz,"} +
            set_fresh + " WHERE id = $1::uuid",
        id, wish.name, wish.url, array_of(wish.kinds), wish.tiers, to_iso(now));
    if (done.affected_rows() == 0) return false;
    set_feeds(db, id, wish.feeds, now);
    return true;
}

bool renew_webhook_secret(pqxx::transaction_base& db, const std::string& id,
                          const SealedSecret& secret, Instant now, Instant until) {
    return db
        .exec_params1(
            "SELECT renew_webhook_secret($1::uuid, $2, $3::bytea, $4::timestamptz,"
            " $5::timestamptz)",
            id, secret.key_id, blob(secret), to_iso(now), to_iso(until))[0]
        .as<bool>();
}

bool end_webhook(pqxx::transaction_base& db, const std::string& id, Instant now) {
    return db.exec_params1("SELECT end_webhook($1::uuid, $2::timestamptz)", id, to_iso(now))[0]
        .as<bool>();
}

bool resume_webhook(pqxx::transaction_base& db, const std::string& id, Instant now) {
    const auto done =
        db.exec_params(std::string{"UPDATE webhooks SET state = 'active', why = NULL, changed_at ="
                                   " $2::timestamptz,"} +
                           set_fresh + " WHERE id = $1::uuid",
                       id, to_iso(now));
    return done.affected_rows() == 1;
}

bool pause_webhook(pqxx::transaction_base& db, const std::string& id, Instant now) {
    const auto done = db.exec_params(
        "UPDATE webhooks SET state = 'disabled', why = 'paused', changed_at = $2::timestamptz"
        " WHERE id = $1::uuid AND state = 'active'",
        id, to_iso(now));
    return done.affected_rows() == 1;
}

void queue_letter(pqxx::transaction_base& db, const NewLetter& letter) {
    db.exec_params0(
        "INSERT INTO webhook_letters (id, webhook_id, message, kind, body, state, made_at)"
        " VALUES ($1::uuid, $2::uuid, $3, $4, $5, 'queued', $6::timestamptz)",
        letter.id, letter.webhook, letter.message, letter.kind, letter.body, to_iso(letter.now));
}

bool queue_again(pqxx::transaction_base& db, const std::string& webhook, const std::string& id) {
    const auto done = db.exec_params(
        "UPDATE webhook_letters SET state = 'queued' WHERE id = $2::uuid AND webhook_id = $1::uuid"
        " AND state = 'dead'",
        webhook, id);
    return done.affected_rows() == 1;
}

RowPage list_letters(pqxx::transaction_base& db, const std::string& webhook,
                     const std::string& after, int limit) {
    const auto rows = db.exec_params(
        std::string{"SELECT id, json_strip_nulls("} + shown_letter +
            ")::text FROM webhook_letters WHERE webhook_id = $1::uuid AND kind NOT LIKE '%.ping.%'"
            " AND ($2 = '' OR id > NULLIF($2, '')::uuid) ORDER BY id LIMIT $3::int",
        webhook, after, std::to_string(limit));
    RowPage page;
    for (const auto& row : rows) page.items.push_back(json::parse(row[1].c_str()));
    if (std::cmp_equal(rows.size(), limit)) page.next = rows.back()[0].c_str();
    return page;
}

TryPage list_tries(pqxx::transaction_base& db, const std::string& webhook, std::int64_t before,
                   int limit) {
    const auto from = before == 0 ? std::numeric_limits<std::int64_t>::max() : before;
    const auto rows = db.exec_params(
        std::string{"SELECT id, json_strip_nulls("} + shown_try +
            ")::text FROM webhook_tries WHERE webhook_id = $1::uuid AND id < $2::bigint"
            " ORDER BY id DESC LIMIT $3::int",
        webhook, std::to_string(from), std::to_string(limit));
    TryPage page;
    for (const auto& row : rows) page.items.push_back(json::parse(row[1].c_str()));
    if (std::cmp_equal(rows.size(), limit)) page.next = rows.back()[0].as<std::int64_t>();
    return page;
}

}  // namespace liuhen::server::store
