#include "server/store/legs.hpp"

#include "server/store/sql_text.hpp"
#include "server/store/text_array.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <utility>

namespace liuhen::server::store {
namespace {

std::optional<Instant> instant_of(const pqxx::row& row, const char* column) {
    if (row[column].is_null()) return std::nullopt;
    return instant_from_ms(row[column].as<std::int64_t>());
}

Leg read_leg(const pqxx::row& row) {
    Leg leg;
    leg.id = {row["id"].c_str()};
    leg.manifest = {row["manifest_id"].c_str()};
    leg.manifest_no = row["no"].c_str();
    leg.vehicle = {row["vehicle_id"].c_str()};
    leg.route = {row["route_id"].c_str()};  // c_str() of a null is empty
    leg.route_version = row["route_version"].as<int>(0);
    leg.origin = {row["origin_id"].c_str()};
    leg.destination = {row["destination_id"].c_str()};
    leg.armed_at = instant_of(row, "armed_ms").value_or(Instant{});
    leg.departed_at = instant_of(row, "departed_ms");
    leg.arrived_at = instant_of(row, "arrived_ms");
    leg.ended_at = instant_of(row, "ended_ms");
    if (!row["due"].is_null()) {
        if (const auto due = parse_iso(row["due"].c_str())) leg.due_at = *due;
    }
    if (!row["declared_g"].is_null()) leg.declared = Grams{row["declared_g"].as<std::int64_t>()};
    leg.rule_set = row["rule_set"].c_str();
    if (!row["locks"].is_null()) {
        for (const auto& lock : nlohmann::json::parse(row["locks"].c_str())) {
            leg.locks.push_back({lock.get<std::string>()});
        }
    }
    return leg;
}

std::vector<VehicleId> ids_of(const pqxx::result& rows) {
    std::vector<VehicleId> ids;
    for (const auto& row : rows) ids.push_back({row[0].c_str()});
    return ids;
}

geofence::GrantedOpening read_opening(const pqxx::row& row) {
    return {.lock = {row["lock"].c_str()},
            .during = {instant_of(row, "from_ms"), instant_of(row, "until_ms")}};
}

/// When the locks of vehicles may be open on their way (docs/unlocking.md), each since the first of
/// its legs: windows of its locks as far as they were open, and inspections, under which every lock
/// may be. In the order of the vehicles.
std::vector<std::vector<geofence::GrantedOpening>> granted_openings(
    pqxx::transaction_base& transaction, const std::vector<VehicleId>& vehicles,
    const std::vector<std::vector<Leg>>& legs) {
    const auto rows = transaction.exec_params(
        "SELECT asked.place, lock, (extract(epoch FROM granted.since) * 1000)::bigint AS from_ms,"
        " (extract(epoch FROM until) * 1000)::bigint AS until_ms"
        " FROM unnest($1::uuid[], $2::timestamptz[]) WITH ORDINALITY AS asked (id, first, place)"
        " CROSS JOIN LATERAL (SELECT * FROM ("
        "  SELECT l.number AS lock, w.opened_at AS since, least(w.closed_at, w.until) AS until"
        "   FROM unlock_windows w JOIN locks l ON l.id = w.lock_id WHERE w.vehicle_id = asked.id"
        "  UNION SELECT '', lower(i.during), upper(i.during) FROM inspections i"
        "   WHERE i.vehicle_id = asked.id) every"
        "  WHERE until >= asked.first ORDER BY since DESC, lock, until LIMIT $3) granted"
        " ORDER BY asked.place, granted.since, lock DESC, until DESC",
        text_array(vehicles, [](const VehicleId& one) { return one.text; }),
        text_array(legs,
                   [](const std::vector<Leg>& of_one) {
                       return of_one.empty() ? std::string{"infinity"}
                                             : to_iso(of_one.front().armed_at);
                   }),
        max_granted);
    std::vector<std::vector<geofence::GrantedOpening>> granted(vehicles.size());
    for (const auto& row : rows)
        granted[row["place"].as<std::size_t>() - 1].push_back(read_opening(row));
    return granted;
}

/// Gives each leg the openings that touch its time.
void share_out(const std::vector<geofence::GrantedOpening>& granted, std::vector<Leg>& legs) {
    for (Leg& leg : legs) {
        for (const auto& one : granted) {
            const bool over = one.during.until && *one.during.until < leg.armed_at;
            const bool later = leg.ended_at && one.during.from && *one.during.from > *leg.ended_at;
            if (!over && !later) leg.granted.push_back(one);
        }
    }
}

}  // namespace

std::vector<std::vector<Leg>> legs_of(pqxx::transaction_base& transaction,
                                      const std::vector<VehicleId>& vehicles) {
    // A trip's leg is counted by its id: "<manifest>" is the first, "<manifest>-2" the second.
    const auto rows = transaction.exec_params(
        "SELECT asked.place, found.* FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (id, place) "
        "CROSS JOIN LATERAL ("
        "SELECT t.id, t.armed_at, t.manifest_id, m.no, t.vehicle_id, t.route_id, t.route_version, "
        "t.origin_id, t.destination_id, t.rule_set, "
        "(extract(epoch FROM t.armed_at) * 1000)::bigint AS armed_ms, "
        "(extract(epoch FROM t.departed_at) * 1000)::bigint AS departed_ms, "
        "(extract(epoch FROM t.arrived_at) * 1000)::bigint AS arrived_ms, "
        "(extract(epoch FROM t.ended_at) * 1000)::bigint AS ended_ms, "
        "l.leg -> 'locks' AS locks, "
        "CASE WHEN coalesce((l.leg ->> 'returning')::boolean, false) THEN NULL "
        " WHEN m.document #> ARRAY['legs', n.leg::text] IS NULL"
        "  THEN m.document ->> 'planned_arrive_at' "
        " ELSE l.leg ->> 'planned_handover_at' END AS due, "
        "(SELECT sum(coalesce(line ->> 'sent_g', line ->> 'planned_g')::bigint)::bigint"
        " FROM jsonb_array_elements(m.document -> 'lines') AS line) AS declared_g "
        "FROM trips t JOIN manifests m ON m.id = t.manifest_id "
        "CROSS JOIN LATERAL (SELECT coalesce(nullif(substr(t.id, 38), '')::int, 1) AS leg) n "
        "CROSS JOIN LATERAL (SELECT m.document #> ARRAY['legs', (n.leg - 1)::text] AS leg) l "
        "WHERE t.vehicle_id = asked.id "
        "ORDER BY t.armed_at DESC, t.id DESC LIMIT $2) found "
        "ORDER BY asked.place, found.armed_at, found.id",
        text_array(vehicles, [](const VehicleId& one) { return one.text; }), max_legs);
    std::vector<std::vector<Leg>> legs(vehicles.size());
    for (const auto& row : rows) {
        legs[row["place"].as<std::size_t>() - 1].push_back(read_leg(row));
    }
    if (rows.empty()) return legs;
    const auto granted = granted_openings(transaction, vehicles, legs);
    for (std::size_t i = 0; i < legs.size(); ++i) share_out(granted[i], legs[i]);
    return legs;
}

std::vector<Leg> legs_of(pqxx::transaction_base& transaction, const VehicleId& vehicle) {
    return std::move(legs_of(transaction, std::vector{vehicle}).front());
}

std::vector<VehicleId> vehicles_under_way(pqxx::transaction_base& transaction) {
    return ids_of(transaction.exec("SELECT DISTINCT vehicle_id FROM trips WHERE ended_at IS NULL"));
}

std::vector<VehicleId> vehicles_of(pqxx::transaction_base& transaction,
                                   const ManifestId& manifest) {
    return ids_of(transaction.exec_params(
        "SELECT DISTINCT vehicle_id FROM trips WHERE manifest_id = $1", manifest.text));
}

ManifestId manifest_of(pqxx::transaction_base& transaction, const TripId& trip) {
    const auto rows =
        transaction.exec_params("SELECT manifest_id FROM trips WHERE id = $1", trip.text);
    return rows.empty() ? ManifestId{} : ManifestId{rows[0][0].c_str()};
}

}  // namespace liuhen::server::store
