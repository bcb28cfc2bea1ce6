// SQL of governed unlocking: what the decision needs to know, and the record of each decision.
#pragma once

#include "base/geo.hpp"
#include "manifest/unlock.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// What somebody wants open: a lock, or the doors of a vehicle by its terminal.
struct Opening {
    std::string lock;      ///< id of its row; empty: the doors
    std::string number;    ///< of the lock
    std::string terminal;  ///< id of the row of the connection it is told through; empty: unknown
    std::string line;      ///< number of that connection's device
    std::string protocol;  ///< that it speaks, "jt808" or "jt701"
    std::string profile;   ///< its model
    VehicleId vehicle;     ///< empty: the lock is on none now
    PartyId carrier;       ///< whose vehicle that is; empty when the caller does not see it
};
/// A lock by id or number; nullopt: there is none.
std::optional<Opening> find_lock(pqxx::transaction_base& db, const std::string& name, Instant now);
/// The doors of a vehicle by id; nullopt: there is none that the caller may see.
std::optional<Opening> find_doors(pqxx::transaction_base& db, const std::string& vehicle,
                                  Instant now);

/// The facts of one decision, and the fix that they rest on.
struct UnlockView {
    manifest::UnlockFacts facts;
    std::optional<LatLon> where;
};
/// As the HTTP side, for its caller: grants that the caller may not see are not among them.
UnlockView look_at(pqxx::transaction_base& db, const Opening& opening, Instant now);

/// Who asks, beyond role and organisation.
struct Asking {
    std::string what;  ///< "unlock", "one_time_password", "doors"
    manifest::Actor by;
    std::string token_id;
    std::string person;
    ManifestId manifest;  ///< named by the caller; empty: any
};
/// One line of the append-only record.
struct UnlockRecord {
    std::string id;  ///< uuid v7
    Asking asking;
    Opening opening;
    std::optional<manifest::UnlockGranted> granted;  ///< empty: refused
    std::string refusal;                             ///< its code
    std::string order;                               ///< id of the order it led to, or empty
};
void record_unlock(pqxx::transaction_base& db, const UnlockRecord& record, const UnlockView& view);
/// The window of a granted request.
void open_window(pqxx::transaction_base& db, const UnlockRecord& record, Instant now);

/// Whether what a lock's line said last was in the words of an electronic seal (eSeal), which opens
/// without a password.
bool speaks_as_seal(pqxx::transaction_base& db, const Opening& opening, Instant now);

/// Refusals of a token within the minute before `now`.
int refusals_lately(pqxx::transaction_base& db, const std::string& token_id, Instant now);

}  // namespace liuhen::server::store
