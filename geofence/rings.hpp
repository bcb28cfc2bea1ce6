// Rings of a polygon: their faults, and the distance to them in the plane.
#pragma once

#include "base/geo.hpp"
#include "base/result.hpp"
#include "geofence/fault.hpp"
#include "geofence/flat.hpp"

#include <optional>
#include <vector>

namespace liuhen::geofence {

using Ring = std::vector<FlatPoint>;  ///< without a repeated last point

/// Drops repeated points and the closing one. Faults: no ring, fewer than 3 points, too many, off
/// earth, across 180 degrees; the index counts vertices through all rings.
Result<std::vector<Path>, GeoFault> clean_rings(const std::vector<Path>& rings);

/// Edges that touch or cross, also of two rings, and holes outside the first ring. The index is
/// the edge's (or the hole's) number.
std::optional<GeoFault> fault_in_rings(const std::vector<Ring>& rings);

/// Metres to the nearest edge, negative inside (inside an odd number of rings).
double signed_distance_to(const std::vector<Ring>& rings, FlatPoint p);

}  // namespace liuhen::geofence
