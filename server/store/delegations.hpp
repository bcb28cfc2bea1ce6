// SQL of delegations: who may act in whose name, in what, until when.
#pragma once

#include "base/time.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

struct NewDelegation {
    std::string id, delegator, delegate;
    std::string role;  ///< "producer", "carrier", "receiver": as which the delegate acts
    std::vector<std::string> acts;  ///< codes of events
    Instant from, until;
    std::string document_no;  ///< of the written delegation
    Instant now;
    std::string by;  ///< token
};
void insert_delegation(pqxx::transaction_base& db, const NewDelegation& delegation);

/// Those that the caller may see, by id, each with its state at `now`: PLANNED, IN_FORCE, ENDED or
/// REVOKED.
std::vector<nlohmann::json> list_delegations(pqxx::transaction_base& db, const std::string& after,
                                             int limit, Instant now);
std::optional<nlohmann::json> find_delegation(pqxx::transaction_base& db, const std::string& id,
                                              Instant now);

enum class Withdrawn : std::uint8_t { revoked, revoked_before, unknown };
Withdrawn revoke_delegation(pqxx::transaction_base& db, const std::string& id, Instant now);

/// What `delegate` may do in the name of `delegator` now.
struct Powers {
    std::string role;               ///< as which; empty: nothing of the kind
    std::vector<std::string> acts;  ///< all that is in force in that role
};
/// `act` is the code of an event, or empty for reading, which every delegation brings along.
Powers powers_of(pqxx::transaction_base& db, const std::string& delegate,
                 const std::string& delegator, const std::string& act, Instant now);

}  // namespace liuhen::server::store
