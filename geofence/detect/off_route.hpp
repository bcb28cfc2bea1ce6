// ROUTE_DEVIATION: evidence of being off the corridor, counted by time and not by fixes.
#pragma once

#include "geofence/finding.hpp"
#include "geofence/moment.hpp"

namespace liuhen::geofence {

/// S <- max(0, S + clip((d - W) / scale, -clip, clip) (1 - exp(-dt / tau))), raised when S exceeds
/// `off_alarm`, over when S is 0 again. Correlated fixes add no evidence that time did not bring.
/// Inside sites where trucks may stand, and in the yards at the ends of a route whose sites are not
/// known, d counts as 0. W grows when few satellites were seen, and while the truck keeps beside
/// the route and gains what it drives: a parallel road, the other carriageway, a street of echoes.
class OffRoute {
public:
    Episodes see(const Moment& moment, const Trip& trip);
    /// How far the fix is beyond the width, while the deviation lasts: what one fix says is noise.
    [[nodiscard]] Findings found(const Moment& moment) const;
    /// Ends what lasts (arrival).
    Episodes end(Instant at, const Trip& trip);
    [[nodiscard]] const std::optional<OpenEpisode>& open() const { return open_; }

private:
    void forget();
    void judge_pace(const Moment& moment, bool beyond, const RuleSet& rules);
    [[nodiscard]] bool keeps_along(const Moment& moment, const RuleSet& rules) const;
    [[nodiscard]] std::uint8_t grade(Instant at, const RuleSet& rules) const;
    [[nodiscard]] Evidence evidence(Instant at, const Trip& trip) const;

    std::optional<LatLon> last_;  ///< where the truck was at the fix before
    std::optional<LatLon> last_fix_;
    Metres last_along_;
    double last_off_ = 0;
    bool beyond_ = false;                ///< the fix before was beyond its width
    bool strolls_ = false;               ///< left the corridor at less than `waking`
    std::optional<Instant> calm_since_;  ///< no step as fast as `waking` since
    double sum_ = 0;
    double highest_ = 0;
    Instant since_;
    Track track_;
    Fix farthest_;
    RouteOffset farthest_route_;
    bool in_protected_ = false;
    std::string zone_;
    std::optional<OpenEpisode> open_;
};

}  // namespace liuhen::geofence
