#include "geofence/roads/route_finder.hpp"

#include "geofence/flat.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <queue>

namespace liuhen::geofence::roads {
namespace {

constexpr double yard_speed = 10 / 3.6;  // metres a second, across a yard to the road
constexpr double fastest = 80 / 3.6;     // no road is faster: the bound of what is still ahead
constexpr double ends_only_factor = 8;
constexpr double least_part = 0.01;         // metres of a road that are worth naming
constexpr std::size_t most_footholds = 12;  // roads tried at each place
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr RoadIndex no_road = std::numeric_limits<RoadIndex>::max();

double seconds(const Road& road, double metres) {
    const double factor = road.access == Access::ends_only ? ends_only_factor : 1;
    return metres / static_cast<double>(road.speed) * factor;
}

/// How a junction was reached best.
struct Reached {
    double cost = infinite;
    Junction before{};
    RoadIndex road = no_road;  ///< by which it was reached; of a foothold when `before` is itself
    bool backward = false;
    bool settled = false;
};

/// One search from a place to the next one.
class Search {
public:
    Search(const RoadNetwork& network, std::span<const Foothold> starts,
           std::span<const Foothold> ends, LatLon goal)
        : network_(network),
          starts_(starts),
          ends_(ends),
          plane_(goal),
          reached_(network.junctions()) {}

    /// The roads of the quickest way, or nothing when none leads there.
    std::optional<std::vector<Driven>> run() {
        try_direct();
        set_out();
        while (!open_.empty()) {
            const auto [bound, at] = open_.top();
            if (bound >= best_cost_) break;
            open_.pop();
            if (reached_[at].settled) continue;
            reached_[at].settled = true;
            arrive_from(at);
            go_on_from(at);
        }
        if (best_cost_ == infinite) return std::nullopt;
        return driven();
    }

private:
    using Open = std::pair<double, Junction>;

    [[nodiscard]] const Road& road_of(const Foothold& foothold) const {
        return network_.road(foothold.road);
    }
    [[nodiscard]] static double yard(const Foothold& foothold) {
        return foothold.off.value / yard_speed * ends_only_factor;
    }
    [[nodiscard]] double ahead(Junction junction) const {
        return norm(plane_.project(network_.place_of(junction))) * 0.97 / fastest;
    }

    /// From a start to an end on the same road.
    void try_direct() {
        for (const Foothold& start : starts_) {
            for (const Foothold& end : ends_) {
                if (start.road != end.road) continue;
                const Road& road = road_of(start);
                const double metres = end.along.value - start.along.value;
                if (metres < 0 && road.one_way) continue;
                const double cost = yard(start) + seconds(road, std::abs(metres)) + yard(end);
                if (cost >= best_cost_) continue;
                best_cost_ = cost;
                direct_ = Driven{.road = start.road, .from = start.along, .to = end.along};
            }
        }
    }

    void set_out() {
        for (const Foothold& start : starts_) {
            const Road& road = road_of(start);
            const double length = static_cast<double>(road.length);
            reach(road.to, yard(start) + seconds(road, length - start.along.value),
                  {.before = road.to, .road = start.road, .backward = false});
            if (road.one_way) continue;
            reach(road.from, yard(start) + seconds(road, start.along.value),
                  {.before = road.from, .road = start.road, .backward = true});
        }
    }

    void go_on_from(Junction at) {
        for (const Departure departure : network_.out_of(at)) {
            const Road& road = network_.road(departure.road);
            reach(departure.backward ? road.from : road.to,
                  reached_[at].cost + seconds(road, static_cast<double>(road.length)),
                  {.before = at, .road = departure.road, .backward = departure.backward});
        }
    }

    void reach(Junction junction, double cost, Reached how) {
        Reached& known = reached_[junction];
        if (known.settled || cost >= known.cost) return;
        how.cost = cost;
        known = how;
        open_.emplace(cost + ahead(junction), junction);
    }

    void arrive_from(Junction at) {
        for (const Foothold& end : ends_) {
            const Road& road = road_of(end);
            const auto arrive = [&](double metres, bool backward) {
                const double cost = reached_[at].cost + seconds(road, metres) + yard(end);
                if (cost >= best_cost_) return;
                best_cost_ = cost;
                direct_.reset();
                last_ = at;
                last_end_ = &end;
                last_backward_ = backward;
            };
            if (road.from == at) arrive(end.along.value, false);
            if (road.to == at && !road.one_way) {
                arrive(static_cast<double>(road.length) - end.along.value, true);
            }
        }
    }

    [[nodiscard]] Driven whole(RoadIndex index, bool backward) const {
        const Metres length{static_cast<double>(network_.road(index).length)};
        return backward ? Driven{.road = index, .from = length, .to = {}}
                        : Driven{.road = index, .from = {}, .to = length};
    }

