// The roads of a region as a graph: junctions, the stretches between them, and a grid to find them.
#pragma once

#include "base/geo.hpp"
#include "base/units.hpp"
#include "geofence/roads/way.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace liuhen::geofence::roads {

using Junction = std::uint32_t;
using RoadIndex = std::uint32_t;

/// One stretch of road between two junctions.
struct Road {
    Junction from{}, to{};
    std::uint32_t first_place{}, places{};  ///< where its line stands among all places
    float length{};                         ///< metres
    float speed{};                          ///< metres a second
    RoadClass built_as{};
    Access access{};
    bool one_way = false;
    bool in_tunnel = false;
    std::int64_t way{};  ///< the map's number of the way it is part of
};

/// A way out of a junction.
struct Departure {
    RoadIndex road{};
    bool backward = false;  ///< driven from the road's end to its beginning
};

/// A point of a road near some place.
struct Foothold {
    RoadIndex road{};
    Metres along;  ///< from the road's beginning
    Metres off;    ///< from the place to the road
    LatLon at;
};

/// Immutable once built; one network serves any number of searches at once.
class RoadNetwork {
public:
    /// Ways that share a node meet there. What is driven twice the same way, and nodes that stand
    /// alone, do no harm.
    explicit RoadNetwork(std::span<const Way> ways);

    [[nodiscard]] std::span<const Road> roads() const { return roads_; }
    [[nodiscard]] const Road& road(RoadIndex index) const { return roads_[index]; }
    [[nodiscard]] std::span<const LatLon> line(RoadIndex index) const;
    [[nodiscard]] std::size_t junctions() const { return junction_places_.size(); }
    [[nodiscard]] LatLon place_of(Junction junction) const { return junction_places_[junction]; }
    /// What leads out of a junction, one-way roads only onward.
    [[nodiscard]] std::span<const Departure> out_of(Junction junction) const;

    /// The nearest point of each road within `reach` (at most 5 km) of a place, nearest first.
    [[nodiscard]] std::vector<Foothold> near(LatLon where, Metres reach) const;

private:
    struct Cell {  ///< a road that passes through a square of the grid
        std::uint64_t square{};
        RoadIndex road{};
        friend auto operator<=>(const Cell&, const Cell&) = default;
    };

    void add_roads(std::span<const Way> ways);
    void add_departures();
    void add_cells();

    std::vector<Road> roads_;
    std::vector<LatLon> places_;
    std::vector<LatLon> junction_places_;
    std::vector<std::uint32_t> first_departure_;  ///< by junction, and one behind the last
    std::vector<Departure> departures_;
    std::vector<Cell> cells_;  ///< sorted
};

}  // namespace liuhen::geofence::roads
