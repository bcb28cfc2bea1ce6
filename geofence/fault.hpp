// Why a shape or a route was refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace liuhen::geofence {

enum class GeoFaultCode : std::uint8_t {
    too_few_points,   ///< a line of fewer than 2 or a ring of fewer than 3 different points
    too_many_points,  ///< over `max_route_vertices` or `max_polygon_vertices`
    too_long,         ///< a route over `max_route_length`
    off_earth,        ///< not a number, or outside -90..90 / -180..180
    antimeridian,     ///< an edge spans half the globe: shapes across 180 degrees are not supported
    self_crossing,    ///< two edges of a polygon touch or cross
    hole_outside,     ///< a hole lies outside its polygon
    bad_width,        ///< half width outside 20..2000 m
    bad_tunnel,       ///< not from a vertex to a later one, or two that touch
    bad_radius,       ///< radius outside 5..100000 m
    bad_hysteresis,   ///< negative or over 1000 m
    duplicate_id,     ///< two sites with one id
    too_many_sites,   ///< over `max_sites`
};
/// `too_few_points`, …: stable, for JSON faults.
std::string_view code(GeoFaultCode fault);

/// One fault, for a person and for a program.
struct GeoFault {
    GeoFaultCode code{};
    std::string detail;   ///< an English sentence with the numbers
    std::size_t index{};  ///< of the vertex, ring or site concerned, counted from 0
};

}  // namespace liuhen::geofence
