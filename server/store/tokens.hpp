// SQL of bearer tokens. Only digests are stored; a token itself is never seen here.
#pragma once

#include "base/time.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>

namespace liuhen::server::store {

struct NewToken {
    std::string id;      ///< uuid
    std::string digest;  ///< SHA-256 of the token, hex
    std::string role;
    std::string party;  ///< uuid; empty for regulator, police, operator
    std::string person;
    std::string label;
    std::optional<Instant> expires_at;
    std::string division{};     ///< of regulator or police; empty: the whole country
    std::string rank{};         ///< empty: admin for the operator, else member
    std::string member{};       ///< uuid: a session of this member
    std::string client{};       ///< uuid: an access token of this client
    std::string peer{};         ///< the address that it is given to
    std::string certificate{};  ///< x5t#S256 that it is bound to; empty: to none
};
/// Throws pqxx::sql_error when role and party do not fit or the party is unknown.
void insert_token(pqxx::transaction_base& db, const NewToken& token);

struct KnownToken {
    std::string id, role, party, person;
    std::string division, rank;
    std::string member;       ///< uuid; empty: no session
    std::string login;        ///< of the member
    bool initial{};           ///< the member's password was given by somebody else
    std::string certificate;  ///< x5t#S256 that it is bound to, or empty
};
/// The token of a digest that is neither revoked nor expired at `now`, nor that of a member or
/// client who has been disabled.
std::optional<KnownToken> find_token(pqxx::transaction_base& db, const std::string& digest,
                                     Instant now);

enum class Revocation : std::uint8_t { revoked, revoked_before, unknown };
Revocation revoke_token(pqxx::transaction_base& db, const std::string& id, Instant now);

}  // namespace liuhen::server::store
