#include "simulators/road.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace liuhen::simulators {
namespace {

constexpr double metres_per_degree = 6'371'008.8 * std::numbers::pi / 180;

double shrink(double lat) { return std::cos(lat * std::numbers::pi / 180); }

}  // namespace

Metres distance(LatLon a, LatLon b) {
    const double north = (b.lat - a.lat) * metres_per_degree;
    const double east = (b.lon - a.lon) * metres_per_degree * shrink((a.lat + b.lat) / 2);
    return {std::hypot(north, east)};
}

Heading bearing(LatLon from, LatLon to) {
    const double north = to.lat - from.lat;
    const double east = (to.lon - from.lon) * shrink((from.lat + to.lat) / 2);
    if (north == 0 && east == 0) return {0};
    const double degrees = std::atan2(east, north) * 180 / std::numbers::pi;
    const double turned = degrees < 0 ? degrees + 360 : degrees;
    return {turned >= 360 ? 0 : turned};
}

LatLon moved(LatLon from, Metres east, Metres north) {
    return {.lat = from.lat + north.value / metres_per_degree,
            .lon = from.lon + east.value / (metres_per_degree * shrink(from.lat))};
}

Road::Road(Path points) : points_{std::move(points)} {
    along_.reserve(points_.size());
    double sum = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
        if (i > 0) sum += distance(points_[i - 1], points_[i]).value;
        along_.push_back(sum);
    }
}

Metres Road::length() const { return {along_.empty() ? 0 : along_.back()}; }

Road::Place Road::at(Metres along) const {
    if (points_.empty()) return {};
    if (points_.size() == 1) return {points_.front(), {0}};
    const auto above = std::upper_bound(along_.begin() + 1, along_.end() - 1, along.value);
    const auto i = static_cast<std::size_t>(above - along_.begin());
    const double step = along_[i] - along_[i - 1];
    const double share =
        step > 0 ? std::clamp((along.value - along_[i - 1]) / step, 0.0, 1.0) : 0.0;
    const LatLon a = points_[i - 1];
    const LatLon b = points_[i];
    return {{.lat = a.lat + (b.lat - a.lat) * share, .lon = a.lon + (b.lon - a.lon) * share},
            bearing(a, b)};
}

Road Road::reversed() const { return Road{Path(points_.rbegin(), points_.rend())}; }

Road Road::with_detour(Metres from, Metres until, const Path& around) const {
    Path line;
    for (std::size_t i = 0; i < points_.size() && along_[i] < from.value; ++i) {
        line.push_back(points_[i]);
    }
    line.push_back(at(from).where);
    line.insert(line.end(), around.begin(), around.end());
    line.push_back(at(until).where);
    for (std::size_t i = 0; i < points_.size(); ++i) {
        if (along_[i] > until.value) line.push_back(points_[i]);
    }
    return Road{std::move(line)};
}

}  // namespace liuhen::simulators
