#include "geofence/roads/road_corridor.hpp"

#include "geofence/flat.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace liuhen::geofence::roads {
namespace {

constexpr double sample_step = 100;  // metres between two looks aside
constexpr double least_step = 0.5;   // metres
constexpr double opposite = -0.85;   // cosine of 148 degrees: the carriageway that comes back

/// One look aside: where, and which way the lorry drives there.
struct Sample {
    LatLon at;
    std::size_t vertex{};  ///< of the path: the one here, or else the last one before
    FlatPoint heading;     ///< of length 1
    Metres aside{};        ///< to the farthest companion
};

std::vector<Sample> samples_of(std::span<const LatLon> path) {
    std::vector<Sample> samples;
    for (std::size_t i = 1; i < path.size(); ++i) {
        const FlatPlane plane(path[i - 1]);
        const FlatPoint step = plane.project(path[i]);
        const double length = norm(step);
        if (length < least_step) continue;  // has no direction to speak of
        const auto pieces = std::max(1, static_cast<int>(std::ceil(length / sample_step)));
        const FlatPoint heading = step * (1 / std::max(length, 1e-6));
        for (int piece = 0; piece < pieces; ++piece) {
            const double share = 1.0 * piece / pieces;
            samples.push_back(
                {.at = {.lat = path[i - 1].lat + (path[i].lat - path[i - 1].lat) * share,
                        .lon = path[i - 1].lon + (path[i].lon - path[i - 1].lon) * share},
                 .vertex = i - 1,
                 .heading = heading});
        }
    }
    const FlatPoint last = samples.empty() ? FlatPoint{} : samples.back().heading;
    samples.push_back({.at = path.back(), .vertex = path.size() - 1, .heading = last});
    return samples;
}

/// Direction of a line at a distance along it, of length 1.
FlatPoint direction(std::span<const LatLon> line, double along) {
    FlatPoint step;
    for (std::size_t i = 1; i < line.size(); ++i) {
        step = FlatPlane(line[i - 1]).project(line[i]);
        const double length = norm(step);
        if (length > 0) step = step * (1 / length);
        if (along <= length) break;
        along -= length;
    }
    return step;
}

/// True for a ramp, and for the carriageway of a divided road that leads the other way.
bool belongs(const RoadNetwork& network, const Foothold& beside, const Road& driven,
             FlatPoint heading) {
    const Road& road = network.road(beside.road);
    if (road.built_as == RoadClass::link) return true;
    if (!road.one_way || !driven.one_way || road.built_as != driven.built_as) return false;
    return dot(direction(network.line(beside.road), beside.along.value), heading) < opposite;
}

/// How far to the side of the lorry, whatever lies ahead or behind.
Metres farthest_companion(const RoadNetwork& network, const Sample& sample) {
    const auto near = network.near(sample.at, widest_companion);
    if (near.empty()) return {};
    const Road& driven = network.road(near.front().road);
    const FlatPlane plane(sample.at);
    Metres farthest;
    for (const Foothold& beside : near) {
        if (!belongs(network, beside, driven, sample.heading)) continue;
        const Metres aside{std::abs(cross(sample.heading, plane.project(beside.at)))};
        farthest = std::max(farthest, aside);
    }
    return farthest;
}

/// The same spans by sample.
std::vector<TunnelSpan> tunnels_of(const RoadRoute& route, std::span<const Sample> samples) {
    const auto sample_at = [&](std::size_t vertex) {
        const auto found = std::ranges::lower_bound(samples, vertex, {}, &Sample::vertex);
        return static_cast<std::size_t>(found - samples.begin());
    };
    std::vector<TunnelSpan> tunnels;
    for (const auto [first, last] : route.tunnels) {
        const TunnelSpan span{sample_at(first), sample_at(last)};
        const bool apart = tunnels.empty() || tunnels.back().last < span.first;
        if (apart && span.first < span.last) tunnels.push_back(span);
    }
    return tunnels;
}

}  // namespace

Stretch corridor_along(const RoadNetwork& network, const RoadRoute& route, Metres base) {
    auto samples = samples_of(route.path);
    for (Sample& sample : samples) sample.aside = farthest_companion(network, sample);
    Stretch stretch;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        Metres aside = samples[i].aside;
        if (i > 0) aside = std::max(aside, samples[i - 1].aside);
        if (i + 1 < samples.size()) aside = std::max(aside, samples[i + 1].aside);
        stretch.line.push_back(samples[i].at);
        stretch.half_widths.push_back(std::min(base + aside, max_half_width));
    }
    stretch.tunnels = tunnels_of(route, samples);
    return stretch;
}

}  // namespace liuhen::geofence::roads
