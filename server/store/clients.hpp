// SQL of programs and of the access tokens given to them.
#pragma once

#include "base/time.hpp"
#include "server/store/parties.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Without secrets.
extern const Register clients;

struct NewClient {
    std::string id, name;
    std::string digest;  ///< SHA-256 of the secret, hex
    std::string role, party, division, rank;
    Instant now;
    std::string by;  ///< token
};
void insert_client(pqxx::transaction_base& db, const NewClient& client);

/// A program that showed its secret.
struct KnownClient {
    std::string id, name, role, party, division, rank;
};
/// Nullopt: no such client, disabled, or another secret.
std::optional<KnownClient> find_client(pqxx::transaction_base& db, const std::string& id,
                                       const std::string& secret_digest);

/// Disables the client and revokes its tokens; their ids, nullopt when there is no such client.
std::optional<std::vector<std::string>> disable_client(pqxx::transaction_base& db,
                                                       const std::string& id, Instant now);

/// What a token is (RFC 7662), while it is valid.
struct GivenToken {
    std::string id, client, party, role;
    std::string account;  ///< login of a member; may be empty
    Instant issued;
    std::optional<Instant> expires;
    std::string certificate{};  ///< x5t#S256 that it is bound to, or empty
};
std::optional<GivenToken> find_given(pqxx::transaction_base& db, const std::string& digest,
                                     Instant now);

}  // namespace liuhen::server::store
