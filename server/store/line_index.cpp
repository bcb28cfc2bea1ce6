#include "server/store/line_index.hpp"

#include "geofence/flat.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace liuhen::server::store {
namespace {

constexpr double degree_m = 111'000;
constexpr std::int32_t side = 100'000;       // of a square
constexpr double slack = 1.01, slack_m = 1;  // by which the plane may err
constexpr double radian = std::numbers::pi / 180;

double cosine(double degrees) { return std::cos(degrees * radian); }

std::int32_t stored(double degrees) {
    return static_cast<std::int32_t>(std::lround(std::clamp(degrees, -180.0, 180.0) * 1e7));
}

std::int32_t floored(double degrees) {
    const auto v = std::floor(stored(degrees) / static_cast<double>(side));
    return static_cast<std::int32_t>(v) * side;
}

// Metres in the plane from the origin to the edge from a to b.
double metres_to_edge(double ax, double ay, double bx, double by) {
    const double dx = bx - ax, dy = by - ay, squared = dx * dx + dy * dy;
    const double along = squared > 0 ? std::clamp(-(ax * dx + ay * dy) / squared, 0.0, 1.0) : 0;
    return std::hypot(ax + along * dx, ay + along * dy);
}

using Vector = std::array<double, 3>;

Vector cross(const Vector& a, const Vector& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector on_sphere(LatLon p) {
    const double flat = cosine(p.lat), lon = p.lon * radian;
    return {flat * std::cos(lon), flat * std::sin(lon), std::sin(p.lat * radian)};
}

double squared_chord(LatLon a, LatLon b) {
    const Vector from = on_sphere(a), to = on_sphere(b);
    const Vector apart{to[0] - from[0], to[1] - from[1], to[2] - from[2]};
    return dot(apart, apart);
}

// On the sphere of geographic latitudes.
LatLon nearest_on_edge(LatLon a, LatLon b, LatLon to) {
    const Vector from = on_sphere(a), until = on_sphere(b), point = on_sphere(to);
    const Vector axis = cross(from, until), sideways = cross(axis, point);
    // Before `from` or behind `until`, seen along the edge.
    if (dot(cross(axis, from), point) <= 0) return a;
    if (dot(cross(axis, until), point) >= 0) return b;
    const Vector foot = cross(sideways, axis);
    return {std::atan2(foot[2], std::hypot(foot[0], foot[1])) / radian,
            std::atan2(foot[1], foot[0]) / radian};
}

}  // namespace

LineIndex::LineIndex(std::vector<LatLon> vertices, Metres width)
    : vertices_(std::move(vertices)), width_(width), reach_m_(width.value * slack + slack_m) {
    for (std::size_t i = 0; i + 1 < vertices_.size(); ++i) add(static_cast<std::int32_t>(i));
}

void LineIndex::add(std::int32_t edge) {
    const LatLon &a = vertices_[static_cast<std::size_t>(edge)],
                 &b = vertices_[static_cast<std::size_t>(edge) + 1];
    const double north = reach_m_ * slack / degree_m;
    const double east =
        north / cosine(std::min(89.0, std::max(std::abs(a.lat), std::abs(b.lat)) + north));
    const auto low_lat = floored(std::min(a.lat, b.lat) - north);
    const auto low_lon = floored(std::min(a.lon, b.lon) - east);
    const auto high_lat = stored(std::max(a.lat, b.lat) + north);
    const auto high_lon = stored(std::max(a.lon, b.lon) + east);
    for (auto lat = low_lat; lat <= high_lat; lat += side) {
        for (auto lon = low_lon; lon <= high_lon; lon += side)
            edges_[square_of(lat, lon)].push_back(edge);
    }
    box_ = {std::min(box_.low_lat, low_lat), std::max(box_.high_lat, high_lat),
            std::min(box_.low_lon, low_lon), std::max(box_.high_lon, high_lon)};
}

std::unordered_set<std::int64_t> LineIndex::squares() const {
    std::unordered_set<std::int64_t> all;
    for (const auto& [square, edges] : edges_) all.insert(square);
    return all;
}

std::optional<Metres> LineIndex::distance(const PastFix& fix) const {
    const auto found = edges_.find(square_of(fix.lat, fix.lon));
    if (found == edges_.end()) return std::nullopt;
    const LatLon where{fix.lat / 1e7, fix.lon / 1e7};
    const double east = degree_m * cosine(where.lat);
    std::vector<std::pair<double, std::int32_t>> flat;
    double least = reach_m_;
    for (const std::int32_t edge : found->second) {
        const LatLon &a = vertices_[static_cast<std::size_t>(edge)],
                     &b = vertices_[static_cast<std::size_t>(edge) + 1];
        const double metres =
            metres_to_edge((a.lon - where.lon) * east, (a.lat - where.lat) * degree_m,
                           (b.lon - where.lon) * east, (b.lat - where.lat) * degree_m);
        if (metres > least * slack + slack_m) continue;
        flat.emplace_back(metres, edge);
        least = std::min(least, metres);
    }
    std::optional<LatLon> nearest;
    double closest = 0;
    for (const auto& [metres, edge] : flat) {
        if (metres > least * slack + slack_m) continue;
        const LatLon foot = nearest_on_edge(vertices_[static_cast<std::size_t>(edge)],
                                            vertices_[static_cast<std::size_t>(edge) + 1], where);
        const double chord = squared_chord(where, foot);
        if (nearest && chord >= closest) continue;
        closest = chord;
        nearest = foot;
    }
    if (!nearest) return std::nullopt;
    const Metres metres = geofence::geodesic_distance(where, *nearest);
    return metres <= width_ ? std::optional{metres} : std::nullopt;
}

}  // namespace liuhen::server::store
