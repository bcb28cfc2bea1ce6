#include "server/store/tokens.hpp"

#include "server/store/statement.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {

void insert_token(pqxx::transaction_base& db, const NewToken& token) {
    db.exec_params0(
        "INSERT INTO tokens (id, digest, role, party_id, person, label, expires_at, division, rank,"
        " member_id, client_id, peer, certificate) VALUES ($1::uuid, decode($2, 'hex'), $3,"
        " NULLIF($4, '')::uuid, $5, $6, NULLIF($7, '')::timestamptz, $8, coalesce(NULLIF($9, ''),"
        " CASE WHEN $3 = 'operator' THEN 'admin' ELSE 'member' END), NULLIF($10, '')::uuid,"
        " NULLIF($11, '')::uuid, $12, $13)",
        token.id, token.digest, token.role, token.party, token.person, token.label,
        token.expires_at ? to_iso(*token.expires_at) : std::string{}, token.division, token.rank,
        token.member, token.client, token.peer, token.certificate);
}

constexpr Statement known_token{"known_token",
                                "SELECT * FROM token_of_digest(decode($1, 'hex'), $2)"};

std::optional<KnownToken> find_token(pqxx::transaction_base& db, const std::string& digest,
                                     Instant now) {
    const auto rows = ask(db, known_token, digest, to_iso(now));
    if (rows.empty()) return std::nullopt;
    const auto text = [&rows](const char* column) { return std::string{rows[0][column].c_str()}; };
    return KnownToken{text("id"),         text("role"),     text("party"),
                      text("person"),     text("division"), text("rank"),
                      text("member"),     text("login"),    rows[0]["initial"].as<bool>(),
                      text("certificate")};
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
