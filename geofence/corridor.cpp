#include "geofence/corridor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace liuhen::geofence {
namespace {

constexpr double plane_reach = 5'000;      // metres of route in one plane
constexpr double longest_segment = 1'000;  // metres; longer edges are cut
constexpr std::size_t block_size = 32;     // segments in one block
constexpr int patience_ahead = 12;         // segments without gain before the walk ends
constexpr int patience_behind = 4;
constexpr double trusted_offset = 100;  // metres; farther off, the whole route is looked at
constexpr double bound_slack = 0.97;    // a plane's error on distances of up to 50 km

std::optional<GeoFault> fault_in_width(Metres half_width, std::size_t index = 0) {
    if (half_width >= min_half_width && half_width <= max_half_width) return std::nullopt;
    return GeoFault{
        .code = GeoFaultCode::bad_width,
        .detail = "half width must be 20..2000 m, not " + std::to_string(half_width.value),
        .index = index};
}

std::optional<GeoFault> fault_in_edge(LatLon from, LatLon to, std::size_t index) {
    if (std::abs(from.lon - to.lon) <= 180) return std::nullopt;
    return GeoFault{.code = GeoFaultCode::antimeridian,
                    .detail = "an edge crosses 180 degrees of longitude",
                    .index = index};
}

std::optional<GeoFault> fault_in_tunnels(const Stretch& stretch, std::size_t first_vertex) {
    std::size_t least = 0;
    for (const auto [first, last] : stretch.tunnels) {
        if (first >= least && first < last && last < stretch.line.size()) {
            least = last + 1;
            continue;
        }
        return GeoFault{.code = GeoFaultCode::bad_tunnel,
                        .detail = "tunnels lead from a vertex to a later one, apart and in order",
                        .index = first_vertex + std::min(first, stretch.line.size() - 1)};
    }
    return std::nullopt;
}

/// Length of the lines, or the first fault in them.
Result<Metres, GeoFault> measure(std::span<const Stretch> stretches) {
    std::size_t index = 0;
    Metres total;
    for (const Stretch& stretch : stretches) {
        const auto& [line, half_widths, tunnels] = stretch;
        const std::size_t first_vertex = index;
        if (half_widths.size() != line.size()) {
            return fail(GeoFault{GeoFaultCode::bad_width, "each vertex needs a half width",
                                 index + std::min(half_widths.size(), line.size())});
        }
        Metres length;
        for (std::size_t i = 0; i < line.size(); ++i, ++index) {
            if (index >= max_route_vertices) {
                return fail(GeoFault{GeoFaultCode::too_many_points,
                                     "a route has at most 100000 vertices", index});
            }
            if (!is_on_earth(line[i])) {
                return fail(GeoFault{GeoFaultCode::off_earth,
                                     "a vertex is not a longitude and latitude", index});
            }
            if (auto fault = fault_in_width(half_widths[i], index)) return fail(*fault);
            if (i == 0) continue;
            if (auto fault = fault_in_edge(line[i - 1], line[i], index)) return fail(*fault);
            length += flat_distance(line[i - 1], line[i]);
        }
        if (!(length.value > 0)) {
            return fail(GeoFault{GeoFaultCode::too_few_points, "a line needs two different points",
                                 first_vertex});
        }
        if (auto fault = fault_in_tunnels(stretch, first_vertex)) return fail(*fault);
        total += length;
    }
    if (stretches.empty()) return fail(GeoFault{GeoFaultCode::too_few_points, "no line", 0});
    if (total > max_route_length) {
        return fail(GeoFault{GeoFaultCode::too_long, "a route is at most 3000 km long", index});
    }
    return total;
}

LatLon between(LatLon a, LatLon b, double share) {
    return {.lat = a.lat + (b.lat - a.lat) * share, .lon = a.lon + (b.lon - a.lon) * share};
}

}  // namespace

Result<Corridor, GeoFault> Corridor::from_lines(std::span<const Path> lines, Metres half_width) {
    if (auto fault = fault_in_width(half_width)) return fail(*fault);
    std::vector<Stretch> stretches;
    for (const Path& line : lines) {
        stretches.push_back({line, std::vector<Metres>(line.size(), half_width), {}});
    }
    return from_stretches(stretches);
}

Result<Corridor, GeoFault> Corridor::from_stretches(std::span<const Stretch> stretches) {
    if (auto measured = measure(stretches); !measured) return fail(measured.error());
    Corridor corridor;
    for (const Stretch& stretch : stretches) corridor.add_line(stretch);
    corridor.add_blocks();
    corridor.add_milestones();
    return corridor;
}

void Corridor::add_line(const Stretch& stretch) {
    const auto& [line, half_widths, tunnels] = stretch;
    plane_end_ = -1;
    auto tunnel = tunnels.begin();
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (i > 0 && line[i] != line[i - 1]) {
            add_edge(line[i - 1], line[i], std::max(half_widths[i - 1], half_widths[i]));
        }
        if (tunnel == tunnels.end()) continue;
        if (i == tunnel->first) tunnels_.push_back({length_, length_});
        if (i != tunnel->last) continue;
        tunnels_.back().to = length_;
        ++tunnel;
    }
}

