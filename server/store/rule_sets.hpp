// SQL of rule sets: what was entered, and which was in force when.
#pragma once

#include "base/time.hpp"
#include "geofence/rules.hpp"
#include "server/store/parties.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace liuhen::server::store {

extern const Register rule_sets;

/// Who did something, and why.
struct RuleSetAct {
    std::string why;
    std::string account;
    std::string token;
    Instant now;
};
void insert_rule_set(pqxx::transaction_base& db, const std::string& id,
                     const geofence::RuleSet& rules, const RuleSetAct& act);
/// From `act.now` on, until another one is put in force.
void put_in_force(pqxx::transaction_base& db, const std::string& period_id, const std::string& id,
                  const RuleSetAct& act);

/// A stored set with its body, and with the times at which it was put in force; nullopt: none.
std::optional<nlohmann::json> show_rule_set(pqxx::transaction_base& db, const std::string& id);
/// Id of the set of a version; nullopt: it is not stored.
std::optional<std::string> rule_set_of_version(pqxx::transaction_base& db,
                                               const std::string& version);
/// Name of the set in force.
std::string version_in_force(pqxx::transaction_base& db);

}  // namespace liuhen::server::store

namespace liuhen::server {

/// Which rules held when.
class RuleHistory {
public:
    /// A stored set that this program cannot read is left out and logged: the one before stays.
    static RuleHistory read(pqxx::transaction_base& db);
    /// The standard set before the first that was put in force.
    [[nodiscard]] std::shared_ptr<const geofence::RuleSet> at(Instant time) const;
    [[nodiscard]] std::shared_ptr<const geofence::RuleSet> newest() const;

private:
    struct Period {
        Instant from;
        std::shared_ptr<const geofence::RuleSet> rules;
    };
    std::vector<Period> periods_;  ///< oldest first
};

}  // namespace liuhen::server
