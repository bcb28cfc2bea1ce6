// Driven length against progress at 1, 4 and 16 km: detours and turning back, in constant memory.
#pragma once

#include "geofence/finding.hpp"
#include "geofence/moment.hpp"

#include <array>
#include <cstdint>

namespace liuhen::geofence {

/// Sums the metres that brought the truck no farther on its way than it had been: beside the
/// corridor what is driven beyond the progress made meanwhile, on it what is driven back and over
/// again. Another line of the corridor (an alternative, a published diversion) is the way too: a
/// leap of progress that cannot have been driven is no progress and no detour, and after it nothing
/// counts until the truck has gone forward: where the route goes both ways on one road, it may have
/// been put on the other. Standing, and driving about in a yard, counts nothing.
class Detour {
public:
    /// `stands`: what the stop machine says; drift of a standing truck is no way.
    void see(const Moment& moment, bool stands);
    void found(Findings& into, Instant at, const RuleSet& rules) const;

    /// Metres of detour within the last 1, 4 or 16 km driven (scale 0, 1, 2).
    [[nodiscard]] double excess_m(std::size_t scale) const;
    /// Metres that the truck lies behind the farthest point it had reached.
    [[nodiscard]] double behind_m() const { return behind_; }

private:
    static constexpr std::size_t marks = 16;  ///< of each scale
    struct Mark {
        float driven{}, excess{};  ///< metres; a quarter of one is told apart up to 3,000 km
    };
    void take(double step, double extra);
    double extra_of(const RouteOffset& route, bool off, double step);

    struct Scale {
        std::array<Mark, marks> ring{};  ///< the newest at `next` - 1
        std::uint32_t next = 0;
    };
    std::array<Scale, 3> scales_{};
    double driven_ = 0, excess_ = 0;
    bool begun_ = false;
    LatLon last_;
    double along_ = 0;     ///< progress at the last fix
    double farthest_ = 0;  ///< progress reached in this piece of the way
    double behind_ = 0;
    double entered_ = 0;  ///< progress where this piece of the way began, or was leapt to
    bool off_ = false;
    double left_at_ = 0;     ///< progress where the corridor was left
    double off_driven_ = 0;  ///< since then
    double off_extra_ = 0;   ///< of these, what was counted
};

}  // namespace liuhen::geofence
