#include "geofence/flat.hpp"

#include <GeographicLib/Geodesic.hpp>

#include <cmath>
#include <numbers>

namespace liuhen::geofence {
namespace {

constexpr double semi_major = 6'378'137.0;        // WGS 84, metres
constexpr double flattening = 1 / 298.257223563;  // WGS 84
constexpr double eccentricity2 = flattening * (2 - flattening);
constexpr double radians = std::numbers::pi / 180;

}  // namespace

double norm(FlatPoint p) { return std::sqrt(dot(p, p)); }

FlatPlane::FlatPlane(LatLon origin) : origin_(origin) {
    const double sine = std::sin(origin.lat * radians);
    const double w2 = 1 - eccentricity2 * sine * sine;
    const double meridian = semi_major * (1 - eccentricity2) / (w2 * std::sqrt(w2));  // M(lat)
    const double normal = semi_major / std::sqrt(w2);                                 // N(lat)
    north_ = meridian * radians;
    east_ = normal * std::cos(origin.lat * radians) * radians;
}

Metres flat_distance(LatLon a, LatLon b) {
    const FlatPlane plane({.lat = (a.lat + b.lat) / 2, .lon = a.lon});
    return {norm(plane.project(b) - plane.project(a))};
}

Metres geodesic_distance(LatLon a, LatLon b) {
    double metres = 0;
    GeographicLib::Geodesic::WGS84().Inverse(a.lat, a.lon, b.lat, b.lon, metres);
    return {metres};
}

}  // namespace liuhen::geofence
