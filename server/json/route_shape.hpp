// The lines of a route with their widths and tunnels, judged by the watch's own factory, so that
// what is stored can be watched.
#pragma once

#include "geofence/corridor.hpp"
#include "server/json/fields.hpp"

#include <optional>
#include <span>
#include <string>

namespace liuhen::server {

/// As the database takes it.
struct RouteShape {
    std::string lines;        ///< GeoJSON MultiLineString
    std::string half_widths;  ///< an SQL array of metres, one a vertex through all lines
    std::string tunnels;      ///< an SQL array of vertices: first and last of each tunnel
};

/// Reads `geometry` (LineString or MultiLineString) of `form`, and from `words`, which may be the
/// same object: `width_m` to either side (50 when absent) or `widths_m`, one a vertex through all
/// lines; `tunnels`, pairs of vertices counted likewise. A fault leads to its line, vertex, width
/// or tunnel. Nullopt when a fault was added.
std::optional<RouteShape> read_route_shape(Fields& words, Fields& form);

/// Lines that were not sent but made here.
RouteShape route_shape_of(std::span<const geofence::Stretch> stretches);

}  // namespace liuhen::server
