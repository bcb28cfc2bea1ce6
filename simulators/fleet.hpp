// Everything of a scenario that must stand in the server before it can be played: entered through
// the operator's token, found again when an earlier run has entered it.
#pragma once

#include "simulators/api.hpp"
#include "simulators/scenario.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::simulators {

/// One truck as the server knows it.
struct Enlisted {
    std::string vehicle;   ///< uuid
    std::string terminal;  ///< uuid
    std::string lock;      ///< uuid, empty without one
};

struct Fleet {
    std::map<std::string, std::string> parties, sites, routes;  ///< key -> uuid
    std::map<std::string, Enlisted> trucks;                     ///< by key
    std::map<std::string, Api> desks;                           ///< by party key
    std::map<std::string, Api> drivers;                         ///< by truck key
    std::vector<std::string> tokens;                            ///< ids of the tokens made
    std::optional<Api> police;
};

/// Enters what is missing. Parties are known by credit code, sites and routes by name, vehicles by
/// plate, devices by number; tokens are always new. Devices not bound yet are on their trucks from
/// `bound_since`, a day before `now` unless told. Throws `Refusal`.
awaitable<Fleet> enlist(const Scenario& scenario, const Endpoints& endpoints, Instant now,
                        std::optional<Instant> bound_since = {});

/// Revokes the tokens that `enlist` made.
awaitable<void> revoke(const Fleet& fleet, const Endpoints& endpoints);

}  // namespace liuhen::simulators