void Corridor::add_edge(LatLon edge_from, LatLon edge_to, Metres half_width) {
    const double whole = flat_distance(edge_from, edge_to).value;
    const auto pieces = static_cast<int>(std::ceil(whole / longest_segment));
    for (int piece = 0; piece < pieces; ++piece) {
        const LatLon from = between(edge_from, edge_to, 1.0 * piece / pieces);
        const LatLon to = between(edge_from, edge_to, 1.0 * (piece + 1) / pieces);
        if (length_.value >= plane_end_) {
            planes_.emplace_back(from);
            plane_end_ = length_.value + plane_reach;
        }
        const FlatPlane& plane = planes_.back();
        Segment next;
        next.at = plane.project(from);
        next.step = plane.project(to) - next.at;
        next.along = length_.value;
        const double length = norm(next.step);
        next.inverse = length > 0 ? 1 / (length * length) : 0;
        next.half_width = static_cast<float>(half_width.value);
        next.plane = static_cast<std::uint32_t>(planes_.size() - 1);
        length_ += Metres{length};
        segments_.push_back(next);
        ends_.push_back({from, to});
    }
}

void Corridor::add_blocks() {
    for (std::size_t first = 0; first < segments_.size(); first += block_size) {
        const std::size_t end = std::min(first + block_size, segments_.size());
        Block block{.plane = FlatPlane(ends_[(first + end) / 2].from)};
        for (std::size_t i = first; i < end; ++i) {
            for (const LatLon corner : {ends_[i].from, ends_[i].to}) {
                block.radius = std::max(block.radius, norm(block.plane.project(corner)));
            }
        }
        blocks_.push_back(block);
    }
}

/// The nearest point found so far, and the place projected into the plane last used.
class Corridor::Search {
public:
    Search(const Corridor& corridor, LatLon where) : corridor_(corridor), where_(where) {}

    /// True when the segment is nearer than all before.
    bool gains_by(std::size_t index) {
        const Segment& segment = corridor_.segments_[index];
        if (segment.plane != plane_) {
            plane_ = segment.plane;
            point_ = corridor_.planes_[plane_].project(where_);
        }
        const FlatPoint from_start = point_ - segment.at;
        const double share = std::clamp(dot(from_start, segment.step) * segment.inverse, 0.0, 1.0);
        const FlatPoint gap = from_start - segment.step * share;
        const double distance2 = dot(gap, gap);
        if (distance2 >= best2_) return false;
        best2_ = distance2;
        best_ = {.off = {},
                 .along = {segment.along + norm(segment.step) * share},
                 .half_width = {static_cast<double>(segment.half_width)},
                 .segment = static_cast<std::uint32_t>(index)};
        return true;
    }

    void around(std::size_t start) {
        gains_by(start);
        int waited = 0;
        for (std::size_t i = start + 1; i < corridor_.segments_.size(); ++i) {
            waited = gains_by(i) ? 0 : waited + 1;
            if (waited >= patience_ahead) break;
        }
        waited = 0;
        for (std::size_t i = start; i-- > 0;) {
            waited = gains_by(i) ? 0 : waited + 1;
            if (waited >= patience_behind) break;
        }
    }

    void everywhere() {
        for (std::size_t b = 0; b < corridor_.blocks_.size(); ++b) {
            const Block& block = corridor_.blocks_[b];
            const double reach = norm(block.plane.project(where_)) * bound_slack - block.radius;
            if (reach > 0 && reach * reach >= best2_) continue;
            const std::size_t end = std::min((b + 1) * block_size, corridor_.segments_.size());
            for (std::size_t i = b * block_size; i < end; ++i) gains_by(i);
        }
    }

    [[nodiscard]] bool is_trusted() const {
        const double limit = std::min(trusted_offset, best_.half_width.value);
        return best2_ <= limit * limit;
    }
    [[nodiscard]] RouteOffset found() const {
        RouteOffset found = best_;
        found.off = {std::sqrt(best2_)};
        return found;
    }

private:
    const Corridor& corridor_;
    LatLon where_;
    std::uint32_t plane_ = std::numeric_limits<std::uint32_t>::max();
    FlatPoint point_;
    double best2_ = std::numeric_limits<double>::infinity();
    RouteOffset best_;
};

RouteOffset Corridor::locate(LatLon where, Metres near) const {
    return locate_around(where, segment_at(near.value));
}

RouteOffset Corridor::locate(LatLon where, const RouteOffset& before) const {
    return locate_around(where, std::min<std::size_t>(before.segment, segments_.size() - 1));
}

RouteOffset Corridor::locate_around(LatLon where, std::size_t segment) const {
    Search search(*this, where);
    search.around(segment);
    if (!search.is_trusted()) search.everywhere();
    return search.found();
}

RouteOffset Corridor::locate(LatLon where) const {
    Search search(*this, where);
    search.everywhere();
    return search.found();
}

Metres Corridor::half_width(Metres along) const {
    return {static_cast<double>(segments_[segment_at(along.value)].half_width)};
}

LatLon Corridor::point_at(Metres along) const {
    const std::size_t index = segment_at(along.value);
    const Segment& segment = segments_[index];
    const double share = std::clamp((along.value - segment.along) / norm(segment.step), 0.0, 1.0);
    return between(ends_[index].from, ends_[index].to, share);
}

/// A table over the route, about one entry a segment, so that progress is found without a search.
void Corridor::add_milestones() {
    milestone_step_ = length_.value / static_cast<double>(segments_.size());
    std::uint32_t index = 0;
    for (double along = 0; along < length_.value; along += milestone_step_) {
        while (index + 1 < segments_.size() && segments_[index + 1].along <= along) ++index;
        milestones_.push_back(index);
    }
}

std::size_t Corridor::segment_at(double along) const {
    const double last = static_cast<double>(milestones_.size() - 1);
    const double place = std::clamp(along / milestone_step_, 0.0, last);
    std::size_t index = milestones_[static_cast<std::size_t>(place)];
    while (index > 0 && segments_[index].along > along) --index;
    while (index + 1 < segments_.size() && segments_[index + 1].along <= along) ++index;
    return index;
}

}  // namespace liuhen::geofence
