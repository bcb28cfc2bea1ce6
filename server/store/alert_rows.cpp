#include "server/json/alert_json.hpp"
#include "server/store/alerts.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace liuhen::server::store {
namespace {

[[noreturn]] void unreadable(const AlertRow& row, const std::string& why) {
    throw std::runtime_error{"alert " + row.alert + " cannot be read back: " + why};
}

}  // namespace

AlertRow to_row(const geofence::AlertChange& change, std::string_view carrier_id,
                std::string_view plate, Instant recorded_at) {
    const geofence::Alert& alert = change.alert;
    return {.alert = alert.key,
            .revision = static_cast<std::int32_t>(alert.revision),
            .what = std::string{geofence::code(change.what)},
            .trip_id = alert.trip.text,
            .vehicle_id = alert.vehicle.text,
            .carrier_id = std::string{carrier_id},
            .plate = std::string{plate},
            .manifest_nos = alert.manifest_nos,
            .kind = std::string{geofence::code(alert.kind)},
            .tier = geofence::code(alert.tier).front(),
            .grade = alert.grade,
            .since = alert.since,
            .until = alert.until,
            .detected_at = alert.detected_at,
            .late = alert.late,
            .rule_set = alert.rule_set,
            .evidence = to_json(alert.evidence).dump(),
            .recorded_at = recorded_at};
}

geofence::Alert to_alert(const AlertRow& row) {
    const auto kind = geofence::kind_from_code(row.kind);
    if (!kind) unreadable(row, "unknown kind " + row.kind);
    auto evidence = evidence_from_json(nlohmann::json::parse(row.evidence));
    if (!evidence) unreadable(row, evidence.error());
    geofence::Alert alert;
    alert.key = row.alert;
    alert.trip = {row.trip_id};
    alert.vehicle = {row.vehicle_id};
    alert.manifest_nos = row.manifest_nos;
    alert.kind = *kind;
    alert.grade = static_cast<std::uint8_t>(row.grade);
    alert.tier = geofence::tier_of(*kind, alert.grade);
    alert.since = row.since;
    alert.until = row.until;
    alert.detected_at = row.detected_at;
    alert.late = row.late;
    alert.revision = static_cast<std::uint32_t>(row.revision);
    alert.withdrawn = row.what == geofence::code(geofence::AlertChange::What::withdrawn);
    alert.rule_set = row.rule_set;
    alert.evidence = std::move(*evidence);
    return alert;
}

}  // namespace liuhen::server::store
