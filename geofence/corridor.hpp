// The approved route: an ordered line with a width, and where a truck is along it.
#pragma once

#include "base/geo.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "geofence/fault.hpp"
#include "geofence/flat.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace liuhen::geofence {

inline constexpr std::size_t max_route_vertices = 100'000;
inline constexpr Metres max_route_length{3'000'000};
inline constexpr Metres min_half_width{20};
inline constexpr Metres max_half_width{2'000};

/// Where a place lies against a route.
struct RouteOffset {
    Metres off;               ///< distance to the line, never negative
    Metres along;             ///< progress: length from the route's start to the nearest point
    Metres half_width{};      ///< greatest allowed distance there
    std::uint32_t segment{};  ///< of this corridor, to go on from
};

/// A part of a line under ground, by its vertices: from `first` to `last`, the later one.
struct TunnelSpan {
    std::size_t first{}, last{};
    friend bool operator==(const TunnelSpan&, const TunnelSpan&) = default;
};

/// A line with its own greatest allowed distance at each vertex.
struct Stretch {
    Path line;
    std::vector<Metres> half_widths;    ///< as many as vertices; an edge has the wider of its ends
    std::vector<TunnelSpan> tunnels{};  ///< in order, not touching each other
};

/// A part of a route that lies under ground, by progress: no satellites are seen there.
struct Tunnel {
    Metres from, to;
};

/// A route from one or more lines, in order: pieces of one road, or alternatives of a stretch.
/// Progress runs through the lines as given; what lies between two lines is not route. Edges are
/// straight in longitude and latitude, as in GeoJSON. Immutable; share it.
class Corridor {
public:
    /// `half_width` is the greatest allowed distance to either side, 20..2000 m. Repeated points
    /// are dropped. The fault's index counts vertices through all lines.
    static Result<Corridor, GeoFault> from_lines(std::span<const Path> lines, Metres half_width);
    /// The same with widths along the route. A missing width is a fault at its vertex.
    static Result<Corridor, GeoFault> from_stretches(std::span<const Stretch> stretches);

    /// Looks around the progress `near` (12 segments onward without gain, 4 back); over the whole
    /// route only when that lies outside the corridor or more than 100 m off.
    [[nodiscard]] RouteOffset locate(LatLon where, Metres near) const;
    /// The same around what was found before, without looking for its progress.
    [[nodiscard]] RouteOffset locate(LatLon where, const RouteOffset& before) const;
    /// Looks over the whole route.
    [[nodiscard]] RouteOffset locate(LatLon where) const;

    /// Greatest allowed distance at a progress.
    [[nodiscard]] Metres half_width(Metres along) const;
    /// The point of the route at a progress, clamped to its ends.
    [[nodiscard]] LatLon point_at(Metres along) const;
    /// Parts under ground, by progress, in order.
    [[nodiscard]] std::span<const Tunnel> tunnels() const { return tunnels_; }
    /// Length of all lines together.
    [[nodiscard]] Metres length() const { return length_; }
    [[nodiscard]] LatLon start() const { return ends_.front().from; }
    [[nodiscard]] LatLon finish() const { return ends_.back().to; }

private:
    struct Segment {         ///< what a search looks at, small
        FlatPoint at, step;  ///< start and extent in the plane
        double along{};      ///< progress at its start, metres
        double inverse{};    ///< of its length's square
        float half_width{};
        std::uint32_t plane{};
    };
    struct Ends {
        LatLon from, to;
    };
    struct Block {  ///< `block_size` segments within a circle, to skip them together
        FlatPlane plane;
        double radius{};
    };
    class Search;

    [[nodiscard]] std::size_t segment_at(double along) const;
    [[nodiscard]] RouteOffset locate_around(LatLon where, std::size_t segment) const;
    void add_line(const Stretch& stretch);
    void add_edge(LatLon from, LatLon to, Metres half_width);
    void add_blocks();
    void add_milestones();

    std::vector<Segment> segments_;
    std::vector<Ends> ends_;                 ///< of the segments
    std::vector<std::uint32_t> milestones_;  ///< the segment each `milestone_step_` along
    double milestone_step_ = 1;              ///< metres
    std::vector<FlatPlane> planes_;
    std::vector<Block> blocks_;
    std::vector<Tunnel> tunnels_;
    double plane_end_ = -1;  ///< progress up to which the last plane serves
    Metres length_;
};

}  // namespace liuhen::geofence
