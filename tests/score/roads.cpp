#include "tests/score/roads.hpp"

#include "geofence/roads/opl.hpp"
#include "tests/score/line.hpp"
#include "tests/score/random.hpp"

#include <cstdio>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

namespace liuhen::score {
namespace {

namespace roads = geofence::roads;

std::string quoted(const std::string& text) {
    std::string safe = "'";
    for (const char c : text) safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return safe + "'";
}

void take(std::vector<roads::Way>& ways, const std::string& line) {
    auto way = roads::read_way(line, {});
    if (way && *way) ways.push_back(std::move(**way));
}

std::vector<roads::Way> through_osmium(const std::filesystem::path& extract) {
    const std::string command =
        "osmium tags-filter --no-progress " + quoted(extract.string()) +
        " w/highway -f pbf -o - 2>/dev/null | osmium add-locations-to-ways --no-progress -F pbf - "
        "-f opl,locations_on_ways=true -o - 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
    std::vector<roads::Way> ways;
    if (!pipe) return ways;
    std::string line;
    std::vector<char> piece(1U << 16U);
    while (std::fgets(piece.data(), static_cast<int>(piece.size()), pipe.get()) != nullptr) {
        line += piece.data();
        if (line.back() != '\n') continue;
        line.pop_back();
        take(ways, line);
        line.clear();
    }
    return ways;
}

}  // namespace

std::optional<std::vector<roads::Way>> ways_of(const std::filesystem::path& extract) {
    if (!std::filesystem::exists(extract)) return std::nullopt;
    std::vector<roads::Way> ways;
    if (extract.extension() == ".opl") {
        std::ifstream in(extract);
        for (std::string line; std::getline(in, line);) take(ways, line);
    } else {
        ways = through_osmium(extract);
    }
    if (ways.empty()) return std::nullopt;
    return ways;
}

std::vector<roads::Way> ways_of_kubicka(const std::filesystem::path& nodes) {
    std::vector<LatLon> places;
    std::ifstream in(nodes);
    for (LatLon p; in >> p.lon >> p.lat;) places.push_back(p);
    std::ifstream arcs(std::filesystem::path(nodes).replace_extension(".arcs"));
    std::set<std::pair<std::size_t, std::size_t>> pieces;
    for (std::size_t from = 0, to = 0; arcs >> from >> to;) {
        if (from < places.size() && to < places.size()) pieces.emplace(from, to);
    }
    std::vector<roads::Way> ways;
    for (const auto& [from, to] : pieces) {
        const bool both = pieces.contains({to, from});
        if (both && to < from) continue;
        roads::Way way;
        way.id = static_cast<std::int64_t>(ways.size());
        way.built_as = roads::RoadClass::tertiary;
        way.one_way = !both;
        way.speed = from_kmh(45);
        way.nodes = {{static_cast<std::int64_t>(from), places[from]},
                     {static_cast<std::int64_t>(to), places[to]}};
        ways.push_back(std::move(way));
    }
    return ways;
}

std::vector<roads::Way> invented_ways(std::uint64_t seed) {
    constexpr int across = 12;
    constexpr double block = 1'800;  // metres between crossings, shaken
    Random random(seed);
    const LatLon corner{.lat = 28.1, .lon = 119.6};
    std::vector<LatLon> places;
    for (int i = 0; i < across * across; ++i) {
        const double east = block * (i % across) + random.normal(300);
        const double north = block * (i / across) + random.normal(300);
        places.push_back(moved(corner, {east, north}));
    }
    std::vector<roads::Way> ways;
    const auto add = [&](int a, int b) {
        roads::Way way;
        way.id = static_cast<std::int64_t>(ways.size());
        way.built_as = random.chance(0.3) ? roads::RoadClass::primary : roads::RoadClass::tertiary;
        way.speed = roads::usual_speed(way.built_as);
        const LatLon from = places[static_cast<std::size_t>(a)];
        const Offset step = between(from, places[static_cast<std::size_t>(b)]);
        const Offset side{step.north / length_of(step), -step.east / length_of(step)};
        way.nodes.push_back({a, from});
        for (int k = 1; k < 12; ++k) {  // bends
            const LatLon at = moved(from, step * (k / 12.0));
            way.nodes.push_back({1'000 + way.id * 20 + k, moved(at, side * random.normal(25))});
        }
        way.nodes.push_back({b, places[static_cast<std::size_t>(b)]});
        ways.push_back(std::move(way));
    };
    for (int i = 0; i < across * across; ++i) {
        if (i % across + 1 < across && random.chance(0.85)) add(i, i + 1);
        if (i / across + 1 < across && random.chance(0.85)) add(i, i + across);
    }
    return ways;
}

std::vector<Path> paths_of_wkt(const std::string& text) {
    std::vector<Path> paths;
    Path path;
    std::string pair;
    const auto end_pair = [&] {
        LatLon p;
        if (std::istringstream(pair) >> p.lon >> p.lat) path.push_back(p);
        pair.clear();
    };
    for (const char c : text.substr(std::min(text.find('('), text.size()))) {
        if (c == ',' || c == ')') end_pair();
        if (c == ')' && !path.empty()) {
            paths.push_back(path);
            path.clear();
        }
        if (c != ',' && c != '(' && c != ')') pair += c;
    }
    return paths;
}

std::map<int, std::vector<Path>> true_routes(const std::filesystem::path& csv) {
    std::map<int, std::vector<Path>> routes;
    std::ifstream in(csv);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        const auto comma = line.find(',');
        if (comma == std::string::npos) continue;
        routes[std::stoi(line.substr(0, comma))] = paths_of_wkt(line.substr(comma + 1));
    }
    return routes;
}

}  // namespace liuhen::score
