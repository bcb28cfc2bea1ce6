// From drives that took the same roads to one line: drawing a drive, joining, the median line.
#pragma once

#include "geofence/roads/learnt.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace liuhen::geofence::roads {

/// A pass without what stands still or jumps: places some metres apart, in order.
using Track = std::vector<LatLon>;
Track thinned(const Pass& pass);

/// A track as lines, cut where two places are too far apart to know the road between.
class Drawn {
public:
    Drawn(const Track& track, Metres longest_edge);

    /// True when no two places are near enough to each other.
    [[nodiscard]] bool is_empty() const { return !corridor_; }
    /// Against the lines; not of an empty one.
    [[nodiscard]] RouteOffset locate(LatLon where, std::optional<Metres> progress) const;
    /// True at the beginning or end of a line.
    [[nodiscard]] bool is_end(Metres along) const;
    /// The part of one line between two places, without them, when it passes by both in this order
    /// within `reach`; nullopt otherwise.
    [[nodiscard]] std::optional<Track> between(LatLon from, LatLon to, Metres reach) const;
    [[nodiscard]] const std::vector<Path>& lines() const { return lines_; }

private:
    std::vector<Path> lines_;
    std::vector<Metres> ends_;  ///< progress at which lines end, from 0 on
    std::shared_ptr<const Corridor> corridor_;
};

/// The line of tracks that took the same roads, its widths and its gaps. Begun with one of them,
/// whose own gaps are filled from the others.
Learnt line_of(const std::vector<Track>& tracks, std::size_t medoid, const LearningRules& rules);

}  // namespace liuhen::geofence::roads
