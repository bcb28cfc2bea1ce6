// The lock's own satellites against the truck's: a tracker that was moved to another vehicle.
#pragma once

#include "geofence/detect/troubles.hpp"
#include "geofence/finding.hpp"

namespace liuhen::geofence {

/// Sign and trouble: lock_apart. A lock's place waits for the truck's next fix and is held against
/// where the truck was at that moment; devices' clocks differ, so that a fast truck has more room.
/// Either of the two on the shifted grid of Chinese maps is not apart. Nor is a lock that lies by
/// the same way beside its truck 1 km on: one of the two tells another grid, which is DEVICE_FAULT
/// datum.
class LockApart {
public:
    void hear(const LockEvent& event, const Trip& trip);
    Episodes see(const Moment& moment, const Trip& trip, Findings& found, Troubles& troubles);

private:
    struct Told {
        LockId lock;
        Instant at;
        LatLon where;
    };
    /// How a lock lay from its truck, and whether it still lay so a good way on.
    struct Grid {
        LockId lock;
        LatLon by;     ///< degrees
        LatLon truck;  ///< at the last report that agreed
        Instant since;
        int agreeing = 0;
    };
    struct Apart {
        LockId lock;
        Instant since, last;
        int reports = 1;
        double metres{};
    };
    void compare(const Told& told, LatLon truck, double room_m, const RuleSet& rules);
    void learn(const Told& told, LatLon truck);
    [[nodiscard]] const Grid* grid_of(const Told& told, LatLon truck) const;

    std::vector<Told> waiting_;
    std::optional<Fix> last_;
    double fastest_ = 0;  ///< m/s of the last minutes
    std::vector<Apart> apart_;
    std::vector<Grid> grids_;
    std::optional<Instant> shifted_;  ///< since when one of the two is on another grid
};

}  // namespace liuhen::geofence
