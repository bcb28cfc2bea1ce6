// TERMINAL_SILENT: no position for too long while under way.
#pragma once

#include "geofence/moment.hpp"

namespace liuhen::geofence {

/// Gaps between positions. Only a satellite fix ends one; reports without a position are counted.
/// Silence that begins inside the destination, or that a tunnel of the route explains, is not
/// judged.
class Silence {
public:
    /// A satellite fix at `at`: the silence before it, when it was one. `since` is the later of the
    /// fix before and the departure.
    Episodes see(const Moment& moment, const std::optional<Instant>& departed, const Trip& trip);
    void hear_without_position() { ++without_position_; }
    /// The silence that lasts at `now`, if it is long enough to be one.
    [[nodiscard]] std::optional<Episode> lasting(Instant now, std::optional<Instant> departed,
                                                 const Trip& trip) const;

private:
    [[nodiscard]] std::optional<Episode> between(Instant since, Instant until, double shown_s,
                                                 const std::optional<Fix>& next,
                                                 const Trip& trip) const;

    std::optional<Fix> last_;
    std::optional<Metres> along_;  ///< where that was on the route; nullopt: not on it
    std::uint32_t without_position_ = 0;
};

}  // namespace liuhen::geofence
