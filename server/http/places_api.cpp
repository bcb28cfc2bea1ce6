// Sites.
#include "geofence/zone.hpp"
#include "server/area.hpp"
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/json/geojson.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <array>
#include <cstdio>

namespace liuhen::server::http {
namespace {

std::string text(const std::optional<Instant>& t) { return t ? to_iso(*t) : std::string{}; }

std::string text(double number) {
    std::array<char, 40> digits{};
    std::snprintf(digits.data(), digits.size(), "%.17g", number);
    return digits.data();
}

void insert_site(pqxx::work& db, const std::string& id, const std::array<std::string, 7>& words,
                 const SiteShape& shape) {
    const LatLon centre = shape.centre.value_or(LatLon{});
    const bool circle = shape.centre.has_value();
    db.exec_params0(
        "INSERT INTO sites (id, party_id, name, kind, fence, centre, radius_m, valid_from,"
        " valid_until, division, protection) VALUES ($1::uuid, NULLIF($2, '')::uuid, $3, $4,"
        " ST_SetSRID(ST_GeomFromGeoJSON(NULLIF($5, '')), 4326),"
        " CASE WHEN $6 <> '' THEN ST_SetSRID(ST_MakePoint(NULLIF($6, '')::float8,"
        " NULLIF($7, '')::float8), 4326) END, NULLIF($8, '')::float8,"
        " NULLIF($9, '')::timestamptz, NULLIF($10, '')::timestamptz, NULLIF($11, ''),"
        " NULLIF($12, ''))",
        id, words[0], words[1], words[2], shape.fence, circle ? text(centre.lon) : "",
        circle ? text(centre.lat) : "", shape.radius ? text(shape.radius->value) : "", words[3],
        words[4], words[5], words[6]);
}

}  // namespace

Reply add_site(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string name = form.text("name", {1, 120}, Need::required);
    const std::string kind = form.text("kind", {1, 32}, Need::required);
    if (!kind.empty() && !geofence::site_kind_from_code(kind))
        form.add("UNKNOWN_VALUE", "kind", kind);
    const std::string protection = form.text("protection", {1, 32});
    const bool has_levels = kind == geofence::code(geofence::SiteKind::water_source);
    if (!protection.empty() && !(has_levels && geofence::protection_from_code(protection)))
        form.add("UNKNOWN_VALUE", "protection", protection);
    const std::string party = form.uuid("party");
    const std::string division = form.text("division", {6, 6});
    if (!division.empty() && !is_county(division)) form.add("NOT_A_DIVISION", "division", division);
    const auto from = form.instant("valid_from");
    const auto until = form.instant("valid_until");
    if (from && until && *until <= *from) form.add("TIME_ORDER", "valid_until");
    const auto shape = read_site_shape(form);
    form.finish();
    if (!faults.empty() || !shape) return unprocessable(std::move(faults));
    const std::string id = uuid_v7(call.now);
    insert_site(db, id, {party, name, kind, text(from), text(until), division, protection}, *shape);
    return created(db, store::sites, id, {{FollowUp::What::places_changed, id}});
}

}  // namespace liuhen::server::http
