#include "server/store/manifest_routes.hpp"

#include "server/store/orders.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

constexpr std::chrono::hours deletion_open_for{24 * 7};  // the truck may stand switched off

// Given for a manifest that is over, not deleted since. One that was never said and has ended left
// nothing at the terminal.
constexpr const char* left_over =
    "SELECT o.id, o.terminal_id, o.number, o.said, o.ended_at IS NULL, o.command ->> 'route',"
    " o.manifest_id FROM orders o JOIN manifests m ON m.id = o.manifest_id"
    " WHERE o.kind = 'manifest_route' AND ($1 = '' OR o.manifest_id = NULLIF($1, '')::uuid)"
    " AND o.created_at > $2::timestamptz - interval '60 days'"
    " AND (o.said > 0 OR o.ended_at IS NULL)"
    " AND (m.vehicle_id IS DISTINCT FROM o.vehicle_id OR m.state NOT IN ('CARRIER_ASSIGNED',"
    " 'LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED', 'REJECTED', 'RETURNING'))"
    " AND NOT EXISTS (SELECT 1 FROM orders d WHERE d.manifest_id = o.manifest_id"
    " AND d.terminal_id = o.terminal_id AND d.kind = 'delete_areas' AND d.id > o.id)"
    " ORDER BY o.id LIMIT 1000";

NewOrder deletion(const pqxx::row& row, Instant now) {
    const nlohmann::json command{{"shape", "routes"},
                                 {"areas", {std::stoul(row[5].as<std::string>())}}};
    return {.terminal = row[1].as<std::string>(),
            .kind = "delete_areas",
            .command = command.dump(),
            .sealed = {},
            .by = {.token_id = {}, .person = {}, .role = "system", .party = {}},
            .reason = "the manifest is over",
            .now = now,
            .expires_at = now + deletion_open_for,
            .manifest = row[6].as<std::string>()};
}

}  // namespace

std::optional<ApprovedRoute> find_route(pqxx::transaction_base& db, const RouteId& route,
                                        Instant at) {
    const auto rows = db.exec_params(
        "SELECT ST_AsGeoJSON(line)::json ->> 'coordinates',"
        " (SELECT max(w) FROM unnest(half_widths_m) w) FROM route_versions"
        " WHERE route_id = NULLIF($1, '')::uuid"
        " AND version = route_watched(NULLIF($1, '')::uuid, $2::timestamptz)",
        route.text, to_iso(at));
    if (rows.empty()) return std::nullopt;
    return ApprovedRoute{rows[0][0].as<std::string>(), Metres{rows[0][1].as<double>()}};
}

RouteId route_of_trip(pqxx::transaction_base& db, const ManifestId& manifest) {
    const auto rows = db.exec_params(
        "SELECT route_id FROM trips WHERE manifest_id = NULLIF($1, '')::uuid"
        " AND ended_at IS NULL ORDER BY armed_at DESC LIMIT 1",
        manifest.text);
    return rows.empty() ? RouteId{} : RouteId{rows[0][0].c_str()};
}

VehicleId vehicle_of(pqxx::transaction_base& db, const std::string& terminal, Instant at) {
    const auto rows = db.exec_params(
        "SELECT vehicle_id FROM bindings WHERE terminal_id = $1::uuid"
        " AND during @> $2::timestamptz",
        terminal, to_iso(at));
    return rows.empty() ? VehicleId{} : VehicleId{rows[0][0].as<std::string>()};
}

std::vector<TerminalId> end_manifest_routes(pqxx::work& db,
                                            const std::optional<ManifestId>& manifest,
                                            Instant now) {
    std::vector<TerminalId> told;
    const auto rows =
        db.exec_params(left_over, manifest ? manifest->text : std::string{}, to_iso(now));
    for (const auto& row : rows) {
        if (row[4].as<bool>())
            end_order(db, row[0].as<std::string>(), "cancelled", "the manifest is over", now);
        if (row[3].as<int>() == 0) continue;
        insert_order(db, deletion(row, now));
        told.push_back({row[2].as<std::string>()});
    }
    return told;
}

}  // namespace liuhen::server::store
