// Roads drawn over a sketch, as ways of a map or as OPL.
#pragma once

#include "geofence/roads/opl.hpp"
#include "geofence/roads/way.hpp"

#include <map>
#include <sstream>
#include <string>
#include <string_view>

namespace liuhen::test {

/// One way as a line of OPL through named places; the tags as OPL writes them.
inline std::string opl_way(const std::map<char, LatLon>& at, std::int64_t id,
                           std::string_view through, std::string_view tags) {
    std::ostringstream line;
    line.precision(10);
    line << 'w' << id << " v1 dV c1 t2020-01-01T00:00:00Z i1 ux T" << tags << " N";
    for (std::size_t i = 0; i < through.size(); ++i) {
        const LatLon place = at.at(through[i]);
        line << (i == 0 ? "" : ",") << 'n' << static_cast<int>(through[i]) << 'x' << place.lon
             << 'y' << place.lat;
    }
    return line.str();
}

/// The same as the reader has it.
inline geofence::roads::Way way(const std::map<char, LatLon>& at, std::string_view through,
                                std::string_view tags = "highway=secondary") {
    return geofence::roads::read_way(opl_way(at, 1, through, tags), {}).value().value();
}

}  // namespace liuhen::test
