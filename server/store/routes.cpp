#include "server/store/routes.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using nlohmann::json;

std::string text(const std::optional<Instant>& t) { return t ? to_iso(*t) : std::string{}; }

#define LIUHEN_ISO(moment) \
    "to_char(" moment " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

// Names of people are for authorities, the operator and their own organisation.
#define LIUHEN_BY(row)                                                     \
    "'role', " row                                                         \
    ".role, 'person', CASE WHEN caller_is_authority() OR caller_role() = " \
    "'operator' THEN nullif(" row ".person, '') END"

constexpr const char* decision_columns =
    ", (SELECT json_build_object('at', " LIUHEN_ISO("d.at") ", 'why', nullif(d.why, ''), "
    LIUHEN_BY("d") ") FROM route_decisions d WHERE d.route_id = v.route_id"
    " AND d.version = v.version AND d.what = 'approve') AS approved"
    ", (SELECT json_build_object('at', " LIUHEN_ISO("d.at") ", 'why', nullif(d.why, ''), "
    LIUHEN_BY("d") ") FROM route_decisions d WHERE d.route_id = v.route_id"
    " AND d.version = v.version AND d.what = 'withdraw') AS withdrawn";

constexpr const char* summary_fields =
    "'version', v.version, 'kind', v.kind, 'source', nullif(v.source, ''),"
    " 'state', route_state(v.route_id, v.version),"
    " 'valid_from', " LIUHEN_ISO("lower(v.valid)") ","
    " 'valid_until', " LIUHEN_ISO("upper(v.valid)") ","
    " 'proposed_at', " LIUHEN_ISO("v.proposed_at") ", 'proposed_by', json_build_object("
    LIUHEN_BY("v") ", 'party', v.party_id), 'approved', v.approved, 'withdrawn', v.withdrawn";

constexpr const char* shape_fields =
    ", 'geometry', ST_AsGeoJSON(v.line, 7)::json, 'widths_m', array_to_json(v.half_widths_m),"
    " 'tunnels', (SELECT coalesce(json_agg(json_build_array(v.tunnels[i], v.tunnels[i + 1])"
    " ORDER BY i), '[]') FROM generate_series(1, cardinality(v.tunnels), 2) i),"
    " 'length_m', round(ST_Length(v.line::geography)::numeric),"
    " 'learnt_from', cardinality(v.learnt_from)";

std::string versions(const std::string& fields) {
    return "SELECT json_strip_nulls(json_build_object(" + fields + "))::text FROM (SELECT *" +
           decision_columns + " FROM route_versions v) v";
}

const std::string diversion_fields =
    "'id', d.id, 'geometry', ST_AsGeoJSON(d.line, 7)::json,"
    " 'widths_m', array_to_json(d.half_widths_m),"
    " 'valid_from', " LIUHEN_ISO("lower(d.valid)") ","
    " 'valid_until', " LIUHEN_ISO("least(upper(d.valid), e.at)") ", 'why', d.why,"
    " 'published_at', " LIUHEN_ISO("d.published_at") ", 'published_by', json_build_object("
    LIUHEN_BY("d") "), 'ended', CASE WHEN e.at IS NOT NULL THEN json_build_object("
    "'at', " LIUHEN_ISO("e.at") ", 'why', e.why, " LIUHEN_BY("e") ") END";

json list_of(const pqxx::result& rows) {
    json list = json::array();
    for (const auto& row : rows) list.push_back(json::parse(row[0].c_str()));
    return list;
}

}  // namespace

void insert_route(pqxx::work& db, const NewRoute& route) {
    db.exec_params0(
        "INSERT INTO routes (id, carrier_id, name, origin_id, destination_id) VALUES ($1::uuid,"
        " NULLIF($2, '')::uuid, $3, NULLIF($4, '')::uuid, NULLIF($5, '')::uuid)",
        route.id, route.carrier, route.name, route.origin, route.destination);
}

