// GCJ-02, the shifted grid that maps published in China must use, from and to WGS 84.
#pragma once

#include "base/geo.hpp"

namespace liuhen {

/// True inside the rectangle in which the shift is applied; outside it both grids are the same.
bool is_shifted_area(LatLon where);
/// The GCJ-02 place of a WGS 84 place: some 100 to 700 m away inside the shifted area.
LatLon gcj02_from_wgs84(LatLon where);
/// The inverse, by iteration until a step is below 1e-9 degrees (0.1 mm).
LatLon wgs84_from_gcj02(LatLon where);

}  // namespace liuhen
