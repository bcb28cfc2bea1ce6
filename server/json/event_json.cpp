#include "server/json/event_json.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server {

using nlohmann::json;

json alert_data(const store::AlertRow& row) {
    json data{{"alert", row.alert},
              {"revision", row.revision},
              {"kind", row.kind},
              {"tier", std::string(1, row.tier)},
              {"grade", row.grade},
              {"trip", row.trip_id},
              {"vehicle", row.vehicle_id},
              {"plate", row.plate},
              {"manifest_no", nullptr},
              {"manifest_nos", row.manifest_nos},
              {"since", to_iso(row.since)},
              {"until", nullptr},
              {"detected_at", to_iso(row.detected_at)},
              {"late", row.late},
              {"rule_set", row.rule_set},
              {"evidence", json::parse(row.evidence)}};
    if (!row.manifest_nos.empty()) data["manifest_no"] = row.manifest_nos.front();
    if (row.until) data["until"] = to_iso(*row.until);
    return data;
}

std::string event_json(const store::AlertRow& row) {
    const json event{{"specversion", "1.0"},
                     {"id", row.alert + "." + std::to_string(row.revision)},
                     {"source", "urn:liuhen:watch"},
                     {"type", "liuhen.alert." + row.what + ".v1"},
                     {"subject", row.alert},
                     {"time", to_iso(row.recorded_at)},
                     {"datacontenttype", "application/json"},
                     {"data", alert_data(row)}};
    return event.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace liuhen::server
