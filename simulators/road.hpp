// A line to drive along. Short distances only: the earth is flat within a demo area.
#pragma once

#include "base/geo.hpp"
#include "base/units.hpp"

#include <vector>

namespace liuhen::simulators {

/// Metres on a sphere of 6,371,008.8 m by the local plane; good to 0.5 % within 50 km.
Metres distance(LatLon a, LatLon b);
/// Clockwise from north; north when the points are equal.
Heading bearing(LatLon from, LatLon to);
/// The point `east` and `north` metres away.
LatLon moved(LatLon from, Metres east, Metres north);

/// A polyline with lengths. A road of one point has length 0.
class Road {
public:
    Road() = default;
    explicit Road(Path points);

    struct Place {
        LatLon where;
        Heading heading;
    };
    /// The place at a progress, clamped to the road's ends.
    [[nodiscard]] Place at(Metres along) const;
    [[nodiscard]] Metres length() const;
    [[nodiscard]] const Path& points() const { return points_; }
    [[nodiscard]] Road reversed() const;
    /// The road with the stretch between the progresses replaced by `around`: a detour.
    [[nodiscard]] Road with_detour(Metres from, Metres until, const Path& around) const;

private:
    Path points_;
    std::vector<double> along_;  ///< progress of each point
};

}  // namespace liuhen::simulators
