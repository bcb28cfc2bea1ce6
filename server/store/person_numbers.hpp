// SQL of the identity numbers of crews: sealed by the vault on their way into the database, found
// again by a keyed fingerprint.
#pragma once

#include "manifest/manifest.hpp"
#include "server/json/person_form.hpp"
#include "server/vault.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <string>
#include <vector>

namespace liuhen::server::store {

/// Keeps the numbers of those who were just named for the current leg, in place of whoever was
/// named before. A seat without a number keeps none. A return or a redirection takes its crew over
/// and names nobody.
void keep_person_numbers(pqxx::transaction_base& db, const Vault& vault,
                         const manifest::Manifest& named, const std::vector<StatedNumber>& numbers,
                         Instant now);

/// Who looks a person up, and why.
struct PersonLookup {
    std::string number;
    std::string reason;
    std::string token_id, person, role;
    Instant at;
};
inline constexpr int most_seats_shown = 200;
/// Where this person was named, of what the caller may see, the newest first: an array of
/// {manifest, no, state, leg_no, seat, name, id_masked, told_at}. A row whose sealed number does
/// not open, or is another, is left out and logged. The look-up is recorded.
nlohmann::json find_person(pqxx::transaction_base& db, const Vault& vault,
                           const PersonLookup& wanted);

}  // namespace liuhen::server::store
