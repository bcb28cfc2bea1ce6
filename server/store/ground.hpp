// Places, approved routes and rule sets as of one moment: immutable, shared by readings of the
// fleet.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "geofence/corridor.hpp"
#include "geofence/zone.hpp"
#include "server/store/rule_sets.hpp"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace liuhen::server {

/// Sites as the watch sees them, all or those named. A shape that cannot be used is left out and
/// logged.
geofence::Places read_places(pqxx::transaction_base& transaction,
                             const std::vector<SiteId>& only = {});

/// A way round a part of a route; one that was ended early ends then.
struct PublishedDiversion {
    std::string id;
    Interval during;  ///< both ends are set
    Instant published_at;
    std::shared_ptr<const geofence::Corridor> corridor;
};

struct Ground {
    std::shared_ptr<const geofence::Places> places = std::make_shared<geofence::Places>();
    /// Every version that was ever approved, by route and number: a leg keeps the one that it was
    /// judged by. Null: it cannot be used.
    std::map<std::pair<RouteId, int>, std::shared_ptr<const geofence::Corridor>> corridors;
    std::unordered_map<RouteId, std::vector<PublishedDiversion>> diversions;

    RuleHistory rules;
    std::string digest;  ///< of the rows that `places` and `rules` were made from

    /// Shapes that cannot be used are left out and logged. What was read `before` and is still so
    /// stays the same object: places and rules while none of them changed, and versions, which
    /// never do.
    static std::shared_ptr<const Ground> read(pqxx::transaction_base& transaction,
                                              const std::shared_ptr<const Ground>& before = {});
    /// The places and rules of `before` with the routes as they are now.
    static std::shared_ptr<const Ground> refreshed(pqxx::transaction_base& transaction,
                                                   const std::shared_ptr<const Ground>& before);
};

}  // namespace liuhen::server
