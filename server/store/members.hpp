// SQL of accounts: members, their passwords, wrong guesses and sessions.
#pragma once

#include "base/time.hpp"
#include "server/store/parties.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Without passwords.
extern const Register members;

/// A member as he comes in by his login.
struct Login {
    std::string id, name;
    std::string party;      ///< uuid; empty: of an authority
    std::string authority;  ///< "regulator", "police", "operator"; empty: of a party
    std::string division, rank;
    std::string password;  ///< Argon2id
    bool initial{};
    std::vector<std::string> roles;  ///< of the party
};
/// Nullopt: no such login, or a disabled one.
std::optional<Login> find_login(pqxx::transaction_base& db, const std::string& login);

/// Counts a guess at a login's password before it is looked at, so that guesses at the same time
/// count too. A value: the login is locked until then.
std::optional<Instant> count_guess(pqxx::transaction_base& db, const std::string& login,
                                   Instant now);
inline constexpr int most_guesses = 5;                 ///< wrong ones in a row
inline constexpr std::chrono::minutes locked_for{15};  ///< afterwards, right ones too
/// The password was right.
void forget_guesses(pqxx::transaction_base& db, const std::string& login);

struct NewMember {
    std::string id, login, name;
    std::string party, authority;  ///< exactly one is given
    std::string division, rank;
    std::string password;  ///< Argon2id
    Instant now;
    std::string by;  ///< token
};
/// Throws pqxx::unique_violation when the login is taken.
void insert_member(pqxx::transaction_base& db, const NewMember& member);

/// What an administrator changes of a member; empty: stays as it is.
struct MemberChange {
    std::optional<std::string> name, rank, division;
    std::optional<std::string> password;  ///< Argon2id, to be changed by the member first
    std::optional<bool> disabled;
};
enum class Changed : std::uint8_t { changed, unknown };
Changed change_member(pqxx::transaction_base& db, const std::string& id, const MemberChange& change,
                      Instant now);
/// Of the member who is logged in.
void set_own_password(pqxx::transaction_base& db, const std::string& hash, Instant now);

/// Ends the member's sessions, but the one named; their ids.
std::vector<std::string> end_sessions(pqxx::transaction_base& db, const std::string& member,
                                      const std::string& but, Instant now);

}  // namespace liuhen::server::store
