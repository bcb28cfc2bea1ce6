// SQL behind the guards: what the registers and the newest observations say of a manifest's
// parties, places, vehicle and locks.
#pragma once

#include "manifest/facts.hpp"
#include "manifest/requests.hpp"

#include <pqxx/transaction_base>

#include <string>
#include <vector>

namespace liuhen::server::store {

/// Who and what a filing, or a draft, names. Empty ids stand for "not named".
struct Named {
    PartyId producer;
    std::vector<PartyId> carriers;  ///< one for each leg, in order
    PartyId receiver;
    SiteId origin, destination;
    Instant on;  ///< the day whose licences and permits are named: of the planned departure
};
/// A party counts only when it has the role that it is named in.
manifest::Directory directory(pqxx::transaction_base& db, const Named& named);

/// The manifest of that number that the caller may see, as one that another may hang on.
std::optional<manifest::Relative> find_parent(pqxx::transaction_base& db, const std::string& no);
/// The manifests of those numbers that the caller may see; unknown numbers are left out.
std::vector<manifest::Relative> find_children(pqxx::transaction_base& db,
                                              const std::vector<std::string>& numbers);
/// True when the producer has entered this paper number for the year of departure before.
bool paper_no_taken(pqxx::transaction_base& db, const manifest::Manifest& manifest,
                    const manifest::BackfillForm& paper);

/// True when the stored track of the paper's truck says otherwise than the paper; false when it
/// says nothing.
bool backfill_contradicts(pqxx::transaction_base& db, const ManifestId& manifest);

/// What is asked of the fleet.
struct FleetQuestion {
    VehicleId vehicle;
    TerminalId terminal;        ///< number, or id of the register; empty: whatever is bound
    std::vector<LockId> locks;  ///< likewise, each; empty: those bound
    RouteId route;
    SiteId origin;                   ///< the producer's fenced place
    SiteId from, to;                 ///< sites that the leg leads between; empty: not said
    std::optional<LatLon> handover;  ///< planned place of handover
    ManifestId manifest;             ///< the one that asks, which does not occupy the vehicle
    Instant at;                      ///< the request's time: bindings are judged at it
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
