// Places as types. Every coordinate in the house is WGS 84; other datums end at the decoder.
#pragma once

#include <compare>
#include <vector>

namespace liuhen {

/// A point on the WGS 84 ellipsoid in degrees; north and east are positive.
struct LatLon {
    double lat{};  ///< -90 .. 90
    double lon{};  ///< -180 .. 180
    friend auto operator<=>(const LatLon&, const LatLon&) = default;
};

/// True when both numbers are finite and within their ranges.
constexpr bool is_on_earth(LatLon p) {
    return p.lat >= -90 && p.lat <= 90 && p.lon >= -180 && p.lon <= 180;  // false for NaN
}

using Path = std::vector<LatLon>;

}  // namespace liuhen
