#include "server/store/parties.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {

// People's names and numbers are for their own organisation and for authorities.
const Register parties{
    "parties",
    "json_build_object('id', id, 'name', name, 'uscc', uscc, 'roles', roles, 'division', division,"
    " 'uscc_exception', uscc_exception, 'address', address, 'emergency_phone', emergency_phone,"
    " 'emergency_plan_no', emergency_plan_no, 'unit_code', unit_code,"
    " 'facility_code', facility_code,"
    " 'contact', CASE WHEN id = caller_party() OR caller_watches(areas_of(ARRAY[division::text]))"
    " THEN contact END,"
    " 'phone', CASE WHEN id = caller_party() OR caller_watches(areas_of(ARRAY[division::text]))"
    " THEN phone END,"
    " 'version', version, 'created_at', " LIUHEN_ISO("created_at") ", 'closed_at', " LIUHEN_ISO(
        "closed_at") ")"};

const Register sites{
    "sites",
    "json_build_object('id', id, 'party', party_id, 'name', name, 'kind', kind,"
    " 'protection', protection, 'division', division,"
    " 'geometry', ST_AsGeoJSON(coalesce(fence, centre), 7)::json, 'radius_m', radius_m,"
    " 'valid_from', " LIUHEN_ISO("valid_from") ", 'valid_until', " LIUHEN_ISO(
        "valid_until") ", 'created_at', " LIUHEN_ISO("created_at") ")"};

// Long lines are not in lists: `GET /v1/routes/{id}` shows them.
const Register routes{
    "routes_shown",
    "json_build_object('id', id, 'carrier', carrier_id, 'name', name, 'origin_site', origin_id,"
    " 'destination_site', destination_id, 'version', version, 'state', state,"
    " 'geometry', CASE WHEN cardinality(half_widths_m) <= 500 THEN ST_AsGeoJSON(line, 7)::json END,"
    " 'width_m', (SELECT max(w) FROM unnest(half_widths_m) w),"
    " 'created_at', " LIUHEN_ISO("created_at") ")"};

const Register vehicles{"vehicles",
                        "json_build_object('id', id, 'plate', plate, 'plate_colour', plate_colour,"
                        " 'carrier', carrier_id, 'created_at', " LIUHEN_ISO("created_at") ")"};

const Register terminals{
    "terminals",
    "json_build_object('id', id, 'number', number, 'protocol', protocol, 'profile', profile,"
    " 'time_zone', to_char(make_interval(mins => abs(time_zone_minutes)),"
    " CASE WHEN time_zone_minutes < 0 THEN '\"-\"HH24:MI' ELSE '\"+\"HH24:MI' END),"
    " 'datum', datum, 'created_at', " LIUHEN_ISO("created_at") ")"};

const Register locks{"locks",
                     "json_build_object('id', id, 'number', number, 'terminal', terminal_id,"
                     " 'created_at', " LIUHEN_ISO("created_at") ")"};

const Register bindings{
    "bindings",
    "json_build_object('id', id, 'vehicle', vehicle_id, 'terminal', terminal_id, 'lock', lock_id,"
    " 'from', " LIUHEN_ISO("lower(during)") ", 'until', " LIUHEN_ISO(
        "upper(during)") ", 'created_at', " LIUHEN_ISO("created_at") ")"};

const Register tokens{
    "tokens",
    "json_build_object('id', id, 'role', role, 'party', party_id, 'person', person,"
    " 'label', label, 'division', nullif(division, ''), 'rank', rank, 'member', member_id,"
    " 'client', client_id, 'certificate', nullif(certificate, ''),"
    " 'created_at', " LIUHEN_ISO("created_at") ", 'expires_at', " LIUHEN_ISO(
        "expires_at") ", 'revoked_at', " LIUHEN_ISO("revoked_at") ")"};

namespace {

nlohmann::json shown(const pqxx::field& field) { return nlohmann::json::parse(field.c_str()); }

std::string select(const Register& from) {
    return "SELECT id, json_strip_nulls(" + std::string{from.shown} + ")::text FROM " +
           std::string{from.table};
}

}  // namespace

std::optional<nlohmann::json> find_row(pqxx::transaction_base& db, const Register& from,
                                       const std::string& id) {
    const auto rows = db.exec_params(select(from) + " WHERE id = $1::uuid", id);
    if (rows.empty()) return std::nullopt;
    return shown(rows[0][1]);
}

RowPage list_rows(pqxx::transaction_base& db, const Register& from, const std::string& after,
                  int limit) {
    const auto rows = db.exec_params(
        select(from) + " WHERE $1 = '' OR id > NULLIF($1, '')::uuid ORDER BY id LIMIT $2::int",
        after, std::to_string(limit + 1));
    RowPage page;
    for (const auto& row : rows) {
        if (page.items.size() == static_cast<std::size_t>(limit)) {
            page.next = page.items.back().at("id").get<std::string>();
            break;
        }
        page.items.push_back(shown(row[1]));
    }
    return page;
}

bool party_has_role(pqxx::transaction_base& db, const std::string& party, const std::string& role) {
    return !db.exec_params("SELECT 1 FROM parties WHERE id = $1::uuid AND $2 = ANY (roles)", party,
                           role)
                .empty();
}

std::string credit_code_of(pqxx::transaction_base& db, const std::string& party) {
    const auto rows = db.exec_params(
        "SELECT coalesce(uscc, '') FROM parties WHERE id = NULLIF($1, '')::uuid", party);
    return rows.empty() ? std::string{} : rows[0][0].as<std::string>();
}

}  // namespace liuhen::server::store
