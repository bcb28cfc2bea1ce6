// SQL of what stands on containers' labels.
#pragma once

#include "server/store/containers.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// A container as its label tells of it. Empty texts: nobody said.
struct ContainerFacts {
    ContainerId id;
    std::string tag;                   ///< digital identification code
    std::string waste_code;            ///< "900-041-49"
    std::string waste_name;            ///< as entered, else as the list names the code
    std::vector<std::string> hazards;  ///< by the list in force today
    std::string package;
    std::string unit, contact, phone;  ///< who filled it
    std::string produced_on;           ///< day in China, "2026-11-21"
    std::optional<Grams> weight;       ///< that the caller's book holds of it
};
/// Those of the containers that the caller sees, in the order of `ids`, which are uuids.
std::vector<ContainerFacts> facts_for_labels(pqxx::transaction_base& db,
                                             const std::vector<ContainerId>& ids, Instant now);

}  // namespace liuhen::server::store
