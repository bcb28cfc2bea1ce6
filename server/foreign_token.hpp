// JWTs of an agency's own OpenID provider: whose they are, whether they are genuine, and the little
// that they may say. A key verifies with its one pinned algorithm; the token does not choose.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::server {

inline constexpr std::size_t max_foreign_token_bytes = 4'096;
inline constexpr std::size_t max_provider_keys = 10;
inline constexpr std::chrono::seconds token_leeway{60};  ///< for clocks that differ

/// Algorithms that a key may be pinned to: RS256, PS256, ES256. No symmetric ones, never `none`.
bool is_pinnable(std::string_view algorithm);

/// A JWK set as it may be stored: at most ten public keys, each with a `kid` of its own, one
/// pinnable `alg`, a fitting `kty`, RSA of 2048 bits at least, and no private part. The value is a
/// sentence about what is wrong; nullopt: nothing.
std::optional<std::string> fault_of_key_set(std::string_view json);

/// What this service holds about an issuer.
struct TrustedIssuer {
    std::string id;  ///< of its row
    std::string issuer, audience;
    std::string keys;                          ///< JWK set, JSON
    std::string role_claim;                    ///< which claim names the role
    std::map<std::string, std::string> roles;  ///< its value -> "regulator" or "police"
    std::string division;                      ///< the most that a token may see
    std::string division_claim;                ///< empty: every token sees `division`
};

/// True for three pieces of base64url between dots, at most `max_foreign_token_bytes` together.
bool is_foreign_form(std::string_view token);
/// The `iss` that a token claims, before anything of it is believed.
std::optional<std::string> claimed_issuer(std::string_view token);

/// Who a genuine token speaks for.
struct ForeignPerson {
    std::string subject;
    std::string name;           ///< `name`, else `preferred_username`, else the subject
    std::string role;           ///< by the issuer's table
    std::string division;       ///< within the issuer's
    std::string certificate{};  ///< x5t#S256 of its `cnf` (RFC 8705 section 3.1), or empty
};
enum class ForeignFault : std::uint8_t {
    malformed,
    unknown_key,
    wrong_algorithm,
    wrong_signature,
    wrong_issuer,
    wrong_audience,
    expired,
    not_yet_valid,
    no_role,
    outside_area,
};
std::string_view code(ForeignFault fault);  ///< "wrong_signature", for the log

Result<ForeignPerson, ForeignFault> read_foreign_token(std::string_view token,
                                                       const TrustedIssuer& issuer, Instant now);

}  // namespace liuhen::server
