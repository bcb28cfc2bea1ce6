// Places drawn as text, so that a test shows its map instead of computing it.
#pragma once

#include "base/geo.hpp"
#include "base/units.hpp"
#include "geofence/flat.hpp"

#include <map>
#include <string_view>

namespace liuhen::test {

/// The invented ground on which sketches lie: north is up, columns go east.
inline constexpr LatLon sketch_corner{.lat = 28.1, .lon = 119.6};

/// The point so far east and north of another; good to 0.1 % within 50 km.
inline LatLon shifted(LatLon from, Metres east, Metres north) {
    const geofence::FlatPlane plane(from);
    const double north_step = plane.project({.lat = from.lat + 1, .lon = from.lon}).y;
    const double east_step = plane.project({.lat = from.lat, .lon = from.lon + 1}).x;
    return {.lat = from.lat + north.value / north_step, .lon = from.lon + east.value / east_step};
}

/// Every letter and digit of the drawing by its place; other characters are decoration.
inline std::map<char, LatLon> sketch(std::string_view art, Metres per_character) {
    std::map<char, LatLon> places;
    double row = 0;
    double column = 0;
    for (const char c : art) {
        if (c == '\n') {
            row += 1;
            column = 0;
            continue;
        }
        const bool named =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (named) places[c] = shifted(sketch_corner, per_character * column, per_character * -row);
        column += 1;
    }
    return places;
}

}  // namespace liuhen::test
