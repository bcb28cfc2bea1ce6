// Passwords of locks: sealed by the vault on their way into the database, opened on their way out.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "server/vault.hpp"
#include "telematics/turn.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>

namespace liuhen::server::store {

/// `code()`: "static", "one_time".
enum class SecretKind : std::uint8_t { static_password, one_time };

struct KnownSecret {
    std::string text;
    Instant told_at;
};

/// The operator's word, over HTTP. `lock` is the id of its row.
void keep_static_password(pqxx::transaction_base& db, const Vault& vault, const std::string& lock,
                          const std::string& password, const std::string& token_id, Instant now);

/// A lock told its one-time password: the former one is gone. A lock that nobody entered is passed
/// over, and so is one told earlier than the one that is kept. As liuhen_core.
void keep_one_time_password(pqxx::transaction_base& db, const Vault& vault,
                            const telematics::OneTimePassword& told);

/// Nullopt: none is kept that the caller may see, or the vault cannot open it (logged).
std::optional<KnownSecret> find_secret(pqxx::transaction_base& db, const Vault& vault,
                                       const std::string& lock, SecretKind kind);

/// Whether a password of the lock is kept for a vault that is not closed, be it the operator's or
/// one that the lock told; no caller learns more of it.
bool has_secret(pqxx::transaction_base& db, const Vault& vault, const std::string& lock);

/// The id of the row of a lock by the number it goes by, leading zeros or not; empty: none.
std::string lock_named(pqxx::transaction_base& db, const LockId& number);

}  // namespace liuhen::server::store
