#include "server/store/tokens.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {

void insert_token(pqxx::transaction_base& db, const NewToken& token) {
    db.exec_params0(
        "INSERT INTO tokens (id, digest, role, party_id, person, label, expires_at) VALUES"
        " ($1::uuid, decode($2, 'hex'), $3, NULLIF($4, '')::uuid, $5, $6,"
        " NULLIF($7, '')::timestamptz)",
        token.id, token.digest, token.role, token.party, token.person, token.label,
        token.expires_at ? to_iso(*token.expires_at) : std::string{});
}

std::optional<KnownToken> find_token(pqxx::transaction_base& db, const std::string& digest,
                                     Instant now) {
    const auto rows = db.exec_params(
        "SELECT id, role, coalesce(party_id::text, ''), person FROM tokens"
        " WHERE digest = decode($1, 'hex') AND revoked_at IS NULL"
        " AND (expires_at IS NULL OR expires_at > $2::timestamptz)",
        digest, to_iso(now));
    if (rows.empty()) return std::nullopt;
    return KnownToken{rows[0][0].as<std::string>(), rows[0][1].as<std::string>(),
                      rows[0][2].as<std::string>(), rows[0][3].as<std::string>()};
}

Revocation revoke_token(pqxx::transaction_base& db, const std::string& id, Instant now) {
    const auto done = db.exec_params(
        "UPDATE tokens SET revoked_at = $2::timestamptz WHERE id = $1::uuid AND revoked_at IS NULL",
        id, to_iso(now));
    if (done.affected_rows() == 1) return Revocation::revoked;
    const bool known = !db.exec_params("SELECT 1 FROM tokens WHERE id = $1::uuid", id).empty();
    return known ? Revocation::revoked_before : Revocation::unknown;
}

}  // namespace liuhen::server::store
