// Recorded tracks read for scoring, and their run through the watch.
#pragma once

#include "geofence/watch.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace liuhen::test {

/// Cells of a CSV line; quoted cells may hold commas.
inline std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            cells.emplace_back();
        } else if (c != '\r') {
            cells.back() += c;
        }
    }
    return cells;
}

/// The coordinate pairs of a WKT geometry, one path for each bracket.
inline std::vector<Path> paths_of_wkt(const std::string& text) {
    std::vector<Path> paths;
    Path path;
    std::string pair;
    const auto end_pair = [&] {
        if (pair.empty()) return;
        LatLon p;
        std::istringstream(pair) >> p.lon >> p.lat;
        path.push_back(p);
        pair.clear();
    };
    for (const char c : text.substr(std::min(text.find('('), text.size()))) {
        if (c == ',' || c == ')') {
            end_pair();
            if (c == ')' && !path.empty()) {
                paths.push_back(path);
                path.clear();
            }
        } else if (c != '(') {
            pair += c;
        }
    }
    return paths;
}

inline geofence::Trip recorded_trip(const std::string& name, const std::vector<Path>& lines,
                                    Metres half_width, std::vector<geofence::Site> sites = {}) {
    geofence::Trip trip;
    trip.id = {name};
    trip.vehicle = {name};
    trip.carrying = {{name}};
    trip.corridor = std::make_shared<const geofence::Corridor>(
        geofence::Corridor::from_lines(lines, half_width).value());
    trip.places =
        std::make_shared<const geofence::Places>(geofence::Places::from(std::move(sites)).value());
    trip.rules = std::make_shared<const geofence::RuleSet>(geofence::RuleSet::standard());
    return trip;
}

inline Sighting sighting(Instant at, LatLon where, std::uint64_t number) {
    Fix fix;
    fix.at = at;
    fix.where = where;
    Sighting one;
    one.what = fix;
    one.hash = number;
    return one;
}

/// The trips of the Liverpool bus line by name, each by time.
inline std::map<std::string, std::vector<Sighting>> liverpool_trips(
    const std::filesystem::path& file) {
    std::map<std::string, std::vector<Sighting>> trips;
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    std::uint64_t number = 0;
    while (std::getline(in, line)) {
        const auto cells = cells_of(line);
        const LatLon where{.lat = std::stod(cells.at(4)), .lon = std::stod(cells.at(5))};
        trips[cells.at(2)].push_back(
            sighting(parse_iso(cells.at(3) + "Z").value(), where, ++number));
    }
    for (auto& [name, track] : trips) {
        std::ranges::stable_sort(track, {}, [](const Sighting& one) { return time_of(one.what); });
    }
    return trips;
}

/// Alerts that stand after the whole track, by kind.
inline std::map<std::string, int> alerts_of(const geofence::Trip& trip,
                                            const std::vector<Sighting>& track) {
    geofence::Watch watch(std::make_shared<const geofence::Trip>(trip));
    for (const Sighting& one : track) watch.observe({&one, 1}, time_of(one.what));
    std::map<std::string, int> counts;
    for (const auto& alert : watch.standing()) ++counts[std::string(code(alert.kind))];
    return counts;
}

}  // namespace liuhen::test
