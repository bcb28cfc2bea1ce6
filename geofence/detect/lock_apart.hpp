// The lock's own satellites against the truck's: a tracker that was moved to another vehicle.
#pragma once

#include "geofence/detect/troubles.hpp"
#include "geofence/finding.hpp"

namespace liuhen::geofence {

/// Sign and trouble: lock_apart. A lock's place waits for the truck's next fix and is held against
/// where the truck was at that moment; devices' clocks differ, so that a fast truck has more room.
/// Either of the two on the shifted grid of Chinese maps is not
/// apart.
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
    struct Apart {
        LockId lock;
        Instant since, last;
        int reports = 1;
        double metres{};
    };
    void compare(const Told& told, LatLon truck, double room_m, const RuleSet& rules);

    std::vector<Told> waiting_;
    std::optional<Fix> last_;
    double fastest_ = 0;  ///< m/s of the last minutes
    std::vector<Apart> apart_;
};

}  // namespace liuhen::geofence
