// Files of a recorded drive: route and sites as GeoJSON, track and lock events as CSV.
#pragma once

#include "base/observation.hpp"
#include "base/result.hpp"
#include "geofence/corridor.hpp"
#include "geofence/zone.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace liuhen::server::replay {

/// What is wrong with a file, ready to print: "track.csv:12:3: lat is not a number: \"x\"".
struct FileFault {
    std::string text;
};

inline constexpr std::uintmax_t max_file_bytes = 512u << 20;

/// A LineString or MultiLineString, bare, as a Feature, or as the only lines of a collection.
struct Route {
    std::vector<Path> lines;
    geofence::Corridor corridor;
};
Result<Route, FileFault> read_route(const std::filesystem::path& file, Metres half_width);

/// Features with `kind` (a site kind) and `name`: Polygon, MultiPolygon, or Point with `radius_m`.
Result<std::vector<geofence::Site>, FileFault> read_sites(const std::filesystem::path& file);

/// `time,lat,lon[,speed_kmh,direction_deg,satellites,odometer_m,recorder_speed_kmh,mass_kg,
/// ignition,signals,source]`, named in the first line, in any order of columns; other columns are
/// ignored. Time is ISO 8601 with a zone, or seconds since 1970; `ignition` 0 or 1; `signals` names
/// of docs/alerts.md with a blank between; `source` satellite, cell_tower or none.
Result<std::vector<Sighting>, FileFault> read_track(const std::filesystem::path& file);

/// `time,lock,action[,lat,lon]`, actions as in docs/alerts.md, the place the lock's own.
Result<std::vector<Sighting>, FileFault> read_locks(const std::filesystem::path& file);

}  // namespace liuhen::server::replay
