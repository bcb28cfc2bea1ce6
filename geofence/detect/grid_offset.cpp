#include "geofence/detect/grid_offset.hpp"

#include "base/datum.hpp"

#include <cmath>
#include <utility>

namespace liuhen::geofence {
namespace {

constexpr double yard_m = 80;     // the first place need not be the start of the route exactly
constexpr double across_m = 25;   // what lies between the truck and the line: lanes, the receiver
constexpr double apart_m = 50;    // nearer fixes err alike
constexpr double drift_m2 = 25;   // a kilometre, of a grid that is not quite constant
constexpr double gate = 3;        // deviations beyond the corridor from which nothing is learnt
constexpr double sudden_m = 50;   // a larger error counts when the next one is like it
constexpr double tangent_m = 10;  // of the line, to either side

}  // namespace

GridOffset::GridOffset(LatLon told, LatLon truth)
    : by_(FlatPlane(truth).project(told)),
      xx_(yard_m * yard_m),
      yy_(yard_m * yard_m),
      learnt_at_(told) {}

GridOffset GridOffset::gcj02(LatLon told) {
    GridOffset offset(told, told);
    offset.is_gcj02_ = true;
    return offset;
}

LatLon GridOffset::unshifted(LatLon told) const {
    return is_gcj02_ ? wgs84_from_gcj02(told) : told;
}

LatLon GridOffset::put_back(LatLon told) const {
    return FlatPlane(unshifted(told)).place(by_ * -1);
}

Metres GridOffset::length(LatLon told) const { return flat_distance(told, put_back(told)); }

void GridOffset::learn(LatLon told, const RouteOffset& found, const Corridor& corridor) {
    const double driven = flat_distance(learnt_at_, told).value;
    if (driven < apart_m) return;
    const FlatPlane plane(put_back(told));
    const FlatPoint before = plane.project(corridor.point_at(found.along - Metres{tangent_m}));
    const FlatPoint after = plane.project(corridor.point_at(found.along + Metres{tangent_m}));
    const FlatPoint along = after - before;
    if (norm(along) <= 0) return;
    const FlatPoint across = FlatPoint{-along.y, along.x} * (1 / norm(along));
    const double grown = drift_m2 * driven / 1'000;
    xx_ += grown;
    yy_ += grown;
    learnt_at_ = told;
    const FlatPoint known{xx_ * across.x + xy_ * across.y, xy_ * across.x + yy_ * across.y};
    const double variance = dot(known, across);
    const double left = -dot(plane.project(corridor.point_at(found.along)), across);
    if (std::abs(left) > found.half_width.value + gate * std::sqrt(variance)) return;
    const double surprise = std::exchange(surprise_, left);
    if (std::abs(left) > sudden_m && std::abs(left - surprise) > sudden_m) return;
    const FlatPoint gain = known * (1 / (variance + across_m * across_m));
    by_ = by_ + gain * left;
    xx_ -= gain.x * known.x;
    xy_ -= gain.x * known.y;
    yy_ -= gain.y * known.y;
}

}  // namespace liuhen::geofence
