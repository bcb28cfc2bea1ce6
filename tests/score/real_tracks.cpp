#include "tests/score/real_tracks.hpp"

#include "geofence/roads/road_corridor.hpp"
#include "tests/score/roads.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

namespace liuhen::score {
namespace {

using geofence::Kind;
using geofence::Stretch;

constexpr double thinned_s = 10;    // of drives that report each second
constexpr double counts_s = 600;    // a longer hole is no time under way
constexpr double stop_off = 80;     // metres
constexpr double stop_lasts = 180;  // seconds
constexpr double stop_speed = 3;    // m/s, there and back
constexpr double truly_off = 0.95;  // of `stop_off`: routes bend, and come by again
constexpr double from_ends = 600;   // metres, as the generator's quiet places
const Instant epoch{std::chrono::hours(24 * 20'500)};

struct Point {
    double at{};
    LatLon where;
};

Journey journey_from(const std::string& name, const std::vector<Point>& points,
                     std::shared_ptr<const geofence::Corridor> corridor) {
    Journey journey;
    journey.id = name;
    journey.family = Family::count_;
    auto trip = std::make_shared<geofence::Trip>();
    trip->id = {name};
    trip->vehicle = {name};
    trip->carrying = {{name}};
    trip->corridor = std::move(corridor);
    trip->places = std::make_shared<const geofence::Places>();
    trip->rules = std::make_shared<const geofence::RuleSet>(geofence::RuleSet::standard());
    journey.trip = std::move(trip);
    std::uint64_t number = 0;
    double last = points.empty() ? 0 : points.front().at;
    for (const Point& point : points) {
        Fix fix;
        fix.at = Instant{std::chrono::milliseconds(std::llround(point.at * 1000))};
        fix.where = point.where;
        Sighting one;
        one.what = fix;
        one.hash = ++number;
        journey.arrivals.push_back({one, fix.at});
        if (point.at - last <= counts_s) journey.hours += (point.at - last) / 3600;
        last = point.at;
        journey.ends = fix.at;
    }
    return journey;
}

/// The true route's corridor: with the roads beside it where a network is known.
std::shared_ptr<const geofence::Corridor> corridor_of(const RealDrive& drive,
                                                      const std::filesystem::path& nodes) {
    std::vector<Stretch> stretches;
    const bool known = std::filesystem::exists(nodes);
    const auto ways = known ? ways_of_kubicka(nodes) : std::vector<geofence::roads::Way>{};
    const geofence::roads::RoadNetwork network(ways);
    for (const Path& line : drive.route) {
        if (Line(line).points().size() < 2) continue;
        geofence::roads::RoadRoute route;
        route.path = line;
        Stretch stretch{.line = line, .half_widths = {}};
        stretch.half_widths.assign(line.size(), geofence::roads::usual_half_width);
        stretches.push_back(
            known ? corridor_along(network, route, geofence::roads::usual_half_width) : stretch);
    }
    auto corridor = geofence::Corridor::from_stretches(stretches);
    if (!corridor) return nullptr;
    return std::make_shared<const geofence::Corridor>(std::move(*corridor));
}

std::vector<Point> points_of(const RealDrive& drive) {
    std::vector<Point> points;
    const bool dated = !drive.seconds.empty() && drive.seconds.front() > 1e9;
    const double shift = dated ? 0 : static_cast<double>(epoch.time_since_epoch().count()) / 1000;
    for (std::size_t i = 0; i < drive.places.size(); ++i) {
        const double at = drive.seconds[i] + shift;
        if (!dated && !points.empty() && at - points.back().at < thinned_s) continue;
        points.push_back({at, drive.places[i]});
    }
    return points;
}

/// A place beside the road, and where it leaves the road.
struct Spot {
    std::size_t after{};  ///< the last fix before it
    LatLon road;
    Offset side;  ///< of length 1
};

/// Nullopt where the truck stands, the receiver errs, an end of the route is near, or the place is
/// not as far off all of the route as it is off its road.
std::optional<Spot> spot_after(std::size_t i, const std::vector<Point>& points,
                               const geofence::Corridor& corridor, bool to_right) {
    const double step = points[i + 1].at - points[i].at;
    const Offset ahead = between(points[i].where, points[i + 1].where);
    const double length = length_of(ahead);
    if (step > 30 || length < 2 * step) return std::nullopt;
    const auto here = corridor.locate(points[i].where);
    if (here.off.value >= 25) return std::nullopt;
    const LatLon road = corridor.point_at(here.along);
    const bool at_end =
        std::min(distance(road, corridor.start()), distance(road, corridor.finish())) < from_ends;
    const Offset right{ahead.north / length, -ahead.east / length};
    const Offset side = right * (to_right ? 1.0 : -1.0);
    const auto there = corridor.locate(moved(road, side * stop_off));
    if (at_end || there.off.value < truly_off * stop_off) return std::nullopt;
    return Spot{.after = i, .road = road, .side = side};
}

/// The drive with a stop beside the road in it; real errors of the same drive are added to it.
std::optional<Journey> with_stop(const RealDrive& drive,
                                 const std::shared_ptr<const geofence::Corridor>& corridor,
                                 Random& random) {
    const auto points = points_of(drive);
    const auto tapes = errors_of(drive);
    if (points.size() < 30 || tapes.empty()) return std::nullopt;
    std::optional<Spot> spot;
    for (int tries = 0; tries < 200 && !spot; ++tries) {
        const int last = static_cast<int>(points.size()) - 10;
        const auto i = static_cast<std::size_t>(random.whole(10, last));
        spot = spot_after(i, points, *corridor, random.chance(0.5));
    }
    if (!spot) return std::nullopt;
    const auto& [at, road, side] = *spot;
    const ErrorTape& across = random.pick(tapes);
    const ErrorTape& along = random.pick(tapes);
    const double there = stop_off / stop_speed;
    const double total = 2 * there + stop_lasts;
    const double from = points[at].at;
    std::vector<Point> all(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    for (double t = thinned_s; t < total; t += thinned_s) {
        const double out = std::min({t * stop_speed, stop_off, (total - t) * stop_speed});
        const auto error = [&](const ErrorTape& tape) -> double {
            return tape[static_cast<std::size_t>(from + t) % tape.size()];
        };
        const Offset wrong{error(across), error(along)};
        all.push_back({from + t, moved(road, side * out + wrong)});
    }
    for (std::size_t i = at + 1; i < points.size(); ++i) {
        all.push_back({points[i].at + total, points[i].where});
    }
    Journey journey = journey_from(drive.name + "-stop", all, corridor);
    Label label{.family = Family::p1_dump_off_corridor};
    label.start = Instant{std::chrono::milliseconds(std::llround(from * 1000))};
    label.end = label.start + std::chrono::seconds(std::llround(total));
    label.counts_until = label.end + std::chrono::minutes(10);
    label.observable = label.start;
    label.kinds = {Kind::route_deviation, Kind::unplanned_stop, Kind::suspected_dumping};
    label.tier = geofence::Tier::b;
    journey.labels = {label};
    return journey;
}

RealSet set_of(const std::string& name, const std::vector<RealDrive>& drives,
               const std::filesystem::path& networks, Random random) {
    RealSet set{.name = name, .legal = {}, .with_stop = {}};
    for (const RealDrive& drive : drives) {
        if (drive.places.size() < 10) continue;
        std::string number = drive.name.substr(drive.name.rfind('-') + 1);
        number.insert(0, 8 - std::min<std::size_t>(8, number.size()), '0');
        const auto corridor = corridor_of(drive, networks / (number + ".nodes"));
        if (!corridor) continue;
        set.legal.push_back(journey_from(drive.name, points_of(drive), corridor));
        if (auto stop = with_stop(drive, corridor, random)) set.with_stop.push_back(*stop);
    }
    return set;
}

std::vector<std::string> cells_of(const std::string& line, char separator) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (c == separator && !quoted) cells.emplace_back();
        if (c != '"' && c != '\r' && (c != separator || quoted)) cells.back() += c;
    }
    return cells;
}

/// Points by name from a table; `zone` is put behind each time.
std::map<std::string, std::vector<Point>> table(const std::filesystem::path& file, char separator,
                                                std::array<std::size_t, 4> name_time_lat_lon,
                                                const std::string& zone) {
    std::map<std::string, std::vector<Point>> tracks;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const auto cells = cells_of(line, separator);
        const auto& [name, time, lat, lon] = name_time_lat_lon;
        if (cells.size() <= std::max({name, time, lat, lon})) continue;
        const auto at = parse_iso(cells[time] + zone);
        if (!at) continue;  // a heading
        Point point{.at = static_cast<double>(at->time_since_epoch().count()) / 1000, .where = {}};
        std::istringstream(cells[lat]) >> point.where.lat;
        std::istringstream(cells[lon]) >> point.where.lon;
        tracks[cells[name]].push_back(point);
    }
    for (auto& [name, points] : tracks) std::ranges::stable_sort(points, {}, &Point::at);
    return tracks;
}

/// Sixteen passes of one line; the corridor of each is all others. Trip 1103 took another street.
RealSet liverpool(const std::filesystem::path& trajectories) {
    RealSet set{.name = "Liverpool bus, 15 legal trips", .legal = {}, .with_stop = {}};
    const auto tracks =
        table(trajectories / "liverpool_bus14/route14_outbound.csv", ',', {2, 3, 4, 5}, "Z");
    for (const auto& [name, points] : tracks) {
        if (name == "1103") continue;
        std::vector<Path> lines(1);
        for (const auto& [other, pass] : tracks) {
            if (other == name) continue;
            for (const Point& point : pass) {
                const bool hole =
                    !lines.back().empty() && distance(lines.back().back(), point.where) > 400;
                if (hole) lines.emplace_back();
                lines.back().push_back(point.where);
            }
            lines.emplace_back();
        }
        std::erase_if(lines, [](const Path& line) { return Line(line).length() < 1; });
        auto corridor = geofence::Corridor::from_lines(lines, {60});
        if (!corridor) continue;
        set.legal.push_back(
            journey_from("liverpool-" + name, points,
                         std::make_shared<const geofence::Corridor>(std::move(*corridor))));
    }
    return set;
}

/// Garbage trucks at work: no route is approved, no site is known.
RealSet jersey(const std::filesystem::path& trajectories) {
    RealSet set{.name = "Jersey City garbage trucks, no corridor", .legal = {}, .with_stop = {}};
    const auto tracks =
        table(trajectories / "jersey_garbage_trucks/all_dedup.psv", '|', {2, 4, 0, 1}, "-05:00");
    for (const auto& [name, points] : tracks) {
        set.legal.push_back(journey_from("jersey-" + name, points, nullptr));
    }
    return set;
}

}  // namespace

RealSet real_set(const std::string& name, const std::filesystem::path& points,
                 const std::filesystem::path& truth, std::uint64_t seed) {
    return set_of(name, drives_of(name, points, truth), {}, Random(mixed(seed, 41)));
}

std::vector<RealSet> real_sets(const std::filesystem::path& shared, std::uint64_t seed) {
    const auto trajectories = shared / "trajectories";
    std::vector<RealSet> sets;
    sets.push_back(set_of("Hof cars", hof_drives(trajectories), {}, Random(mixed(seed, 42))));
    std::vector<RealDrive> mapped = kubicka_drives(trajectories);
    std::erase_if(mapped, [](const RealDrive& drive) {
        for (const ErrorTape& tape : errors_of(drive)) {
            int run = 0;
            for (const float error : tape) {
                run = std::abs(error) > 150 ? run + 1 : 0;
                if (run > 60) return true;
            }
        }
        return false;
    });
    sets.push_back(set_of("Kubicka, on mapped roads", mapped, shared / "roads/kubicka_networks",
                          Random(mixed(seed, 43))));
    sets.push_back(liverpool(trajectories));
    sets.push_back(jersey(trajectories));
    std::erase_if(sets, [](const RealSet& set) { return set.legal.empty(); });
    return sets;
}

}  // namespace liuhen::score
