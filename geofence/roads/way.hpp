// A road as the map has it, read down to what a truck needs to know.
#pragma once

#include "base/geo.hpp"
#include "base/units.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace liuhen::geofence::roads {

/// What a road is built for: OpenStreetMap's key `highway`, links apart from what they link.
enum class RoadClass : std::uint8_t {
    motorway,
    trunk,
    primary,
    secondary,
    tertiary,
    unclassified,
    residential,
    service,
    track,
    link,  ///< ramps and slip roads of any class
};
inline constexpr std::size_t road_classes = 10;

/// Who may drive there with a load.
enum class Access : std::uint8_t {
    open,
    ends_only,  ///< private, residents, customers: part of a journey only at its ends
    closed,
};

/// The lorry that a network is read for.
struct Lorry {
    bool hazardous = true;  ///< minds signs against dangerous goods (`hazmat=no`)
    double tonnes = 31;     ///< gross weight, held against `maxweight`
    Metres height{4};       ///< held against `maxheight`
};

struct WayNode {
    std::int64_t id{};
    LatLon at;
};

/// One road of the map between two of its ends, drivable by the lorry.
struct Way {
    std::int64_t id{};
    RoadClass built_as{};
    Access access{};
    bool one_way = false;  ///< only from the first node to the last
    bool in_tunnel = false;
    Speed speed{};  ///< what a loaded lorry keeps up, below the signs
    std::vector<WayNode> nodes{};
};

/// Speed that a loaded lorry keeps up on such a road where no sign says less.
Speed usual_speed(RoadClass road);

}  // namespace liuhen::geofence::roads
