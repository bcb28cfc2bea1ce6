// A way on the ground by its length. The generator's own geometry: it shares types with the
// detectors, no arithmetic.
#pragma once

#include "base/geo.hpp"

#include <utility>
#include <vector>

namespace liuhen::score {

/// Metres east and north.
struct Offset {
    double east{}, north{};
    friend Offset operator+(Offset a, Offset b) { return {a.east + b.east, a.north + b.north}; }
    friend Offset operator*(Offset a, double k) { return {a.east * k, a.north * k}; }
};
double length_of(Offset offset);

/// From `a` to `b`, by the length of a degree half-way between (series of the WGS 84 meridian).
Offset between(LatLon a, LatLon b);
LatLon moved(LatLon from, Offset by);
/// Metres.
double distance(LatLon a, LatLon b);

/// A polyline and the length to each of its points.
class Line {
public:
    Line() = default;
    explicit Line(Path points);
    [[nodiscard]] const Path& points() const { return points_; }
    [[nodiscard]] double length() const { return along_.empty() ? 0 : along_.back(); }
    /// The point so far along, clamped to the ends.
    [[nodiscard]] LatLon at(double along) const;
    /// Unit vector of driving there.
    [[nodiscard]] Offset heading(double along) const;
    /// The part between two lengths, backward when `to` < `from`.
    [[nodiscard]] Path piece(double from, double to) const;
    /// Length along and distance of the nearest point; signed distance is positive to the right.
    struct Nearest {
        double along{}, off{}, signed_off{};
    };
    [[nodiscard]] Nearest nearest(LatLon where) const;

private:
    [[nodiscard]] std::size_t segment(double along) const;
    Path points_;
    std::vector<double> along_;
};

/// Circles around nothing: a corner `off` to the right (negative: left) of a line's place.
LatLon beside(const Line& line, double along, double off);

}  // namespace liuhen::score
