// A rule set in a file.
#pragma once

#include "geofence/rules.hpp"
#include "server/tools/replay_input.hpp"

namespace liuhen::server::replay {

/// The fault names the place: "new.json: /thresholds/silent: The number is out of its range."
Result<geofence::RuleSet, FileFault> read_rules(const std::filesystem::path& file);

}  // namespace liuhen::server::replay
