// Rule sets as JSON: every threshold and weight of the watch by its name.
#pragma once

#include "geofence/rules.hpp"
#include "server/json/fault.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace liuhen::server {

/// `{version, thresholds: {name: number}, fusion: {intercept, …, signs: {code: {weight, none, full,
/// fades}}, pairings: {code: weight}}}`. Metres, seconds, metres a second.
nlohmann::ordered_json to_json(const geofence::RuleSet& rules);

/// What is not named keeps its standard value; what is named but unknown, of another type or out of
/// its range is a fault at its place below `pointer`. Nullopt when there is any.
std::optional<geofence::RuleSet> read_rule_set(const nlohmann::json& document,
                                               const std::string& pointer, Faults& faults);

}  // namespace liuhen::server