    [[nodiscard]] std::vector<Driven> driven() const {
        if (direct_) return {*direct_};
        std::vector<Driven> way{whole(last_end_->road, last_backward_)};
        way.back().to = last_end_->along;
        for (Junction at = last_;; at = reached_[at].before) {
            const Reached& step = reached_[at];
            way.push_back(whole(step.road, step.backward));
            if (step.before != at) continue;
            const auto start = std::ranges::find(starts_, step.road, &Foothold::road);
            way.back().from = start->along;
            break;
        }
        std::ranges::reverse(way);
        return way;
    }

    const RoadNetwork& network_;
    std::span<const Foothold> starts_, ends_;
    FlatPlane plane_;
    std::vector<Reached> reached_;
    std::priority_queue<Open, std::vector<Open>, std::greater<>> open_;
    double best_cost_ = infinite;
    std::optional<Driven> direct_;
    Junction last_{};
    const Foothold* last_end_ = nullptr;
    bool last_backward_ = false;
};

LatLon between(LatLon a, LatLon b, double share) {
    return {.lat = a.lat + (b.lat - a.lat) * share, .lon = a.lon + (b.lon - a.lon) * share};
}

void add_point(RoadRoute& route, LatLon point) {
    if (!route.path.empty()) {
        if (route.path.back() == point) return;
        route.length += flat_distance(route.path.back(), point);
    }
    route.path.push_back(point);
}

/// The part of a road's line between two of its places, in the order of driving.
void add_line(RoadRoute& route, std::span<const LatLon> line, const Driven& part) {
    const auto [low, high] = std::minmax(part.from.value, part.to.value);
    Path points;
    double along = 0;
    for (std::size_t i = 1; i < line.size(); ++i) {
        const double length = flat_distance(line[i - 1], line[i]).value;
        const double end = along + length;
        if (end >= low && along <= high && length > 0) {
            const auto share = [&](double at) {
                return std::clamp((at - along) / length, 0.0, 1.0);
            };
            if (points.empty()) points.push_back(between(line[i - 1], line[i], share(low)));
            points.push_back(between(line[i - 1], line[i], share(high)));
        }
        along = end;
    }
    if (part.from > part.to) std::ranges::reverse(points);
    for (const LatLon point : points) add_point(route, point);
}

/// Ways of one tunnel that follow each other are one span.
void add_tunnel(RoadRoute& route, std::size_t first) {
    const std::size_t last = route.path.size() - 1;
    if (last <= first) return;
    if (!route.tunnels.empty() && route.tunnels.back().last == first) {
        route.tunnels.back().last = last;
    } else {
        route.tunnels.push_back({first, last});
    }
}

RouteFault fault(RouteFaultCode code, std::string detail, std::size_t stop) {
    return {.code = code, .detail = std::move(detail), .stop = stop};
}

Result<std::vector<std::vector<Foothold>>, RouteFault> footholds_of(
    const RoadNetwork& network, std::span<const LatLon> places) {
    std::vector<std::vector<Foothold>> all;
    for (std::size_t i = 0; i < places.size(); ++i) {
        auto near = network.near(places[i], yard_reach);
        if (near.empty()) {
            return fail(
                fault(RouteFaultCode::no_road_near,
                      "no road for this lorry within 1500 m of place " + std::to_string(i + 1), i));
        }
        near.resize(std::min(near.size(), most_footholds));
        all.push_back(std::move(near));
    }
    return all;
}

}  // namespace

std::string_view code(RouteFaultCode fault) {
    constexpr std::array<std::string_view, 3> codes{"stops", "no_road_near", "no_way"};
    return codes[static_cast<std::size_t>(fault)];
}

Result<RoadRoute, RouteFault> find_route(const RoadNetwork& network,
                                         std::span<const LatLon> places) {
    if (places.size() < 2 || places.size() > max_stops) {
        return fail(fault(RouteFaultCode::stops, "a route leads through 2 to 50 places", 0));
    }
    const auto footholds = footholds_of(network, places);
    if (!footholds) return fail(footholds.error());
    RoadRoute route;
    double driving = 0;
    add_point(route, places.front());
    route.stops.push_back(0);
    for (std::size_t i = 1; i < places.size(); ++i) {
        const auto way = Search(network, (*footholds)[i - 1], (*footholds)[i], places[i]).run();
        if (!way) {
            return fail(fault(RouteFaultCode::no_way,
                              "no roads lead from place " + std::to_string(i) + " to place " +
                                  std::to_string(i + 1),
                              i - 1));
        }
        for (const Driven& part : *way) {
            if (std::abs(part.to.value - part.from.value) < least_part) continue;
            const std::size_t entered = route.path.size() - 1;
            add_line(route, network.line(part.road), part);
            if (network.road(part.road).in_tunnel) add_tunnel(route, entered);
            driving += std::abs(part.to.value - part.from.value) /
                       static_cast<double>(network.road(part.road).speed);
            route.roads.push_back(part);
        }
        add_point(route, places[i]);
        route.stops.push_back(route.path.size() - 1);
    }
    route.duration = std::chrono::seconds(std::llround(driving));
    return route;
}

}  // namespace liuhen::geofence::roads
