// SQL of what terminals said of themselves when they first registered.
#pragma once

#include "base/time.hpp"
#include "telematics/turn.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// All that stand, by the number of their terminal.
std::vector<telematics::FirstRegistration> read_registrations(pqxx::transaction_base& db);

/// The numbers of those that have sent their code since they were reset.
std::vector<std::string> read_proofs(pqxx::transaction_base& db);
/// The terminal has sent its code; the first time stands.
void keep_proofs(pqxx::transaction_base& db, const std::vector<std::string>& numbers, Instant now);

/// What stands after the terminal came with `said`: that, unless it had registered before. Nullopt:
/// there is no such terminal.
std::optional<telematics::Registered> keep_registration(pqxx::transaction_base& db,
                                                        const telematics::FirstRegistration& one,
                                                        Instant now);

/// Registrations with other data that were refused to one terminal.
struct RefusedRegistrations {
    std::string number;
    std::int64_t count{};
    Instant last;
};
void count_refusals(pqxx::transaction_base& db, const RefusedRegistrations& refused);

/// The registration of a terminal as shown to the operator; nullopt: it never came.
std::optional<nlohmann::json> registration_shown(pqxx::transaction_base& db,
                                                 const std::string& terminal_id);
/// Forgets what it said, so that the next registration counts as the first. By `token`.
void reset_registration(pqxx::transaction_base& db, const std::string& terminal_id,
                        const std::string& token, Instant now);

}  // namespace liuhen::server::store
