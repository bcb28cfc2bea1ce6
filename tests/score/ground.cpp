#include "tests/score/ground.hpp"

#include "geofence/roads/road_corridor.hpp"
#include "geofence/roads/route_finder.hpp"
#include "tests/score/roads.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iostream>

namespace liuhen::score {
namespace {

namespace roads = geofence::roads;

constexpr double shortest = 7'000;  // metres of a course
constexpr double longest = 60'000;
constexpr double half_width = 50;

/// Speeds of a lorry: what the road is built for, less in bends (lateral 1.2 m/s2).
std::vector<double> speeds_of(const Line& line, const std::function<double(double)>& built_for) {
    std::vector<double> speeds;
    for (double along = 0; along <= line.length(); along += speed_step) {
        const Offset a = line.heading(std::max(0.0, along - 20));
        const Offset b = line.heading(std::min(line.length(), along + 20));
        const double cosine = std::clamp(a.east * b.east + a.north * b.north, -1.0, 1.0);
        const double radius = 40 / std::max(std::acos(cosine), 0.02);
        speeds.push_back(std::max(2.5, std::min(built_for(along), std::sqrt(1.2 * radius))));
    }
    return speeds;
}

/// Where a branch really leaves the course and comes back: what it drives upon it is no branch.
std::optional<Branch> trimmed(const Line& course, Path path) {
    const Line way(std::move(path));
    if (way.length() < 100) return std::nullopt;
    double first = -1;
    double last = 0;
    Branch branch;
    for (double along = 0; along <= way.length(); along += 20) {
        const auto near = course.nearest(way.at(along));
        if (near.off > 30) {
            if (first < 0) first = along;
            last = along;
        }
        if (near.off > branch.off) {
            branch.off = near.off;
            branch.turn = along;
        }
    }
    if (first < 0) return std::nullopt;
    const double from = std::max(0.0, first - 40);
    const double to = std::min(way.length(), last + 40);
    branch.leaves = course.nearest(way.at(from)).along;
    branch.rejoins = course.nearest(way.at(to)).along;
    Path piece = way.piece(from, to);
    piece.front() = course.at(branch.leaves);
    piece.back() = course.at(branch.rejoins);
    branch.way = Line(std::move(piece));
    branch.turn = std::clamp(branch.turn - from, 0.0, branch.way.length());
    return branch;
}

/// Drawn out and back where no roads are known: leaves at a right angle, bends a little.
Branch drawn_spur(const Line& line, double along, double off, Random& random) {
    Path out;
    const double side = random.chance(0.5) ? 1 : -1;
    for (double d = 0; d < off; d += 60) {
        out.push_back(moved(beside(line, along, side * d), {random.normal(4), random.normal(4)}));
    }
    out.front() = line.at(along);
    out.push_back(beside(line, along, side * off));
    Path way = out;
    way.insert(way.end(), out.rbegin() + 1, out.rend());
    Branch spur{.leaves = along, .rejoins = along, .way = Line(std::move(way))};
    spur.turn = spur.way.length() / 2;
    spur.off = line.nearest(spur.way.at(spur.turn)).off;
    return spur;
}

Branch drawn_detour(const Line& line, double from, double to, double off) {
    Path way{line.at(from)};
    for (double d = 0; d <= 1; d += 0.05) {
        const double aside = off * std::min({1.0, d * 5, (1 - d) * 5});
        way.push_back(beside(line, from + (to - from) * d, aside));
    }
    way.push_back(line.at(to));
    Branch detour{.leaves = from, .rejoins = to, .way = Line(std::move(way))};
    detour.turn = detour.way.length() / 2;
    detour.off = line.nearest(detour.way.at(detour.turn)).off;
    return detour;
}

double extra_of(const Branch& branch) {
    return branch.way.length() - std::abs(branch.rejoins - branch.leaves);
}

/// A network and the ways over it that a course needs.
class Country {
public:
    Country(std::string name, std::span<const roads::Way> ways)
        : name_(std::move(name)), network_(ways) {}