int insert_version(pqxx::work& db, const NewVersion& version, const RouteHand& by) {
    return db
        .exec_params1(
            "INSERT INTO route_versions (route_id, version, kind, source, line, half_widths_m,"
            " tunnels, valid, learnt_from, proposed_at, role, party_id, token_id, person)"
            " SELECT $1::uuid, coalesce(max(version), 0) + 1, $2, $3,"
            " ST_SetSRID(ST_GeomFromGeoJSON($4), 4326), $5::real[], $6::integer[],"
            " tstzrange(NULLIF($7, '')::timestamptz, NULLIF($8, '')::timestamptz),"
            " ARRAY(SELECT json_array_elements_text($9::json)), $10::timestamptz, $11,"
            " NULLIF($12, '')::uuid, $13::uuid, $14 FROM route_versions WHERE route_id = $1::uuid"
            " RETURNING version",
            version.route, version.kind, version.source, version.shape.lines,
            version.shape.half_widths, version.shape.tunnels, text(version.valid.from),
            text(version.valid.until), json(version.learnt_from).dump(), to_iso(by.at), by.role,
            by.party, by.token, by.person)[0]
        .as<int>();
}

bool hold_route(pqxx::work& db, const std::string& route) {
    db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('route ' || $1, 0))", route);
    return !db.exec_params("SELECT 1 FROM routes WHERE id = $1::uuid", route).empty();
}

std::optional<std::string> version_state(pqxx::work& db, const std::string& route, int version) {
    const auto rows = db.exec_params(
        "SELECT route_state(route_id, version) FROM route_versions"
        " WHERE route_id = $1::uuid AND version = $2::int",
        route, version);
    if (rows.empty()) return std::nullopt;
    return rows[0][0].as<std::string>();
}

void decide_route(pqxx::work& db, const std::string& route, int version, RouteAct act,
                  const std::string& why, const RouteHand& by) {
    db.exec_params0(
        "INSERT INTO route_decisions (route_id, version, what, why, at, role, token_id, person)"
        " VALUES ($1::uuid, $2::int, $3, $4, $5::timestamptz, $6, $7::uuid, $8)",
        route, version, act == RouteAct::approve ? "approve" : "withdraw", why, to_iso(by.at),
        by.role, by.token, by.person);
}

void insert_diversion(pqxx::work& db, const NewDiversion& diversion, const RouteHand& by) {
    db.exec_params0(
        "INSERT INTO route_diversions (id, route_id, line, half_widths_m, valid, why,"
        " published_at, role, token_id, person) VALUES ($1::uuid, $2::uuid,"
        " ST_SetSRID(ST_GeomFromGeoJSON($3), 4326), $4::real[],"
        " tstzrange($5::timestamptz, $6::timestamptz), $7, $8::timestamptz, $9, $10::uuid, $11)",
        diversion.id, diversion.route, diversion.shape.lines, diversion.shape.half_widths,
        to_iso(diversion.from), to_iso(diversion.until), diversion.why, to_iso(by.at), by.role,
        by.token, by.person);
}

bool end_diversion(pqxx::work& db, const std::string& route, const std::string& diversion,
                   const std::string& why, const RouteHand& by) {
    const auto ended = db.exec_params(
        "INSERT INTO route_diversion_ends (diversion_id, why, at, role, token_id, person)"
        " SELECT d.id, $3, $4::timestamptz, $5, $6::uuid, $7 FROM route_diversions d"
        " WHERE d.id = $2::uuid AND d.route_id = $1::uuid AND upper(d.valid) > $4::timestamptz"
        " AND NOT EXISTS (SELECT 1 FROM route_diversion_ends e WHERE e.diversion_id = d.id)",
        route, diversion, why, to_iso(by.at), by.role, by.token, by.person);
    return ended.affected_rows() == 1;
}

RouteCounts count_routes(pqxx::work& db, const std::string& route, const std::string& party,
                         Instant now) {
    const auto row = db.exec_params1(
        "SELECT (SELECT count(*) FROM route_versions WHERE route_id = NULLIF($1, '')::uuid),"
        " (SELECT count(*) FROM route_diversions d WHERE d.route_id = NULLIF($1, '')::uuid"
        "  AND upper(d.valid) > $3::timestamptz AND NOT EXISTS"
        "  (SELECT 1 FROM route_diversion_ends e WHERE e.diversion_id = d.id)),"
        " (SELECT count(*) FROM route_versions v WHERE v.party_id = NULLIF($2, '')::uuid"
        "  AND NOT EXISTS (SELECT 1 FROM route_decisions d WHERE d.route_id = v.route_id"
        "   AND d.version = v.version))",
        route, party, to_iso(now));
    return {row[0].as<int>(), row[1].as<int>(), row[2].as<int>()};
}

