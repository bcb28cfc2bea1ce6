#include "server/device_route.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

namespace liuhen::server {
namespace {

constexpr double metres_a_degree = 111'320;  // of latitude
constexpr double part_of_half_width = 0.2;
constexpr double finest = 2, coarsest = 20;  // metres
constexpr double growth = 1.5;

// Distance of `p` from the straight piece `a` to `b`, on the plane that touches the earth at `a`:
// pieces of a route are short against it.
double off(LatLon p, LatLon a, LatLon b) {
    const double shrink = std::cos(a.lat * std::numbers::pi / 180);
    const double bx = (b.lon - a.lon) * shrink, by = b.lat - a.lat;
    const double px = (p.lon - a.lon) * shrink, py = p.lat - a.lat;
    const double length = bx * bx + by * by;
    const double along = length > 0 ? std::clamp((px * bx + py * by) / length, 0.0, 1.0) : 0;
    return std::hypot(px - along * bx, py - along * by) * metres_a_degree;
}

struct Drawn {
    Path points;
    double deviation = 0;
};

// Douglas and Peucker, without recursion: a route may have a hundred thousand points.
Drawn draw(const Path& line, double tolerance) {
    std::vector<char> kept(line.size(), 0);
    kept.front() = kept.back() = 1;
    Drawn drawn;
    std::vector<std::pair<std::size_t, std::size_t>> open{{0, line.size() - 1}};
    while (!open.empty()) {
        const auto [first, last] = open.back();
        open.pop_back();
        double farthest = 0;
        std::size_t at = first;
        for (std::size_t i = first + 1; i < last; ++i) {
            const double distance = off(line[i], line[first], line[last]);
            if (distance > farthest) {
                farthest = distance;
                at = i;
            }
        }
        if (farthest <= tolerance) {
            drawn.deviation = std::max(drawn.deviation, farthest);
            continue;
        }
        kept[at] = 1;
        open.emplace_back(first, at);
        open.emplace_back(at, last);
    }
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (kept[i] != 0) drawn.points.push_back(line[i]);
    }
    return drawn;
}

}  // namespace

DeviceRoute make_device_route(const Path& line, Metres half_width) {
    if (line.size() < 2) return {};
    double tolerance = std::clamp(half_width.value * part_of_half_width, finest, coarsest);
    Drawn drawn = draw(line, tolerance);
    while (drawn.points.size() > most_route_points) {
        tolerance *= growth;
        drawn = draw(line, tolerance);
    }
    const double width = std::ceil(2 * (half_width.value + drawn.deviation));
    return {std::move(drawn.points), Metres{drawn.deviation},
            static_cast<std::uint8_t>(std::min(width, widest_device_route.value))};
}

std::uint32_t device_route_number(const ManifestId& manifest) {
    const auto bytes = std::as_bytes(std::span{manifest.text});
    const auto number = static_cast<std::uint32_t>(hash64(bytes));
    return number == 0 ? 1 : number;
}

}  // namespace liuhen::server
