// Impossible steps: a jump that nothing takes back, and positions of two places at one time.
#pragma once

#include "geofence/detect/troubles.hpp"
#include "geofence/finding.hpp"

namespace liuhen::geofence {

/// Sign: jumped. Troubles: jumped, two_places. A jump counts after a track of some minutes, so that
/// a device that begins with its last place of yesterday is forgiven, and only while the truck does
/// not come back to where it would have been.
class Jumps {
public:
    /// Two fixes that agree with each other and not with `from` were taken.
    void jump(const Fix& from, const Fix& to, Metres beyond_reach);
    /// A fix was held back: it lies impossibly far from `last`, the truck's.
    void doubt(const Fix& fix, const Fix& last, const RuleSet& rules);
    Episodes see(const Moment& moment, const Trip& trip, Findings& found, Troubles& troubles);

private:
    struct Jump {
        Fix from, to;
        double metres{};
    };
    /// Fixes of another place that agree with each other.
    struct Elsewhere {
        Fix first, last;
        int fixes = 1;
        double metres{};  ///< from the truck, at the last of them
    };
    int settled_ = 0;  ///< fixes since the track began, or since the last jump
    std::optional<Jump> jump_;
    std::optional<Elsewhere> elsewhere_;
};

}  // namespace liuhen::geofence
