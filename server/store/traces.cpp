#include "server/store/traces.hpp"

#include "server/store/presences.hpp"
#include "server/store/text_array.hpp"

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

}  // namespace

Traced trace_near(pqxx::transaction_base& db, const NearQuestion& asked) {
    // Trucks are chosen before their manifests are looked up.
    static const std::string sql =
        std::string{
            "SELECT t.total, json_build_object('first_at', " LIUHEN_ISO("t.from_at")
            ", 'last_at', " LIUHEN_ISO("t.until_at") ", 'fixes', t.fixes, 'stays', t.stays,"
            " 'longest_s', t.longest_ms / 1000.0,"
            " 'longest_from', " LIUHEN_ISO("to_timestamp(t.longest_from_ms / 1000.0)") ","
            " 'stayed_s', t.stayed_ms / 1000.0,"
            " 'nearest_m', round(t.nearest_m::numeric, 2)::float8,"
            " 'nearest_at', " LIUHEN_ISO("to_timestamp(t.nearest_ms / 1000.0)") ", "} +
        vehicle_fields + ", 'manifests', " + carried +
        ") FROM (SELECT to_timestamp(n.first_ms / 1000.0) AS from_at,"
        " to_timestamp(n.last_ms / 1000.0) AS until_at, n.*, count(*) OVER () AS total"
        " FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],"
        " $6::bigint[], $7::bigint[], $8::bigint[], $9::float8[], $10::bigint[])"
        " n (vehicle_key, first_ms, last_ms, fixes, stays, longest_ms, longest_from_ms,"
        " stayed_ms, nearest_m, nearest_ms) JOIN vehicles s ON s.key = n.vehicle_key"
        " ORDER BY n.longest_ms DESC, n.nearest_m, s.id LIMIT $11::int) t" +
        of_vehicles + " ORDER BY t.longest_ms DESC, t.nearest_m, v.id";
    const auto seen = presences(db, asked);
    const auto column = [&seen](auto field) {
        return number_array(seen, [field](const Presence& p) { return p.*field; });
    };
    return read(db.exec_params(sql, column(&Presence::vehicle_key), column(&Presence::first_ms),
                               column(&Presence::last_ms), column(&Presence::fixes),
                               column(&Presence::stays), column(&Presence::longest_ms),
                               column(&Presence::longest_from_ms), column(&Presence::stayed_ms),
                               column(&Presence::nearest_m), column(&Presence::nearest_ms),
                               std::to_string(asked.limit)));
}

Traced trace_upstream(pqxx::transaction_base& db, const UpstreamQuestion& asked) {
    // Water that left at the end of a stop arrives last, as slowly as it runs; at its beginning
    // first, as fast as it runs.
    static const std::string sql =
        std::string{
            "SELECT t.total, json_build_object('from', " LIUHEN_ISO("t.from_at")
            ", 'until', " LIUHEN_ISO("t.until_at") ", 'fixes', t.fixes,"
            " 'stopped_s', extract(epoch FROM t.until_at - t.from_at)::float8,"
            " 'where', json_build_object('lat', t.lat / 1e7, 'lon', t.lon / 1e7),"
            " 'off_m', round(t.off_m::numeric, 2)::float8,"
            " 'upstream_m', round(t.upstream_m::numeric, 1)::float8, "} +
        vehicle_fields + ", 'manifests', " + carried +
        ") FROM (SELECT n.*, count(*) OVER () AS total FROM (SELECT f.*,"
        " to_timestamp(f.from_ms / 1000.0) AS from_at,"
        " to_timestamp(f.until_ms / 1000.0) AS until_at"
        " FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::int[], $7::int[],"
        " $8::float8[], lengths_upstream(ST_SetSRID(ST_GeomFromGeoJSON($1), 4326), $6::int[],"
        " $7::int[])) f (vehicle_key, from_ms, until_ms, fixes, lat, lon, off_m, upstream_m)) n"
        " JOIN vehicles s ON s.key = n.vehicle_key"
        " WHERE $10 = '' OR (n.until_at >= $9::timestamptz - interval '1 s' * (n.upstream_m /"
        " NULLIF($10, '')::float8) AND n.from_at <= $9::timestamptz - interval '1 s' *"
        " (n.upstream_m / NULLIF($11, '')::float8))"
        " ORDER BY n.upstream_m, n.from_at, s.id LIMIT $12::int) t" +
        of_vehicles + " ORDER BY t.upstream_m, t.from_at, v.id";
    const std::string slowest = asked.flow ? text(asked.flow->least.value) : "";
    const std::string fastest = asked.flow ? text(asked.flow->most.value) : "";
    const auto stops = stops_along(db, asked);
    const auto column = [&stops](auto field) {
        return number_array(stops, [field](const Stop& s) { return s.*field; });
    };
    return read(db.exec_params(sql, asked.line, column(&Stop::vehicle_key), column(&Stop::from_ms),
                               column(&Stop::until_ms), column(&Stop::fixes), column(&Stop::lat),
                               column(&Stop::lon), column(&Stop::off_m), to_iso(asked.until),
                               slowest, fastest, std::to_string(asked.limit)));
}

void log_trace(pqxx::transaction_base& db, const TraceEntry& entry) {
    db.exec_params0(
        "INSERT INTO trace_log (token_id, role, person, what, asked, found, recorded_at)"
        " VALUES ($1::uuid, $2, $3, $4, $5::jsonb, $6::int, $7::timestamptz)",
        entry.token_id, entry.role, entry.person, entry.what, entry.asked.dump(),
        std::to_string(entry.found), to_iso(entry.at));
}

}  // namespace liuhen::server::store
