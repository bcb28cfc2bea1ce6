// The way a lorry should take from place to place.
#pragma once

#include "base/geo.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "geofence/corridor.hpp"
#include "geofence/roads/network.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace liuhen::geofence::roads {

inline constexpr Metres yard_reach{1'500};  ///< from a site to the road that it is driven to from
inline constexpr std::size_t max_stops = 50;

enum class RouteFaultCode : std::uint8_t {
    stops,         ///< fewer than 2 or more than `max_stops` places
    no_road_near,  ///< no road within `yard_reach` of a place
    no_way,        ///< no roads lead from a place to the next one
};
std::string_view code(RouteFaultCode fault);

struct RouteFault {
    RouteFaultCode code{};
    std::string detail;  ///< an English sentence
    std::size_t stop{};  ///< the place concerned, or from which no way leads on, counted from 0
};

/// One road, or a part of it, as it is driven.
struct Driven {
    RoadIndex road{};
    Metres from, to;  ///< along the road; `from` > `to` when driven backward
};

struct RoadRoute {
    std::vector<Driven> roads;          ///< in order
    Path path;                          ///< from the first place to the last, yards included
    std::vector<std::size_t> stops;     ///< where in `path` the given places stand
    std::vector<TunnelSpan> tunnels{};  ///< of `path`, as the map has them
    Metres length;
    std::chrono::seconds duration{};  ///< without stays
};

/// The quickest way through all places in order. Roads with access for residents or customers
/// alone, and the ground between a place and its road, count eightfold: they are driven at the ends
/// only. Turn restrictions are not in the network and not minded. Equal input gives equal routes.
Result<RoadRoute, RouteFault> find_route(const RoadNetwork& network,
                                         std::span<const LatLon> places);

}  // namespace liuhen::geofence::roads
