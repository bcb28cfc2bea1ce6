#include "server/http/idempotency.hpp"

#include "server/crypto.hpp"
#include "server/group_commit.hpp"
#include "server/history/digest.hpp"
#include "server/http/problem.hpp"
#include "server/http/secrets.hpp"
#include "server/vault.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <string>
#include <vector>

namespace liuhen::server::http {
namespace {

constexpr const char* header_name = "idempotency-key";

// Keyed where the server has a key: a body may hold a number that could be tried out. The newest
// key's comes first; what an older one made is known for as long as that key is given.
std::vector<std::string> digests_of(const Call& call) {
    const Request& request = call.request;
    std::string whole = request.method + '\n' + request.path + '\n';
    for (const auto& [name, value] : request.query) whole += name + '=' + value + '\n';
    whole += request.header("liuhen-on-behalf-of") + '\n';
    whole += request.header("if-match") + '\n' + request.body;
    if (!has_secret_key(call)) return {sha256_hex(whole)};
    std::vector<std::string> digests;
    for (const auto& one : call.vault->fingerprints(whole, "liuhen idempotency"))
        digests.push_back(history::hex_of(one));
    return digests;
}

bool is_sound(const std::string& key) {
    return !key.empty() && key.size() <= 255 &&
           std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

// Equal requests wait for one another, but not in the company of others.
void hold_key(pqxx::transaction_base& db, const std::string& token, const std::string& key) {
    if (is_shared(db)) {
        const auto held = db.exec_params1(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('key ' || $1 || $2, 0))", token,
            key);
        if (!held[0].as<bool>()) throw WaitsAlone{};
        return;
    }
    db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('key ' || $1 || $2, 0))", token,
                   key);
}

}  // namespace

bool is_repeatable(const Request& request) { return request.headers.contains(header_name); }

std::optional<Reply> stored_answer(pqxx::transaction_base& db, const Call& call) {
    const std::string key = call.request.header(header_name);
    if (!is_sound(key)) return unprocessable({fault("KEY_LENGTH", "Idempotency-Key", key)});
    hold_key(db, call.caller.token_id, key);
    const std::string oldest = to_iso(call.now - answers_kept);
    db.exec_params0(
        "DELETE FROM idempotency WHERE token_id = $1::uuid"
        " AND created_at < $2::timestamptz",
        call.caller.token_id, oldest);
    const auto rows = db.exec_params(
        "SELECT encode(digest, 'hex'), status, headers, body FROM idempotency"
        " WHERE token_id = $1::uuid AND key = $2",
        call.caller.token_id, key);
    if (rows.empty()) return std::nullopt;
    const auto known = digests_of(call);
    if (std::ranges::find(known, rows[0][0].as<std::string>()) == known.end())
        return refuse(409, "KEY_REUSED", "The Idempotency-Key was used for another request.");
    Reply reply;
    reply.status = rows[0][1].as<unsigned>();
    reply.body = rows[0][3].as<std::string>();
    const auto headers = nlohmann::json::parse(rows[0][2].c_str());
    for (const auto& [name, value] : headers.items())
        reply.headers.emplace_back(name, value.get<std::string>());
    reply.headers.emplace_back("Idempotent-Replayed", "true");
    return reply;
}

void store_answer(pqxx::transaction_base& db, const Call& call, const Reply& reply) {
    nlohmann::json headers = nlohmann::json::object();
    for (const auto& [name, value] : reply.headers) headers[name] = value;
    db.exec_params0(
        "INSERT INTO idempotency (token_id, key, digest, status, headers, body, created_at) VALUES"
        " ($1::uuid, $2, decode($3, 'hex'), $4::int, $5::jsonb, $6, $7::timestamptz)",
        call.caller.token_id, call.request.header(header_name), digests_of(call).front(),
        std::to_string(reply.status), headers.dump(), reply.body_for_replay.value_or(reply.body),
        to_iso(call.now));
}

}  // namespace liuhen::server::http
