// What belongs to a driven road: its other carriageway, its ramps, the yards at its ends.
#pragma once

#include "base/units.hpp"
#include "geofence/corridor.hpp"
#include "geofence/roads/network.hpp"
#include "geofence/roads/route_finder.hpp"

namespace liuhen::geofence::roads {

inline constexpr Metres usual_half_width{50};
inline constexpr Metres widest_companion{
    80};  ///< to a carriageway or ramp that belongs to the road

/// The route with its width at each vertex: `base`, and as much more as the other carriageway of a
/// divided road or a ramp lies aside, at most `widest_companion`. Vertices are at most 100 m apart.
/// Its tunnels are those of the map.
Stretch corridor_along(const RoadNetwork& network, const RoadRoute& route, Metres base);

}  // namespace liuhen::geofence::roads
