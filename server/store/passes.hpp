// Drives between two sites that nothing was found wrong with: what a route may be learnt from.
#pragma once

#include "base/ids.hpp"
#include "geofence/roads/learnt.hpp"

#include <pqxx/transaction>

#include <string>
#include <vector>

namespace liuhen::server::store {

inline constexpr int most_passes = 20;  ///< the newest ones
inline constexpr int most_fixes_of_pass = 10'000;

struct HonestPass {
    TripId trip;
    geofence::roads::Pass fixes;  ///< from the last one at the origin on
};
/// Of ended legs on completed manifests between the sites, without an alert that stands, as far as
/// the caller sees them; newest first. `carrier` empty: of all.
std::vector<HonestPass> honest_passes(pqxx::work& db, const SiteId& origin,
                                      const SiteId& destination, const std::string& carrier);

}  // namespace liuhen::server::store
