#include "tests/score/line.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace liuhen::score {
namespace {

constexpr double radian = std::numbers::pi / 180;

double north_of_degree(double lat) {
    return 111132.954 - 559.822 * std::cos(2 * lat * radian) + 1.175 * std::cos(4 * lat * radian);
}
double east_of_degree(double lat) {
    return 111412.84 * std::cos(lat * radian) - 93.5 * std::cos(3 * lat * radian) +
           0.118 * std::cos(5 * lat * radian);
}
double dot(Offset a, Offset b) { return a.east * b.east + a.north * b.north; }

}  // namespace

double length_of(Offset offset) { return std::hypot(offset.east, offset.north); }

Offset between(LatLon a, LatLon b) {
    const double lat = (a.lat + b.lat) / 2;
    return {(b.lon - a.lon) * east_of_degree(lat), (b.lat - a.lat) * north_of_degree(lat)};
}

LatLon moved(LatLon from, Offset by) {
    const double lat = from.lat + by.north / north_of_degree(from.lat);
    return {.lat = lat, .lon = from.lon + by.east / east_of_degree((from.lat + lat) / 2)};
}

double distance(LatLon a, LatLon b) { return length_of(between(a, b)); }

Line::Line(Path points) {
    for (const LatLon p : points) {
        const double step = points_.empty() ? 0 : distance(points_.back(), p);
        if (!points_.empty() && step < 0.1) continue;
        along_.push_back(along_.empty() ? 0 : along_.back() + step);
        points_.push_back(p);
    }
}

std::size_t Line::segment(double along) const {
    const auto after = std::upper_bound(along_.begin(), along_.end(), along);
    const auto index = static_cast<std::size_t>(after - along_.begin());
    return std::clamp<std::size_t>(index, 1, points_.size() - 1) - 1;
}

LatLon Line::at(double along) const {
    if (points_.size() < 2) return points_.front();
    const std::size_t i = segment(along);
    const double share = std::clamp((along - along_[i]) / (along_[i + 1] - along_[i]), 0.0, 1.0);
    return {.lat = points_[i].lat + (points_[i + 1].lat - points_[i].lat) * share,
            .lon = points_[i].lon + (points_[i + 1].lon - points_[i].lon) * share};
}

Offset Line::heading(double along) const {
    if (points_.size() < 2) return {0, 1};
    const std::size_t i = segment(along);
    const Offset step = between(points_[i], points_[i + 1]);
    return step * (1 / length_of(step));
}

Path Line::piece(double from, double to) const {
    const double low = std::min(from, to);
    const double high = std::max(from, to);
    Path piece{at(low)};
    for (std::size_t i = 0; i < points_.size(); ++i) {
        if (along_[i] > low && along_[i] < high) piece.push_back(points_[i]);
    }
    piece.push_back(at(high));
    if (to < from) std::ranges::reverse(piece);
    return piece;
}

Line::Nearest Line::nearest(LatLon where) const {
    Nearest best{.off = std::numeric_limits<double>::max()};
    const double east = east_of_degree(where.lat);
    const double north = north_of_degree(where.lat);
    const auto from_here = [&](LatLon p) {
        return Offset{(p.lon - where.lon) * east, (p.lat - where.lat) * north};
    };
    Offset start = points_.empty() ? Offset{} : from_here(points_.front());
    for (std::size_t i = 0; i + 1 < points_.size(); ++i) {
        const Offset end = from_here(points_[i + 1]);
        const Offset step = end + start * -1;
        const double squared = std::max(dot(step, step), 1e-6);
        const double share = std::clamp(-dot(start, step) / squared, 0.0, 1.0);
        const Offset gap = start + step * share;
        const double off_squared = dot(gap, gap);
        if (off_squared < best.off * best.off) {
            const double off = std::sqrt(off_squared);
            const double side = start.north * step.east - start.east * step.north;
            best = {.along = along_[i] + share * (along_[i + 1] - along_[i]),
                    .off = off,
                    .signed_off = side < 0 ? -off : off};
        }
        start = end;
    }
    return best;
}

LatLon beside(const Line& line, double along, double off) {
    const Offset heading = line.heading(along);
    return moved(line.at(along), {heading.north * off, -heading.east * off});
}

}  // namespace liuhen::score
