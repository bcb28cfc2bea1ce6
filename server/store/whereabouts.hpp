// SQL of where a truck is: its newest fix, the sites around it, and whether it has left the place
// that an unlocking was granted at.
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "base/observation.hpp"
#include "base/time.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::store {

/// A fix of a vehicle.
struct Position {
    Instant at;         ///< device time
    Instant proved_at;  ///< the earlier of device time and receipt
    LatLon where;
};
/// The newest of this source within 30 days; nullopt: none. One of a lock counts only while the
/// vehicle has no JT/T 808 terminal of its own.
std::optional<Position> newest_fix(pqxx::transaction_base& db, const VehicleId& vehicle,
                                   FixSource source, Instant now);

/// Those of the named sites that hold the fix, as the watch would say: one is out only beyond the
/// site's hysteresis, and here `tolerance` metres more.
std::vector<SiteId> sites_around(pqxx::transaction_base& db, const std::vector<SiteId>& named,
                                 const Position& fix, Metres tolerance = {});

/// The code of the refusal (manifest/unlock.hpp) when a satellite fix newer than the one that an
/// unlocking was granted on lies away from the place of that grant, by more than
/// `unlock_left_tolerance`; nullopt: none does, or the request rests on no place.
std::optional<std::string_view> left_the_place(pqxx::transaction_base& db,
                                               const std::string& request_id, Instant now);

}  // namespace liuhen::server::store
