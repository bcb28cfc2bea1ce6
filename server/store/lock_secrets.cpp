#include "server/store/lock_secrets.hpp"

#include "server/log.hpp"
#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

std::string code(SecretKind kind) {
    return kind == SecretKind::static_password ? "static" : "one_time";
}

// What a secret is sealed for: it opens as no other lock's, and as no other kind.
std::string bound_to(const std::string& lock, SecretKind kind) {
    return "liuhen lock " + lock + ' ' + code(kind);
}

pqxx::binarystring blob(const SealedSecret& sealed) {
    return pqxx::binarystring{sealed.bytes.data(), sealed.bytes.size()};
}

}  // namespace

void keep_static_password(pqxx::transaction_base& db, const Vault& vault, const std::string& lock,
                          const std::string& password, const std::string& token_id, Instant now) {
    const auto sealed = vault.seal(password, bound_to(lock, SecretKind::static_password));
    db.exec_params("SELECT keep_static_secret($1::uuid, $2, $3::bytea, $4::timestamptz, $5::uuid)",
                   lock, sealed.key_id, blob(sealed), to_iso(now), token_id);
}

// Locks tell whole seconds, receipts are finer: of two of one second the later to come is the
// newer.
void keep_one_time_password(pqxx::transaction_base& db, const Vault& vault,
                            const telematics::OneTimePassword& told) {
    const std::string lock = lock_named(db, told.lock);
    if (lock.empty()) return;
    const auto sealed = vault.seal(told.password, bound_to(lock, SecretKind::one_time));
    db.exec_params0(
        "INSERT INTO lock_secrets AS s (lock_id, kind, key_id, sealed, told_at) VALUES ($1::uuid,"
        " 'one_time', $2, $3::bytea, $4::timestamptz) ON CONFLICT (lock_id, kind) DO UPDATE SET"
        " key_id = excluded.key_id, sealed = excluded.sealed, told_at = excluded.told_at"
        " WHERE date_trunc('second', s.told_at) <= excluded.told_at",
        lock, sealed.key_id, blob(sealed), to_iso(told.told_at));
}

std::optional<KnownSecret> find_secret(pqxx::transaction_base& db, const Vault& vault,
                                       const std::string& lock, SecretKind kind) {
    const auto rows = db.exec_params(
        "SELECT key_id, sealed, floor(extract(epoch FROM told_at) * 1000)::bigint FROM lock_secrets"
        " WHERE lock_id = $1::uuid AND kind = $2",
        lock, code(kind));
    if (rows.empty()) return std::nullopt;
    const pqxx::binarystring bytes{rows[0][1]};
    const SealedSecret sealed{rows[0][0].as<std::string>(), bytes.str()};
    auto secret = vault.open(sealed, bound_to(lock, kind));
    if (!secret) {
        log::error("vault.closed",
                   {{"lock", lock},
                    {"kind", code(kind)},
                    {"key", sealed.key_id},
                    {"why", secret.error() == VaultFault::no_key ? "no_key" : "not_authentic"}});
        return std::nullopt;
    }
    return KnownSecret{*std::move(secret), instant_from_ms(rows[0][2].as<std::int64_t>())};
}

bool has_secret(pqxx::transaction_base& db, const Vault& vault, const std::string& lock) {
    return !vault.is_closed() &&
           db.exec_params1("SELECT lock_has_secret($1::uuid)", lock)[0].as<bool>();
}

std::string lock_named(pqxx::transaction_base& db, const LockId& number) {
    const auto rows = db.exec_params(
        "SELECT id FROM locks WHERE number IN ($1, ltrim($1, '0')) ORDER BY number <> $1 LIMIT 1",
        number.text);
    return rows.empty() ? std::string{} : rows[0][0].as<std::string>();
}

}  // namespace liuhen::server::store
