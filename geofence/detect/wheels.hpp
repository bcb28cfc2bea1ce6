// Wheels against satellites: odometer and recorder speed, frozen places, device times set back.
#pragma once

#include "geofence/detect/troubles.hpp"
#include "geofence/finding.hpp"

namespace liuhen::geofence {

/// Signs: odometer_differs, frozen, clock_set. Troubles: odometer, frozen, clock, clock_set. The
/// length by wheels is the odometer's, else the recorder's speed over the time; a truck without
/// either is not judged. Satellites' length counts from 50 m to 50 m while the truck says that it
/// moves, so that parked scatter adds none.
class Wheels {
public:
    Episodes see(const Moment& moment, const Trip& trip, Findings& found, Troubles& troubles);

private:
    /// Metres by wheels since the fix before; nullopt when they do not say.
    std::optional<double> rolled(const Fix& fix, double step_s);
    void hear_back(const Fix& fix);
    Episodes judge_freeze(const Fix& fix, double rolled_m, const RuleSet& rules, Findings& found,
                          Troubles& troubles);
    Episodes judge_length(const Fix& fix, const RuleSet& rules, Troubles& troubles);
    Episodes judge_clock(const Fix& fix, const RuleSet& rules, Findings& found, Troubles& troubles);
    void begin_window(const Fix& fix);

    std::optional<Fix> last_;
    int strangers_ = 0;  ///< odometers in a row that no truck reaches: another device's, or a reset
    // Frozen.
    LatLon still_at_;
    Instant still_since_;
    double still_m_ = 0;  ///< by wheels, while the place stood still
    // Lengths of the window.
    LatLon anchor_;
    Instant window_since_;
    double satellite_m_ = 0, wheel_m_ = 0, window_s_ = 0;
    int steps_ = 0;
    bool by_odometer_ = false;
    int differing_ = 0;  ///< windows in a row
    double share_ = 0;   ///< of the last window
    Instant differing_since_, judged_at_;
    // The odometer went back between device times.
    int backs_ = 0;
    Instant back_since_, back_last_;
};

}  // namespace liuhen::geofence
