// GCJ-02 where coordinates are decoded: they become WGS 84 here.
#pragma once

#include "base/datum.hpp"

namespace liuhen::telematics {

using liuhen::gcj02_from_wgs84;
using liuhen::is_shifted_area;
using liuhen::wgs84_from_gcj02;

}  // namespace liuhen::telematics
