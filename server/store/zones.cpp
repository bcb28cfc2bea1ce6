#include "server/store/zones.hpp"

#include "geofence/zone.hpp"
#include "server/store/statement.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

constexpr Statement zones_on_route{
    "zones_on_route",
    "SELECT s.name FROM route_versions r, sites s WHERE r.route_id = NULLIF($1, '')::uuid"
    " AND r.version = route_watched(NULLIF($1, '')::uuid, $3::timestamptz) AND s.kind = $2"
    " AND coalesce(s.valid_from <= $4::timestamptz, true)"
    " AND coalesce(s.valid_until > $3::timestamptz, true)"
    " AND ST_DWithin(r.line::geography, coalesce(s.fence, s.centre)::geography,"
    "  coalesce(s.radius_m, 0)) ORDER BY s.name LIMIT 20"};

}  // namespace

std::vector<std::string> zones_cut(pqxx::transaction_base& db, const RouteId& route, Instant from,
                                   Instant until) {
    std::vector<std::string> names;
    const auto rows =
        ask(db, zones_on_route, route.text, std::string{code(geofence::SiteKind::restricted)},
            to_iso(from), to_iso(until));
    for (const auto& row : rows) names.push_back(row[0].as<std::string>());
    return names;
}

}  // namespace liuhen::server::store
