#include "server/store/providers.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {

using nlohmann::json;

const Register providers{
    "identity_providers",
    "json_build_object('id', id, 'name', name, 'issuer', issuer, 'audience', audience,"
    " 'keys', keys, 'role_claim', role_claim, 'roles', roles, 'division', nullif(division, ''),"
    " 'division_claim', division_claim, 'created_at', " LIUHEN_ISO("created_at") ","
    " 'changed_at', " LIUHEN_ISO("changed_at") ", 'disabled_at', " LIUHEN_ISO("disabled_at") ")"};

void insert_provider(pqxx::transaction_base& db, const Provider& provider) {
    const TrustedIssuer& trust = provider.trust;
    db.exec_params0(
        "INSERT INTO identity_providers (id, name, issuer, audience, keys, role_claim, roles,"
        " division, division_claim, created_at, changed_at) VALUES ($1::uuid, $2, $3, $4,"
        " $5::jsonb, $6, $7::jsonb, $8, NULLIF($9, ''), $10::timestamptz, $10::timestamptz)",
        trust.id, provider.name, trust.issuer, trust.audience, trust.keys, trust.role_claim,
        json(trust.roles).dump(), trust.division, trust.division_claim, to_iso(provider.now));
}

Replaced replace_provider(pqxx::transaction_base& db, const Provider& provider) {
    const TrustedIssuer& trust = provider.trust;
    const auto done = db.exec_params(
        "UPDATE identity_providers SET name = $2, issuer = $3, audience = $4, keys = $5::jsonb,"
        " role_claim = $6, roles = $7::jsonb, division = $8, division_claim = NULLIF($9, ''),"
        " changed_at = $10::timestamptz, disabled_at = NULL WHERE id = $1::uuid",
        trust.id, provider.name, trust.issuer, trust.audience, trust.keys, trust.role_claim,
        json(trust.roles).dump(), trust.division, trust.division_claim, to_iso(provider.now));
    return done.affected_rows() == 1 ? Replaced::replaced : Replaced::unknown;
}

Replaced disable_provider(pqxx::transaction_base& db, const std::string& id, Instant now) {
    const auto done = db.exec_params(
        "UPDATE identity_providers SET disabled_at = coalesce(disabled_at, $2::timestamptz)"
        " WHERE id = $1::uuid",
        id, to_iso(now));
    return done.affected_rows() == 1 ? Replaced::replaced : Replaced::unknown;
}

std::optional<TrustedIssuer> find_issuer(pqxx::transaction_base& db, const std::string& issuer) {
    const auto rows = db.exec_params(
        "SELECT id, audience, keys, role_claim, roles, division,"
        " coalesce(division_claim, '') AS division_claim FROM provider_of($1)",
        issuer);
    if (rows.empty()) return std::nullopt;
    const auto text = [&rows](const char* column) { return std::string{rows[0][column].c_str()}; };
    return TrustedIssuer{
        text("id"),         issuer,
        text("audience"),   text("keys"),
        text("role_claim"), json::parse(text("roles")).get<std::map<std::string, std::string>>(),
        text("division"),   text("division_claim")};
}

}  // namespace liuhen::server::store
