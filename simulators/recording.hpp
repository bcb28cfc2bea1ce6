// A recorded track to be sent as a truck: `time,lat,lon[,speed_kmh,direction_deg,satellites]`.
#pragma once

#include "simulators/scenario.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace liuhen::simulators {

inline constexpr std::size_t max_recorded_fixes = 200'000;

/// Reads a track with a header line; time is ISO 8601 or epoch seconds, columns in any order,
/// unknown columns are passed over. Sorted by time. The fault's pointer is "line N".
Result<std::vector<Fix>, ScenarioFault> parse_recording(std::string_view csv);
Result<std::vector<Fix>, ScenarioFault> load_recording(const std::filesystem::path& file);

/// The line of a GeoJSON LineString, or the lines of a MultiLineString one after the other; also
/// as geometry of a Feature or of the first feature of a collection.
Result<Path, ScenarioFault> load_route(const std::filesystem::path& file);

/// Adds a truck with devices of its own that sends the recording once: with a manifest when there
/// is a route (from circles around the track's ends), without one otherwise. Fault: the scenario
/// lacks a carrier, or a producer or receiver for the manifest.
Result<Scenario, ScenarioFault> with_recording(Scenario scenario, std::vector<Fix> recording,
                                               std::optional<Path> route, Metres width);

}  // namespace liuhen::simulators
