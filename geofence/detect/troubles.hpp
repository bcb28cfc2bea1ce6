// DEVICE_FAULT and POSITION_FORGED: reasons to mistrust what a truck's devices say.
#pragma once

#include "geofence/moment.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace liuhen::geofence {

/// Why a device is not believed; `code()` is the `place` of the alert, one alert for each cause.
enum class Cause : std::uint8_t {
    power_cut,   ///< main power gone for long
    antenna,     ///< antenna missing or short
    receiver,    ///< the terminal says that its GNSS module is at fault
    jammed,      ///< no satellites while the link lives, no tunnel around
    odometer,    ///< wheels and satellites tell different lengths
    clock,       ///< device times overlap for a short while
    datum,       ///< positions lie on the shifted grid of Chinese maps
    frozen,      ///< the place stands still while the wheels turn
    jumped,      ///< an impossible step, and no return
    two_places,  ///< positions of two places at the same time
    clock_set,   ///< device times overlap for long: the clock was set back
    lock_apart,  ///< the truck's lock is elsewhere
    too_smooth,  ///< a track without the noise of a receiver
    repeated,    ///< an earlier stretch of the trip was driven again, point by point
    count_,
};
std::string_view code(Cause cause);

/// Troubles that last, one for each cause.
class Troubles {
public:
    /// The trouble holds at this fix, since `since`. `terms`: the first decides.
    void hold(Cause cause, Instant since, const Fix& fix, std::vector<Term> terms);
    Episodes release(Cause cause, Instant at);
    Episodes end(Instant at);
    [[nodiscard]] bool holds(Cause cause) const;
    [[nodiscard]] Episodes lasting() const;

private:
    struct One {
        Cause cause{};
        Fix first;
        Track track;
        std::vector<Term> terms;
        OpenEpisode open;
    };
    static Evidence evidence(const One& one);
    std::vector<One> all_;
};

}  // namespace liuhen::geofence
