// GeoJSON (RFC 7946) in: shapes of sites and lines of routes, judged by the watch's own factories,
// so that what is stored can be watched.
#pragma once

#include "base/geo.hpp"
#include "base/units.hpp"
#include "geofence/fault.hpp"
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

/// The lines of `geometry` (LineString or MultiLineString), not judged yet. Nullopt when a fault
/// was added.
struct DrawnLines {
    std::vector<Path> paths;
    std::string pointer;   ///< to the coordinates
    bool several = false;  ///< a list of lines
};
std::optional<DrawnLines> read_lines(Fields& form);

/// A GeoJSON MultiLineString.
std::string multi_line_text(const std::vector<Path>& paths);

/// BAD_GEOMETRY in the words of the factory that refused the shape.
Fault shape_fault(const geofence::GeoFault& found, const std::string& pointer);

}  // namespace liuhen::server
