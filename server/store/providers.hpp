// SQL of identity providers: whose JWTs are accepted.
#pragma once

#include "base/time.hpp"
#include "server/foreign_token.hpp"
#include "server/store/parties.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>

namespace liuhen::server::store {

extern const Register providers;

struct Provider {
    TrustedIssuer trust;
    std::string name;
    Instant now;
};
void insert_provider(pqxx::transaction_base& db, const Provider& provider);

enum class Replaced : std::uint8_t { replaced, unknown };
/// Keys, table of roles and all; lets a disabled one in again.
Replaced replace_provider(pqxx::transaction_base& db, const Provider& provider);
Replaced disable_provider(pqxx::transaction_base& db, const std::string& id, Instant now);

/// The provider of an issuer; nullopt: none, or disabled.
std::optional<TrustedIssuer> find_issuer(pqxx::transaction_base& db, const std::string& issuer);

}  // namespace liuhen::server::store
