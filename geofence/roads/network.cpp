#include "geofence/roads/network.hpp"

#include "geofence/flat.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace liuhen::geofence::roads {
namespace {

constexpr double square_degrees = 0.005;  // some 500 m north to south
constexpr Metres farthest_reach{5'000};

std::uint32_t row_of(double lat) { return static_cast<std::uint32_t>((lat + 90) / square_degrees); }
std::uint32_t column_of(double lon) {
    return static_cast<std::uint32_t>((lon + 180) / square_degrees);
}
std::uint64_t square_of(std::uint32_t row, std::uint32_t column) {
    return (std::uint64_t{row} << 32U) | column;
}

/// The nodes where roads begin, end or meet, numbered in the order of the ways.
std::unordered_map<std::int64_t, Junction> junctions_of(std::span<const Way> ways) {
    std::vector<std::int64_t> seen;
    for (const Way& way : ways) {
        seen.push_back(way.nodes.front().id);
        seen.push_back(way.nodes.back().id);
        for (const WayNode& node : way.nodes) seen.push_back(node.id);
    }
    std::ranges::sort(seen);  // ends are twice in it, as are nodes of two ways
    std::unordered_map<std::int64_t, Junction> found;
    for (const Way& way : ways) {
        for (const WayNode& node : way.nodes) {
            const auto same = std::ranges::equal_range(seen, node.id);
            if (same.size() > 1) found.try_emplace(node.id, static_cast<Junction>(found.size()));
        }
    }
    return found;
}

struct Closest {
    double off2 = std::numeric_limits<double>::infinity();
    double along{};
    LatLon at;
};

/// The point of a line that is nearest to the plane's origin.
Closest closest_on(std::span<const LatLon> line, const FlatPlane& plane) {
    Closest best;
    double along = 0;
    for (std::size_t i = 1; i < line.size(); ++i) {
        const FlatPoint from = plane.project(line[i - 1]);
        const FlatPoint step = plane.project(line[i]) - from;
        const double length = norm(step);
        const double share =
            length > 0 ? std::clamp(-dot(from, step) / (length * length), 0.0, 1.0) : 0.0;
        const FlatPoint gap = from + step * share;
        if (const double off2 = dot(gap, gap); off2 < best.off2) {
            const LatLon a = line[i - 1];
            const LatLon b = line[i];
            best = {.off2 = off2,
                    .along = along + length * share,
                    .at = {.lat = a.lat + (b.lat - a.lat) * share,
                           .lon = a.lon + (b.lon - a.lon) * share}};
        }
        along += length;
    }
    return best;
}

}  // namespace

RoadNetwork::RoadNetwork(std::span<const Way> ways) {
    add_roads(ways);
    add_departures();
    add_cells();
}

void RoadNetwork::add_roads(std::span<const Way> ways) {
    const auto junctions = junctions_of(ways);
    junction_places_.resize(junctions.size());
    for (const Way& way : ways) {
        Road road{.speed = static_cast<float>(way.speed.value),
                  .built_as = way.built_as,
                  .access = way.access,
                  .one_way = way.one_way,
                  .in_tunnel = way.in_tunnel,
                  .way = way.id};
        for (const WayNode& node : way.nodes) {
            const auto junction = junctions.find(node.id);
            if (road.places > 0) {
                road.length += static_cast<float>(flat_distance(places_.back(), node.at).value);
            }
            if (junction != junctions.end()) {
                junction_places_[junction->second] = node.at;
                if (road.places > 0) {
                    places_.push_back(node.at);
                    ++road.places;
                    road.to = junction->second;
                    if (road.length > 0) roads_.push_back(road);
                }
                road.from = junction->second;
                road.first_place = static_cast<std::uint32_t>(places_.size());
                road.places = 0;
                road.length = 0;
            }
            places_.push_back(node.at);
            ++road.places;
        }
    }
}

void RoadNetwork::add_departures() {
    first_departure_.assign(junctions() + 1, 0);
    const auto each = [&](auto&& take) {
        for (RoadIndex i = 0; i < roads_.size(); ++i) {
            take(roads_[i].from, Departure{.road = i, .backward = false});
            if (!roads_[i].one_way) take(roads_[i].to, Departure{.road = i, .backward = true});
        }
    };
    each([&](Junction from, Departure) { ++first_departure_[from + 1]; });
    for (std::size_t i = 1; i < first_departure_.size(); ++i) {
        first_departure_[i] += first_departure_[i - 1];
    }
    departures_.resize(first_departure_.back());
    std::vector<std::uint32_t> next(first_departure_.begin(), first_departure_.end() - 1);
    each([&](Junction from, Departure departure) { departures_[next[from]++] = departure; });
}

void RoadNetwork::add_cells() {
    for (RoadIndex i = 0; i < roads_.size(); ++i) {
        const auto places = line(i);
        for (std::size_t k = 1; k < places.size(); ++k) {
            const auto [south, north] = std::minmax(places[k - 1].lat, places[k].lat);
            const auto [west, east] = std::minmax(places[k - 1].lon, places[k].lon);
            for (auto row = row_of(south); row <= row_of(north); ++row) {
                for (auto column = column_of(west); column <= column_of(east); ++column) {
                    cells_.push_back({.square = square_of(row, column), .road = i});
                }
            }
        }
    }
    std::ranges::sort(cells_);
    const auto twice = std::ranges::unique(cells_);
    cells_.erase(twice.begin(), twice.end());
    cells_.shrink_to_fit();
}

std::span<const LatLon> RoadNetwork::line(RoadIndex index) const {
    return std::span(places_).subspan(roads_[index].first_place, roads_[index].places);
}

std::span<const Departure> RoadNetwork::out_of(Junction junction) const {
    const auto first = first_departure_[junction];
    return std::span(departures_).subspan(first, first_departure_[junction + 1] - first);
}

std::vector<Foothold> RoadNetwork::near(LatLon where, Metres reach) const {
    reach = std::min(reach, farthest_reach);
    const FlatPlane plane(where);
    const FlatPoint degree = plane.project({.lat = where.lat + 1, .lon = where.lon + 1});
    const double north = reach.value / degree.y;
    const double east = reach.value / std::max(degree.x, 1.0);
    std::vector<RoadIndex> candidates;
    for (auto row = row_of(std::max(where.lat - north, -90.0)); row <= row_of(where.lat + north);
         ++row) {
        const Cell first{square_of(row, column_of(std::max(where.lon - east, -180.0))), 0};
        const Cell last{square_of(row, column_of(where.lon + east)),
                        std::numeric_limits<RoadIndex>::max()};
        for (auto cell = std::ranges::lower_bound(cells_, first);
             cell != cells_.end() && *cell <= last; ++cell) {
            candidates.push_back(cell->road);
        }
    }
    std::ranges::sort(candidates);
    const auto twice = std::ranges::unique(candidates);
    candidates.erase(twice.begin(), twice.end());
    std::vector<Foothold> found;
    for (const RoadIndex road : candidates) {
        const Closest closest = closest_on(line(road), plane);
        if (closest.off2 > reach.value * reach.value) continue;
        found.push_back({.road = road,
                         .along = {std::min(closest.along, double{roads_[road].length})},
                         .off = {std::sqrt(closest.off2)},
                         .at = closest.at});
    }
    std::ranges::sort(found, {}, &Foothold::off);
    return found;
}

}  // namespace liuhen::geofence::roads
