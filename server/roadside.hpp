// Codes on printed manifests that open a page to whoever holds the paper: how they are made and how
// long they and their pages live (docs/decisions/043-roadside.md).
#pragma once

#include "base/time.hpp"
#include "server/store/roadside.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace liuhen::manifest {
struct Manifest;
}

namespace liuhen::server {
class Vault;

/// A code ends so long after it was made; a week after its manifest did, at the latest.
inline constexpr std::chrono::days code_lives{30};
inline constexpr std::chrono::days code_outlives_manifest{7};
/// A print has a code that lives so long still, unless the manifest ends: the longest trip that may
/// be planned.
inline constexpr std::chrono::days code_left{10};
/// What a code opened is seen for so long.
inline constexpr std::chrono::minutes page_lives{30};
/// Openings and printed copies of one code within 24 hours.
inline constexpr int openings_a_day = 200;

/// A code as it is printed, and until when it opens.
struct PrintedCode {
    std::string text;  ///< 43 characters: 256 bits
    Instant expires_at;
};

/// Whether a print of this manifest has a code: not for drafts, and not once its codes have ended.
bool has_roadside_code(const manifest::Manifest& manifest, Instant now);

/// For whom a code is made.
struct Asker {
    std::string token_id, person;
};
/// The code of the manifest's version as it stands: the one made before while it is good for
/// `code_left`, else a new one. `vault` has a key; the manifest `has_roadside_code`.
PrintedCode roadside_code(pqxx::transaction_base& db, const Vault& vault,
                          const manifest::Manifest& manifest, Instant now, const Asker& asker);

/// True for 43 characters of base64url; others need no look-up.
bool is_roadside_form(std::string_view text);

/// An address as it is kept: IPv4 as its /24, IPv6 as its /48; "" of what is neither.
std::string coarse_network(const std::string& address);
/// What a browser says of itself, as it is kept: 120 characters, nothing that is no plain ASCII.
std::string kept_agent(std::string_view said);

}  // namespace liuhen::server