    std::optional<Course> course(Random& random) const {
        const std::array ends{some_place(random), some_place(random)};
        if (distance(ends[0], ends[1]) < shortest * 0.4) return std::nullopt;
        const auto route = roads::find_route(network_, ends);
        if (!route || route->length.value < shortest || route->length.value > longest)
            return std::nullopt;
        Course course;
        course.name = name_;
        course.line = Line(route->path);
        course.stretch = roads::corridor_along(network_, *route, {half_width});
        course.speeds = speeds_of(course.line, [&](double along) { return speed(course, along); });
        add_tunnels(course, *route);
        add_branches(course, random);
        if (course.spurs.size() < 2 || course.detours.empty()) return std::nullopt;
        return course;
    }

private:
    LatLon some_place(Random& random) const {
        const int last = static_cast<int>(network_.junctions()) - 1;
        return network_.place_of(static_cast<roads::Junction>(random.whole(0, last)));
    }
    double speed(const Course& course, double along) const {
        const auto near = network_.near(course.line.at(along), {30});
        return near.empty() ? from_kmh(25).value : network_.road(near.front().road).speed;
    }
    void add_tunnels(Course& course, const roads::RoadRoute& route) const {
        for (const roads::Driven& driven : route.roads) {
            if (!network_.road(driven.road).in_tunnel) continue;
            const Line road{
                Path(network_.line(driven.road).begin(), network_.line(driven.road).end())};
            const double a = course.line.nearest(road.at(driven.from.value)).along;
            const double b = course.line.nearest(road.at(driven.to.value)).along;
            course.tunnels.push_back({std::min(a, b), std::max(a, b)});
        }
    }
    std::optional<Branch> way_by(const Course& course, double from, LatLon via, double to) const {
        const std::array stops{course.line.at(from), via, course.line.at(to)};
        const auto route = roads::find_route(network_, stops);
        if (!route) return std::nullopt;
        return trimmed(course.line, route->path);
    }
    void add_branches(Course& course, Random& random) const {
        const double length = course.line.length();
        for (int tries = 0; tries < 14 && course.spurs.size() < 5; ++tries) {
            const double along = random.between(0.1, 0.9) * length;
            const Offset aside{random.normal(700), random.normal(700)};
            const auto near = network_.near(moved(course.line.at(along), aside), {400});
            if (near.empty()) continue;
            const double off = course.line.nearest(near.front().at).off;
            if (off < 90 || off > 1'500) continue;
            auto spur = way_by(course, along, near.front().at, along);
            if (!spur || spur->way.length() > 9'000 || spur->off > 1'600) continue;
            if (std::abs(spur->leaves - spur->rejoins) > 4'000) continue;
            course.spurs.push_back(std::move(*spur));
        }
        for (int tries = 0; tries < 14 && course.detours.size() < 3; ++tries) {
            const double from = random.between(0.1, 0.6) * length;
            const double to = std::min(0.92 * length, from + random.between(1'500, 7'000));
            const Offset aside{random.normal(2'500), random.normal(2'500)};
            auto detour = way_by(course, from, moved(course.line.at((from + to) / 2), aside), to);
            if (!detour || detour->off < 150 || detour->rejoins <= detour->leaves) continue;
            if (extra_of(*detour) < 1'000 || extra_of(*detour) > 12'000) continue;
            course.detours.push_back(std::move(*detour));
        }
    }

    std::string name_;
    roads::RoadNetwork network_;
};

/// A course along a route that people drew as the true one; branches are drawn.
std::optional<Course> course_along(const std::string& name, const std::vector<Path>& lines,
                                   Random& random) {
    Path path;
    for (const Path& line : lines) path.insert(path.end(), line.begin(), line.end());
    for (std::size_t i = 1; i < path.size(); ++i) {
        if (distance(path[i - 1], path[i]) > 3'000) return std::nullopt;  // a hole in the route
    }
    if (path.size() < 2) return std::nullopt;
    Course course;
    course.name = name;
    course.line = Line(std::move(path));
    const double length = course.line.length();
    if (length < shortest || length > 2 * longest) return std::nullopt;
    course.stretch.line = course.line.points();
    course.stretch.half_widths.assign(course.stretch.line.size(), {half_width});
    const double usual = random.between(8, 15);
    course.speeds = speeds_of(course.line, [usual](double) { return usual; });
    for (int tries = 0; tries < 40 && course.spurs.size() < 5; ++tries) {
        const double off = random.between(90, 900);
        auto spur = drawn_spur(course.line, random.between(0.1, 0.9) * length, off, random);
        if (spur.off > 80) course.spurs.push_back(std::move(spur));
    }
    for (int tries = 0; tries < 40 && course.detours.size() < 3; ++tries) {
        const double from = random.between(0.1, 0.6) * length;
        const double off = random.between(500, 2'500) * (random.chance(0.5) ? 1 : -1);
        auto detour = drawn_detour(course.line, from, from + random.between(1'500, 4'000), off);
        if (detour.off < 150 || extra_of(detour) < 1'000) continue;
        course.detours.push_back(std::move(detour));
    }
    if (course.spurs.size() < 2 || course.detours.empty()) return std::nullopt;
    return course;
}

void add_network_courses(std::vector<Course>& courses, const std::string& name,
                         std::span<const roads::Way> ways, std::size_t wanted, Random& random) {
    if (ways.empty()) return;
    const Country country(name, ways);
    const std::size_t until = courses.size() + wanted;
    for (std::size_t tries = 0; courses.size() < until && tries < wanted * 12; ++tries) {
        if (auto course = country.course(random)) courses.push_back(std::move(*course));
    }
}

struct Share {
    std::vector<std::string> extracts;  ///< of data/roads/osm_extracts
    std::vector<std::string> networks;  ///< of data/roads/kubicka_networks
    std::vector<int> fifths;            ///< true routes by the rest of their number
};
Share share_of(Part part) {
    switch (part) {
        case Part::train:
            return {{"liechtenstein-latest"}, {"00000006", "00000014", "00000036"}, {0, 1}};
        case Part::tune:
            return {{}, {"00000050", "00000067"}, {2}};
        case Part::test:
            return {{"andorra"}, {"00000018", "00000071", "00000090"}, {3, 4}};
    }
    return {};
}

void add_true_routes(std::vector<Course>& courses, const Share& share,
                     const std::filesystem::path& trajectories, std::size_t wanted,
                     Random& random) {
    const std::size_t until = courses.size() + wanted;
    for (const auto& [name, file] :
         {std::pair{"kubicka", "kubicka100/routes.csv"}, {"hof", "hof_fcd/ground_truth.csv"}}) {
        for (const auto& [id, lines] : true_routes(trajectories / file)) {
            if (courses.size() >= until) return;
            if (std::ranges::find(share.fifths, id % 5) == share.fifths.end()) continue;
            auto course = course_along(name + ("-" + std::to_string(id)), lines, random);
            if (course) courses.push_back(std::move(*course));
        }
    }
}

}  // namespace

std::optional<Part> part_from(const std::string& name) {
    for (const Part part : {Part::train, Part::tune, Part::test}) {
        if (name == name_of(part)) return part;
    }
    return std::nullopt;
}

std::string name_of(Part part) {
    switch (part) {
        case Part::train:
            return "train";
        case Part::tune:
            return "tune";
        case Part::test:
            return "test";
    }
    return "";
}

std::vector<Course> invented_courses(std::uint64_t seed, std::size_t wanted) {
    Random random(mixed(seed, 77));
    std::vector<Course> courses;
    add_network_courses(courses, "invented", invented_ways(seed), wanted, random);
    return courses;
}

std::vector<Course> courses_of(Part part, const Sources& sources, std::uint64_t seed) {
    Random random(mixed(seed, static_cast<std::uint64_t>(part), 3));
    std::vector<Course> courses;
    for (const auto& file : sources.roads) {
        const auto ways = ways_of(file);
        if (!ways) std::cerr << "score: no roads in " << file << '\n';
        if (!ways) continue;
        add_network_courses(courses, file.stem().string(), *ways,
                            sources.courses / sources.roads.size(), random);
    }
    if (!sources.only_given && std::filesystem::exists(sources.shared / "roads")) {
        const Share share = share_of(part);
        const std::size_t each =
            sources.courses / (share.networks.size() + share.extracts.size() * 3 + 2) + 1;
        for (const auto& name : share.extracts) {
            const auto ways = ways_of(sources.shared / "roads/osm_extracts" / (name + ".osm.pbf"));
            if (ways) add_network_courses(courses, name, *ways, each * 3, random);
        }
        for (const auto& name : share.networks) {
            const auto file = sources.shared / "roads/kubicka_networks" / (name + ".nodes");
            add_network_courses(courses, "kubicka-net-" + name, ways_of_kubicka(file), each,
                                random);
        }
        add_true_routes(courses, share, sources.shared / "trajectories", each * 2, random);
    }
    if (courses.empty()) {
        courses = invented_courses(mixed(seed, 9 + static_cast<std::uint64_t>(part)),
                                   std::min<std::size_t>(sources.courses, 12));
    }
    return courses;
}

}  // namespace liuhen::score
