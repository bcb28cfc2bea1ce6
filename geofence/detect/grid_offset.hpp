// By how much a device's positions lie off the true ones, learnt along the route.
#pragma once

#include "geofence/corridor.hpp"

namespace liuhen::geofence {

/// A constant way, or GCJ-02 and a constant way beside. The first place gives it roughly; each
/// stretch of driving then shows its part across the road, so that bends show all of it. A Kalman
/// filter of two numbers: what is known well moves no more, wherever the truck goes.
class GridOffset {
public:
    /// `truth` is where the truck is thought to be when the device tells `told`.
    GridOffset(LatLon told, LatLon truth);
    /// A device that tells GCJ-02.
    static GridOffset gcj02(LatLon told);

    [[nodiscard]] LatLon put_back(LatLon told) const;
    [[nodiscard]] Metres length(LatLon told) const;
    /// A driving truck, put back, lies `found` from the route.
    void learn(LatLon told, const RouteOffset& found, const Corridor& corridor);

private:
    [[nodiscard]] LatLon unshifted(LatLon told) const;

    bool is_gcj02_ = false;
    FlatPoint by_{};             ///< metres from true to told, after GCJ-02
    double xx_{}, xy_{}, yy_{};  ///< its covariance, square metres
    double surprise_{};          ///< metres across, that the last stretch showed
    LatLon learnt_at_;
};

}  // namespace liuhen::geofence
