// A revision of an alert as the CloudEvents 1.0 body that readers of the feed get.
#pragma once

#include "server/store/alerts.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace liuhen::server {

/// `data` of the event: alert, revision, kind, tier, grade, manifest_no(s), plate, since, until,
/// detected_at, late, rule_set, evidence.
nlohmann::json alert_data(const store::AlertRow& row);

/// The structured-mode JSON event, `id` = "alert.revision", `type` = "liuhen.alert.raised.v1" and
/// so on. The same row always gives the same bytes. Throws when the evidence is no JSON.
std::string event_json(const store::AlertRow& row);

}  // namespace liuhen::server
