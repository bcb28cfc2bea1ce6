// SQL behind the guards: what the registers and the newest observations say of a manifest's
// parties, places, vehicle and locks.
#pragma once

#include "manifest/facts.hpp"

#include <pqxx/transaction_base>

#include <string>
#include <vector>

namespace liuhen::server::store {

/// Who and what a filing, or a draft, names. Empty ids stand for "not named".
struct Named {
    PartyId producer, carrier, receiver;
    SiteId origin, destination;
};
/// A party counts only when it has the role that it is named in.
manifest::Directory directory(pqxx::transaction_base& db, const Named& named);

/// What is asked of the fleet.
struct FleetQuestion {
    VehicleId vehicle;
    TerminalId terminal;        ///< number, or id of the register; empty: whatever is bound
    std::vector<LockId> locks;  ///< likewise, each; empty: those bound
    RouteId route;
    SiteId origin;        ///< the producer's fenced place
    ManifestId manifest;  ///< the one that asks, which does not occupy the vehicle
    Instant at;           ///< the request's time: bindings are judged at it
    Instant now;
};
/// The answer, with terminal and locks under the numbers that devices use.
struct FleetAnswer {
    manifest::Fleet fleet;
    TerminalId terminal;
    std::vector<LockId> locks;
};
/// Holds the vehicle against other acceptances until the transaction ends.
FleetAnswer fleet(pqxx::transaction_base& db, const FleetQuestion& question);

}  // namespace liuhen::server::store
