// ZONE_ENTRY: inside a protected zone and not merely passing on the approved road.
#pragma once

#include "geofence/finding.hpp"
#include "geofence/moment.hpp"

#include <vector>

namespace liuhen::geofence {

/// One visit for each zone. A fix counts when it lies inside and off the corridor, or inside while
/// the truck stands; for a vehicle without a trip, restricted zones only and every fix inside. The
/// straight way between two fixes off the corridor that runs through a zone counts like two of
/// them. Off the corridor an entry is foreseen from how fast the boundary comes nearer; one that
/// was foreseen takes one fix inside less. A forecast raises nothing by itself.
class ZoneEntry {
public:
    Episodes see(const Moment& moment, double stood_s, const Trip& trip);
    Episodes end(Instant at, const Trip& trip);
    /// Seconds inside, while an entry lasts; the longest of all zones.
    void found(Findings& into, Instant at) const;
    [[nodiscard]] Episodes lasting() const;

private:
    struct Visit {
        const Site* zone{};  ///< lives as long as the trip's places
        int inside = 0;      ///< counting fixes in a row
        int outside = 0;     ///< others in a row
        Instant since, last;
        Metres deepest;  ///< below the boundary
        Fix deepest_fix;
        std::optional<double> foreseen_s;  ///< before the first fix inside
        Track track;
        std::optional<OpenEpisode> open;
    };
    /// A zone that the truck comes nearer to, off the corridor.
    struct Approach {
        const Site* zone{};
        Metres distance;
        Instant at;
        std::optional<Instant> foreseen;  ///< since when entry is expected within `zone_foresight`
    };
    /// A fix off the corridor, to see what lies between it and the next.
    struct Aside {
        Instant at;
        LatLon where;
    };
    void approach(const Moment& moment, const Trip& trip);
    void cross(const Moment& moment, const Trip& trip);
    void count(const Moment& moment, const Site& zone, Metres depth, int fixes, const Trip& trip);
    static void judge(Visit& visit, Instant at, const Trip& trip);
    static Evidence evidence(const Visit& visit, const Trip& trip);

    std::vector<Visit> visits_;
    std::vector<Approach> approaches_;
    std::optional<Aside> aside_;  ///< the fix before, when it was off the corridor near a zone
};

}  // namespace liuhen::geofence
