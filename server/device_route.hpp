// The approved route of a manifest in the form in which a terminal watches it (0x8606): few points,
// one width, a number of its own.
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "base/units.hpp"

#include <cstddef>
#include <cstdint>

namespace liuhen::server {

/// Points that every terminal of 2013 takes in one message of at most three parts.
inline constexpr std::size_t most_route_points = 120;
/// Widths are sent in one byte.
inline constexpr Metres widest_device_route{255};

struct DeviceRoute {
    Path points;               ///< a corner each; at most `most_route_points`
    Metres deviation;          ///< the approved line is nowhere farther from the sent one
    std::uint8_t width_m = 0;  ///< of the whole band, deviation included, cut at 255
};
/// A line drawn with as few points as keep within a fifth of the half width (2 to 20 m), or within
/// as little more as the number of points asks for.
DeviceRoute make_device_route(const Path& line, Metres half_width);

/// The number of a manifest's route at a terminal: the same for the same manifest, never 0.
std::uint32_t device_route_number(const ManifestId& manifest);

}  // namespace liuhen::server
