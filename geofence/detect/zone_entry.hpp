// ZONE_ENTRY: inside a protected zone and not merely passing on the approved road.
#pragma once

#include "geofence/moment.hpp"

#include <vector>

namespace liuhen::geofence {

/// One visit for each zone. A fix counts when it lies inside and off the corridor, or inside while
/// the truck stands; for a vehicle without a trip, restricted zones only and every fix inside.
class ZoneEntry {
public:
    Episodes see(const Moment& moment, double stood_s, const Trip& trip);
    Episodes end(Instant at, const Trip& trip);
    [[nodiscard]] Episodes lasting() const;

private:
    struct Visit {
        const Site* zone{};  ///< lives as long as the trip's places
        int inside = 0;      ///< counting fixes in a row
        int outside = 0;     ///< others in a row
        Instant since, last;
        Metres deepest;  ///< below the boundary
        Fix deepest_fix;
        Track track;
        std::optional<OpenEpisode> open;
    };
    static void enter(Visit& visit, const Moment& moment, Metres depth, const Trip& trip);
    static Evidence evidence(const Visit& visit, const Trip& trip);

    std::vector<Visit> visits_;
};

}  // namespace liuhen::geofence
