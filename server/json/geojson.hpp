// GeoJSON (RFC 7946) in: shapes of sites and lines of routes, judged by the watch's own factories,
// so that what is stored can be watched.
#pragma once

#include "base/geo.hpp"
#include "base/units.hpp"
#include "server/json/fields.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server {

/// The shape of a site as the database takes it: a polygon as GeoJSON text, or a circle.
struct SiteShape {
    std::string fence;  ///< GeoJSON MultiPolygon; empty when a circle
    std::optional<LatLon> centre;
    std::optional<Metres> radius;
};
/// Reads `geometry` (Polygon, MultiPolygon of one polygon, or Point with `radius_m` beside it).
/// Nullopt when a fault was added.
std::optional<SiteShape> read_site_shape(Fields& form);

/// Reads `geometry` (LineString or MultiLineString) and `width_m` (to either side, 50 when absent).
struct RouteShape {
    std::string lines;  ///< GeoJSON MultiLineString
    Metres half_width;
};
std::optional<RouteShape> read_route_shape(Fields& form);

}  // namespace liuhen::server
