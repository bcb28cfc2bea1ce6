// How far many positions are from a long line: the edges that may be nearest are found in a plane,
// and measured on the ellipsoid.
#pragma once

#include "base/geo.hpp"
#include "base/units.hpp"
#include "server/store/past_fixes.hpp"

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace liuhen::server::store {

/// Edges are numbered from 0, each from a vertex to the next. Vertices no more than some 300 m
/// apart, below 85 degrees of latitude.
class LineIndex {
public:
    LineIndex(std::vector<LatLon> vertices, Metres width);

    /// Everything within the width of the line lies in them, by `square_of`.
    [[nodiscard]] std::unordered_set<std::int64_t> squares() const;
    /// Around these squares.
    [[nodiscard]] const PlaceBox& box() const { return box_; }
    /// Nullopt: further away than the width.
    [[nodiscard]] std::optional<Metres> distance(const PastFix& fix) const;

private:
    void add(std::int32_t edge);

    std::vector<LatLon> vertices_;
    Metres width_;
    double reach_m_;  // a little more than the width
    std::unordered_map<std::int64_t, std::vector<std::int32_t>> edges_;
    PlaceBox box_{1'800'000'000, -1'800'000'000, 1'800'000'000, -1'800'000'000};
};

}  // namespace liuhen::server::store
