// Reading of real networks and true routes for the grounds.
#pragma once

#include "geofence/roads/network.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::score {

/// Ways of an extract, through `osmium` unless it is .opl already. Nullopt: cannot be read.
std::optional<std::vector<geofence::roads::Way>> ways_of(const std::filesystem::path& extract);

/// One of Kubicka's networks (`.nodes` and `.arcs`) as ways; empty when absent.
std::vector<geofence::roads::Way> ways_of_kubicka(const std::filesystem::path& nodes);

/// A net of streets over invented hills.
std::vector<geofence::roads::Way> invented_ways(std::uint64_t seed);

/// True routes of a CSV `id,WKT`, by id.
std::map<int, std::vector<Path>> true_routes(const std::filesystem::path& csv);

/// The coordinate pairs of a WKT geometry, one path for each bracket.
std::vector<Path> paths_of_wkt(const std::string& text);

}  // namespace liuhen::score
