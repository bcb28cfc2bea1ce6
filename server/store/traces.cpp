#include "server/store/traces.hpp"

#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {
namespace {

using nlohmann::json;

// What the truck carried at some time from `from_at` to `until_at` of row `t`, as far as the caller
// may see it: weights as sent, as far as signed for, else as planned.
constexpr const char* carried =
    "(SELECT coalesce(json_agg(json_build_object('id', m.id, 'no', m.no, 'state', m.state,"
    " 'trip', r.id, 'from', " LIUHEN_ISO("r.armed_at") ", 'until', " LIUHEN_ISO("r.ended_at") ","
    " 'producer', m.document #>> '{producer,name}', 'receiver', m.document #>> '{receiver,name}',"
    " 'waste_codes', (SELECT coalesce(json_agg(DISTINCT l ->> 'code'), '[]')"
    "  FROM jsonb_array_elements(m.document -> 'lines') l WHERE l ? 'code'),"
    " 'declared_g', (SELECT sum(coalesce(l ->> 'sent_g', l ->> 'planned_g')::bigint)::bigint"
    "  FROM jsonb_array_elements(m.document -> 'lines') l)) ORDER BY r.armed_at, r.id), '[]')"
    " FROM trips r JOIN manifests m ON m.id = r.manifest_id WHERE r.vehicle_id = v.id"
    " AND r.armed_at <= t.until_at AND coalesce(r.ended_at, 'infinity') > t.from_at)";

constexpr const char* vehicle_fields =
    "'vehicle', v.id, 'plate', v.plate, 'plate_colour', v.plate_colour,"
    " 'carrier', json_build_object('id', p.id, 'name', p.name)";

constexpr const char* of_vehicles =
    " JOIN vehicles v ON v.key = t.vehicle_key JOIN parties p ON p.id = v.carrier_id";

Traced read(const pqxx::result& rows) {
    Traced found;
    for (const auto& row : rows) {
        found.total = row[0].as<std::int64_t>();
        found.items.push_back(json::parse(row[1].c_str()));
        found.items.back()["rank"] = found.items.size();
    }
    return found;
}

std::string text(double number) { return pqxx::to_string(number); }

std::string seconds(std::chrono::seconds time) { return std::to_string(time.count()) + " s"; }

}  // namespace

Traced trace_near(pqxx::transaction_base& db, const NearQuestion& asked) {
    // Trucks are chosen before their manifests are looked up.
    static const std::string sql =
        std::string{
            "SELECT t.total, json_build_object('first_at', " LIUHEN_ISO("t.from_at")
            ", 'last_at', " LIUHEN_ISO("t.until_at") ", 'fixes', t.fixes, 'stays', t.stays,"
            " 'longest_s', round(t.longest_s::numeric, 3)::float8,"
            " 'longest_from', " LIUHEN_ISO("t.longest_from") ","
            " 'stayed_s', round(t.stayed_s::numeric, 3)::float8,"
            " 'nearest_m', round(t.nearest_m::numeric, 2)::float8,"
            " 'nearest_at', " LIUHEN_ISO("t.nearest_at") ", "} +
        vehicle_fields + ", 'manifests', " + carried +
        ") FROM (SELECT n.first_at AS from_at, n.last_at AS until_at, n.*, count(*) OVER () AS"
        " total FROM trace_near($1::float8, $2::float8, $3::float8, $4::timestamptz,"
        " $5::timestamptz, $6::interval) n JOIN vehicles s ON s.key = n.vehicle_key"
        " ORDER BY n.longest_s DESC, n.nearest_m, s.id LIMIT $7::int) t" +
        of_vehicles + " ORDER BY t.longest_s DESC, t.nearest_m, v.id";
    return read(db.exec_params(sql, text(asked.point.lat), text(asked.point.lon),
                               text(asked.radius.value), to_iso(asked.from), to_iso(asked.until),
                               seconds(trace_gap), std::to_string(asked.limit)));
}

Traced trace_upstream(pqxx::transaction_base& db, const UpstreamQuestion& asked) {
    // Water that left at the end of a stop arrives last, as slowly as it runs; at its beginning
    // first, as fast as it runs.
    static const std::string sql =
        std::string{
            "SELECT t.total, json_build_object('from', " LIUHEN_ISO("t.from_at")
            ", 'until', " LIUHEN_ISO("t.until_at") ", 'fixes', t.fixes,"
            " 'stopped_s', extract(epoch FROM t.until_at - t.from_at)::float8,"
            " 'where', json_build_object('lat', t.lat, 'lon', t.lon),"
            " 'off_m', round(t.off_m::numeric, 2)::float8,"
            " 'upstream_m', round(t.upstream_m::numeric, 1)::float8, "} +
        vehicle_fields + ", 'manifests', " + carried +
        ") FROM (SELECT n.from_at_place AS from_at, n.until_at_place AS until_at, n.*,"
        " count(*) OVER () AS total FROM stops_along("
        " ST_SetSRID(ST_GeomFromGeoJSON($1), 4326), $2::float8, $3::timestamptz, $4::timestamptz,"
        " $5::interval, $6::interval, $7::float8) n JOIN vehicles s ON s.key = n.vehicle_key"
        " WHERE $8 = '' OR (n.until_at_place >= $4::timestamptz - interval '1 s' * (n.upstream_m /"
        " NULLIF($8, '')::float8) AND n.from_at_place <= $4::timestamptz - interval '1 s' *"
        " (n.upstream_m / NULLIF($9, '')::float8))"
        " ORDER BY n.upstream_m, n.from_at_place, s.id LIMIT $10::int) t" +
        of_vehicles + " ORDER BY t.upstream_m, t.from_at, v.id";
    const std::string slowest = asked.flow ? text(asked.flow->least.value) : "";
    const std::string fastest = asked.flow ? text(asked.flow->most.value) : "";
    return read(db.exec_params(sql, asked.line, text(asked.width.value), to_iso(asked.from),
                               to_iso(asked.until), seconds(asked.stop), seconds(trace_gap),
                               text(trace_still.value), slowest, fastest,
                               std::to_string(asked.limit)));
}

void log_trace(pqxx::transaction_base& db, const TraceEntry& entry) {
    db.exec_params0(
        "INSERT INTO trace_log (token_id, role, person, what, asked, found, recorded_at)"
        " VALUES ($1::uuid, $2, $3, $4, $5::jsonb, $6::int, $7::timestamptz)",
        entry.token_id, entry.role, entry.person, entry.what, entry.asked.dump(),
        std::to_string(entry.found), to_iso(entry.at));
}

}  // namespace liuhen::server::store