std::optional<double> metres_to_site(pqxx::work& db, const RouteShape& shape,
                                     const std::string& site) {
    const auto rows = db.exec_params(
        "SELECT greatest(0, ST_Distance(ST_SetSRID(ST_GeomFromGeoJSON($1), 4326)::geography,"
        " coalesce(fence, centre)::geography) - coalesce(radius_m, 0))"
        " FROM sites WHERE id = $2::uuid",
        shape.lines, site);
    if (rows.empty()) return std::nullopt;
    return rows[0][0].as<double>();
}

std::optional<json> show_version(pqxx::work& db, const std::string& route, int version) {
    const auto rows = db.exec_params(
        versions("'route', v.route_id, " + std::string{summary_fields} + shape_fields) +
            " WHERE v.route_id = $1::uuid AND v.version = $2::int",
        route, version);
    if (rows.empty()) return std::nullopt;
    return json::parse(rows[0][0].c_str());
}

std::optional<json> show_route(pqxx::work& db, const std::string& route, Instant now) {
    const auto rows = db.exec_params(
        "SELECT json_strip_nulls(json_build_object('id', id, 'carrier', carrier_id, 'name', name,"
        " 'origin_site', origin_id, 'destination_site', destination_id,"
        " 'state', route_state(id, chosen), 'created_at', " LIUHEN_ISO(
            "created_at") "))::text, chosen FROM (SELECT *,"
                          " coalesce(route_in_force(id, $2::timestamptz), version) AS chosen"
                          " FROM routes_shown) routes WHERE id = $1::uuid",
        route, to_iso(now));
    if (rows.empty()) return std::nullopt;
    json shown = json::parse(rows[0][0].c_str());
    shown["shown"] = show_version(db, route, rows[0][1].as<int>()).value();
    shown["versions"] = list_of(db.exec_params(
        versions(summary_fields) + " WHERE v.route_id = $1::uuid ORDER BY v.version DESC", route));
    shown["diversions"] = list_of(db.exec_params(
        "SELECT json_strip_nulls(json_build_object(" + diversion_fields +
            "))::text FROM route_diversions d"
            " LEFT JOIN route_diversion_ends e ON e.diversion_id = d.id"
            " WHERE d.route_id = $1::uuid"
            " AND upper(d.valid) > $2::timestamptz - interval '365 days' ORDER BY d.id DESC",
        route, to_iso(now)));
    return shown;
}

json routes_of_manifest(pqxx::work& db, const ManifestId& manifest) {
    const auto legs = db.exec_params(
        "SELECT id, vehicle_id, route_id, route_version, armed_at, ended_at FROM trips"
        " WHERE manifest_id = $1::uuid ORDER BY armed_at, id",
        manifest.text);
    json list = json::array();
    for (const auto& leg : legs) {
        json shown{{"trip", leg[0].c_str()}, {"vehicle", leg[1].c_str()}};
        if (!leg[2].is_null()) shown["route"] = leg[2].c_str();
        if (!leg[3].is_null()) {
            shown["version"] = leg[3].as<int>();
            // Of another organisation's own route only number and version are said.
            if (auto version = show_version(db, leg[2].c_str(), leg[3].as<int>()))
                shown["watched"] = std::move(*version);
        }
        shown["diversions"] = list_of(db.exec_params(
            "SELECT json_strip_nulls(json_build_object(" + diversion_fields +
                "))::text FROM route_diversions d"
                " LEFT JOIN route_diversion_ends e ON e.diversion_id = d.id"
                " WHERE d.route_id = NULLIF($1, '')::uuid AND lower(d.valid) < coalesce(e.at,"
                "  'infinity')"
                " AND d.valid && tstzrange($2::timestamptz, NULLIF($3, '')::timestamptz)"
                " AND coalesce(e.at, 'infinity') > $2::timestamptz"
                " AND ($3 = '' OR d.published_at < NULLIF($3, '')::timestamptz) ORDER BY d.id",
            leg[2].c_str(), leg[4].c_str(), leg[5].c_str()));
        list.push_back(std::move(shown));
    }
    return list;
}

}  // namespace liuhen::server::store
