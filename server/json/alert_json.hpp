// Evidence of alerts to and from JSON: `data.evidence` of the feed, stored as it is sent.
#pragma once

#include "base/result.hpp"
#include "geofence/alert.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace liuhen::server {

/// {fixes, fixes_total, locks, terms, gaps, where, place, would_clear}: times are ISO 8601, places
/// {lat, lon} in degrees, speeds km/h. Empty lists are written, unknown members are left out.
nlohmann::json to_json(const geofence::Evidence& evidence);

/// What `to_json` wrote, equal to the evidence it was written from. The fault is a sentence.
Result<geofence::Evidence, std::string> evidence_from_json(const nlohmann::json& json);

/// "sealed", "unsealed", …: the names of `--locks` files and of evidence.
std::string_view code(LockAction action);
std::optional<LockAction> lock_action_from_code(std::string_view code);
/// Names of a fix's signals as evidence has them: "power_cut", "body_lifted", …
std::optional<Signal> signal_from_code(std::string_view code);
/// "satellite", "cell_tower", "none".
std::optional<FixSource> fix_source_from_code(std::string_view code);

}  // namespace liuhen::server
