#include "geofence/rings.hpp"

#include "geofence/zone.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace liuhen::geofence {
namespace {

struct Edge {
    FlatPoint a, b;
    std::size_t ring{}, place{}, of{};  ///< place in its ring, which has `of` edges
    std::size_t index{};                ///< through all rings
};

std::vector<Edge> edges_of(const std::vector<Ring>& rings) {
    std::vector<Edge> edges;
    for (std::size_t r = 0; r < rings.size(); ++r) {
        const Ring& ring = rings[r];
        for (std::size_t i = 0; i < ring.size(); ++i) {
            edges.push_back({.a = ring[i],
                             .b = ring[(i + 1) % ring.size()],
                             .ring = r,
                             .place = i,
                             .of = ring.size(),
                             .index = edges.size()});
        }
    }
    return edges;
}

bool follows(const Edge& one, const Edge& other) {
    return one.ring == other.ring && (one.place + 1) % one.of == other.place;
}

int side(FlatPoint a, FlatPoint b, FlatPoint p) {
    const double area = cross(b - a, p - a);
    return (area > 0) - (area < 0);
}

bool within_box(const Edge& edge, FlatPoint p) {
    return p.x >= std::min(edge.a.x, edge.b.x) && p.x <= std::max(edge.a.x, edge.b.x) &&
           p.y >= std::min(edge.a.y, edge.b.y) && p.y <= std::max(edge.a.y, edge.b.y);
}

bool meet(const Edge& one, const Edge& other) {
    const int a = side(one.a, one.b, other.a);
    const int b = side(one.a, one.b, other.b);
    const int c = side(other.a, other.b, one.a);
    const int d = side(other.a, other.b, one.b);
    if (a * b < 0 && c * d < 0) return true;
    return (a == 0 && within_box(one, other.a)) || (b == 0 && within_box(one, other.b)) ||
           (c == 0 && within_box(other, one.a)) || (d == 0 && within_box(other, one.b));
}

/// Neighbours share a point; they are at fault only when the second runs back over the first.
bool folds_back(const Edge& first, const Edge& second) {
    return side(first.a, first.b, second.b) == 0 && dot(first.b - first.a, second.b - second.a) < 0;
}

bool conflict(const Edge& one, const Edge& other) {
    if (follows(one, other)) return folds_back(one, other);
    if (follows(other, one)) return folds_back(other, one);
    return meet(one, other);
}

bool is_inside(const Ring& ring, FlatPoint p) {
    bool inside = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        if ((ring[i].y > p.y) == (ring[j].y > p.y)) continue;
        const double x =
            ring[j].x + (p.y - ring[j].y) * (ring[i].x - ring[j].x) / (ring[i].y - ring[j].y);
        if (p.x < x) inside = !inside;
    }
    return inside;
}

/// The smaller of `best2` and the square of the distance to an edge; divides only when it gains.
double nearer2(double best2, FlatPoint a, FlatPoint b, FlatPoint p) {
    const FlatPoint step = b - a;
    const FlatPoint from_a = p - a;
    const double along = dot(from_a, step);
    const double length2 = dot(step, step);
    if (along <= 0) return std::min(best2, dot(from_a, from_a));
    if (along >= length2) return std::min(best2, dot(p - b, p - b));
    const double area = cross(step, from_a);
    return area * area < best2 * length2 ? area * area / length2 : best2;
}

Result<Path, GeoFault> clean_ring(const Path& ring, std::size_t first_index) {
    Path cleaned;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        if (!is_on_earth(ring[i])) {
            return fail(GeoFault{GeoFaultCode::off_earth,
                                 "a vertex is not a longitude and latitude", first_index + i});
        }
        if (i > 0 && std::abs(ring[i].lon - ring[i - 1].lon) > 180) {
            return fail(GeoFault{GeoFaultCode::antimeridian,
                                 "an edge crosses 180 degrees of longitude", first_index + i});
        }
        if (cleaned.empty() || cleaned.back() != ring[i]) cleaned.push_back(ring[i]);
    }
    while (cleaned.size() > 1 && cleaned.front() == cleaned.back()) cleaned.pop_back();
    if (cleaned.size() < 3) {
        return fail(GeoFault{GeoFaultCode::too_few_points, "a ring needs three different points",
                             first_index});
    }
    return cleaned;
}

}  // namespace

Result<std::vector<Path>, GeoFault> clean_rings(const std::vector<Path>& rings) {
    if (rings.empty()) return fail(GeoFault{GeoFaultCode::too_few_points, "no ring", 0});
    std::vector<Path> cleaned;
    std::size_t index = 0;
    for (const Path& ring : rings) {
        if (index + ring.size() > max_polygon_vertices) {
            return fail(GeoFault{GeoFaultCode::too_many_points,
                                 "a polygon has at most 10000 vertices", max_polygon_vertices});
        }
        auto one = clean_ring(ring, index);
        if (!one) return fail(one.error());
        cleaned.push_back(std::move(*one));
        index += ring.size();
    }
    return cleaned;
}

std::optional<GeoFault> fault_in_rings(const std::vector<Ring>& rings) {
    std::vector<Edge> edges = edges_of(rings);
    const auto west = [](const Edge& edge) { return std::min(edge.a.x, edge.b.x); };
    const auto east = [](const Edge& edge) { return std::max(edge.a.x, edge.b.x); };
    std::ranges::sort(edges, {}, west);
    for (std::size_t i = 0; i < edges.size(); ++i) {
        for (std::size_t j = i + 1; j < edges.size() && west(edges[j]) <= east(edges[i]); ++j) {
            if (!conflict(edges[i], edges[j])) continue;
            return GeoFault{GeoFaultCode::self_crossing, "two edges of the polygon touch or cross",
                            std::max(edges[i].index, edges[j].index)};
        }
    }
    for (std::size_t r = 1; r < rings.size(); ++r) {
        if (is_inside(rings.front(), rings[r].front())) continue;
        return GeoFault{GeoFaultCode::hole_outside, "a hole lies outside its polygon", r};
    }
    return std::nullopt;
}

double signed_distance_to(const std::vector<Ring>& rings, FlatPoint p) {
    double best2 = std::numeric_limits<double>::infinity();
    bool inside = false;
    for (const Ring& ring : rings) {
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            best2 = nearer2(best2, ring[j], ring[i], p);
        }
        if (is_inside(ring, p)) inside = !inside;
    }
    const double distance = std::sqrt(best2);
    return inside ? -distance : distance;
}

}  // namespace liuhen::geofence
