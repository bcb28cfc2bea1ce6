#include "server/store/clients.hpp"

#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {

const Register clients{
    "clients",
    "json_build_object('id', id, 'name', name, 'role', role, 'party', party_id,"
    " 'division', nullif(division, ''), 'rank', rank, 'created_at', " LIUHEN_ISO("created_at") ","
    " 'disabled_at', " LIUHEN_ISO("disabled_at") ")"};

void insert_client(pqxx::transaction_base& db, const NewClient& client) {
    db.exec_params0(
        "INSERT INTO clients (id, name, digest, role, party_id, division, rank, created_at,"
        " created_by) VALUES ($1::uuid, $2, decode($3, 'hex'), $4, NULLIF($5, '')::uuid, $6, $7,"
        " $8::timestamptz, $9::uuid)",
        client.id, client.name, client.digest, client.role, client.party, client.division,
        client.rank, to_iso(client.now), client.by);
}

std::optional<KnownClient> find_client(pqxx::transaction_base& db, const std::string& id,
                                       const std::string& secret_digest) {
    const auto rows = db.exec_params(
        "SELECT id, name, role, coalesce(party_id::text, '') AS party, division, rank"
        " FROM client_at_token($1::uuid, decode($2, 'hex'))",
        id, secret_digest);
    if (rows.empty()) return std::nullopt;
    const auto text = [&rows](const char* column) { return std::string{rows[0][column].c_str()}; };
    return KnownClient{text("id"),    text("name"),     text("role"),
                       text("party"), text("division"), text("rank")};
}

std::optional<std::vector<std::string>> disable_client(pqxx::transaction_base& db,
                                                       const std::string& id, Instant now) {
    const auto done = db.exec_params(
        "UPDATE clients SET disabled_at = coalesce(disabled_at, $2::timestamptz)"
        " WHERE id = $1::uuid",
        id, to_iso(now));
    if (done.affected_rows() == 0) return std::nullopt;
    std::vector<std::string> ended;
    for (const auto& row :
         db.exec_params("UPDATE tokens SET revoked_at = $2::timestamptz WHERE client_id = $1::uuid"
                        " AND revoked_at IS NULL AND expires_at > $2::timestamptz RETURNING id",
                        id, to_iso(now)))
        ended.emplace_back(row[0].c_str());
    return ended;
}

std::optional<GivenToken> find_given(pqxx::transaction_base& db, const std::string& digest,
                                     Instant now) {
    const auto rows = db.exec_params(
        "SELECT g.id, coalesce(t.client_id::text, '') AS client, g.party, g.role,"
        " CASE WHEN g.login <> '' THEN g.login ELSE g.person END AS account,"
        " floor(extract(epoch FROM t.created_at) * 1000)::bigint AS issued,"
        " floor(extract(epoch FROM t.expires_at) * 1000)::bigint AS expires, g.certificate"
        " FROM token_of_digest(decode($1, 'hex'), $2::timestamptz) g JOIN tokens t ON t.id = g.id",
        digest, to_iso(now));
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    GivenToken token{row["id"].c_str(),   row["client"].c_str(),  row["party"].c_str(),
                     row["role"].c_str(), row["account"].c_str(), {},
                     std::nullopt};
    token.issued = instant_from_ms(row["issued"].as<std::int64_t>());
    if (!row["expires"].is_null())
        token.expires = instant_from_ms(row["expires"].as<std::int64_t>());
    token.certificate = row["certificate"].c_str();
    return token;
}

}  // namespace liuhen::server::store
