#include "server/store/whereabouts.hpp"

#include "geofence/zone.hpp"
#include "manifest/unlock.hpp"
#include "server/crypto.hpp"
#include "server/store/directory.hpp"
#include "server/store/newest.hpp"
#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server::store {
namespace {

using manifest::UnlockSpot;

// Where a row of the table has the truck stand.
UnlockSpot spot_of(std::string_view rule) {
    const auto table = manifest::unlock_table();
    const auto row = std::ranges::find(table, rule, &manifest::UnlockRow::row);
    return row == table.end() ? UnlockSpot::anywhere : row->spot;
}

bool is_at_site(pqxx::transaction_base& db, const std::string& site, const Position& fix) {
    if (!is_uuid(site)) return true;
    return !sites_around(db, {SiteId{site}}, fix, manifest::unlock_left_tolerance).empty();
}

bool is_at_swap_place(const pqxx::row& grant, const Position& fix) {
    if (grant["radius_m"].is_null()) return true;
    const LatLon centre{.lat = grant["lat"].as<double>(), .lon = grant["lon"].as<double>()};
    const Metres radius{grant["radius_m"].as<double>() + manifest::unlock_left_tolerance.value};
    const auto circle = geofence::Shape::circle(centre, radius);
    return !circle || circle->contains(fix.where);
}

bool is_at(pqxx::transaction_base& db, UnlockSpot spot, const pqxx::row& request,
           const Position& fix) {
    switch (spot) {
        case UnlockSpot::origin:
            return is_at_site(db, request["origin"].c_str(), fix);
        case UnlockSpot::destination:
            return is_at_site(db, request["destination"].c_str(), fix);
        case UnlockSpot::swap_place:
            return is_at_swap_place(request, fix);
        case UnlockSpot::anywhere:
        case UnlockSpot::count_:
            break;
    }
    return true;
}

// The fixes of a vehicle that may prove where it is; $1 to $3 as in `newest_fix`.
constexpr const char* fixes_of =
    " FROM observations o JOIN terminals t ON t.key = o.terminal_key"
    " WHERE o.vehicle_key = (SELECT v.key FROM vehicles v WHERE v.id = $1::uuid)"
    " AND o.kind = 1 AND o.source = $2::int"
    " AND o.lat IS NOT NULL AND o.lon IS NOT NULL AND o.flags & 5 = 0"
    " AND o.at > $3::timestamptz - interval '30 days'"
    " AND o.at <= $3::timestamptz + interval '5 minutes'"
    " AND (t.protocol = 'jt808' OR NOT EXISTS (SELECT 1 FROM bindings b"
    "  JOIN terminals x ON x.id = b.terminal_id WHERE b.vehicle_id = $1::uuid"
    "  AND x.protocol = 'jt808' AND b.during @> $3::timestamptz))";

}  // namespace

// A clock that is ahead proves nothing before its word has come in. What beats the fix of the
// latest device time was proved after that one, so it is dated after that, too.
std::optional<Position> newest_fix(pqxx::transaction_base& db, const VehicleId& vehicle,
                                   FixSource source, Instant now) {
    static const std::string sql =
        std::string{"WITH latest AS (SELECT least(o.at, o.received_at) AS proved"} + fixes_of +
        " ORDER BY o.at DESC LIMIT 1)"
        " SELECT floor(extract(epoch FROM o.at) * 1000)::bigint,"
        " floor(extract(epoch FROM least(o.at, o.received_at)) * 1000)::bigint, o.lat, o.lon" +
        fixes_of +
        " AND o.at >= (SELECT proved FROM latest)"
        " ORDER BY least(o.at, o.received_at) DESC, o.at DESC, o.hash LIMIT 1";
    const auto rows = newest_in(
        db, sql,
        "vehicle_key = (SELECT v.key FROM vehicles v WHERE v.id = $1::uuid)"
        " AND piece_from > $3::timestamptz - interval '721 hours' AND piece_from <= $3::timestamptz"
        " + interval '5 minutes'",
        vehicle.text, std::to_string(static_cast<int>(source)), to_iso(now));
    if (rows.empty()) return std::nullopt;
    return Position{instant_from_ms(rows[0][0].as<std::int64_t>()),
                    instant_from_ms(rows[0][1].as<std::int64_t>()),
                    {.lat = rows[0][2].as<int>() / 1e7, .lon = rows[0][3].as<int>() / 1e7}};
}

std::vector<SiteId> sites_around(pqxx::transaction_base& db, const std::vector<SiteId>& named,
                                 const Position& fix, Metres tolerance) {
    std::vector<SiteId> inside;
    if (named.empty()) return inside;
    const auto places = read_places(db, named);
    for (const auto& presence : places.near(fix.where, fix.at, geofence::max_reach)) {
        if (presence.distance.value <= presence.site->hysteresis.value + tolerance.value)
            inside.push_back(presence.site->id);
    }
    return inside;
}

std::optional<std::string_view> left_the_place(pqxx::transaction_base& db,
                                               const std::string& request_id, Instant now) {
    const auto rows = db.exec_params(
        "SELECT r.rule, r.vehicle_id, floor(extract(epoch FROM r.fixed_at) * 1000)::bigint AS ms,"
        " m.document ->> 'origin_site' AS origin, m.document ->> 'destination_site' AS destination,"
        " ST_Y(g.centre) AS lat, ST_X(g.centre) AS lon, g.radius_m FROM unlock_requests r"
        " LEFT JOIN manifests m ON m.id = r.manifest_id"
        " LEFT JOIN swap_grants g ON g.id = r.grant_id"
        " WHERE r.id = $1::uuid AND r.granted",
        request_id);
    if (rows.empty() || rows[0]["ms"].is_null()) return std::nullopt;
    const auto request = rows[0];
    const UnlockSpot spot = spot_of(request["rule"].c_str());
    if (spot == UnlockSpot::anywhere) return std::nullopt;
    const VehicleId vehicle{request["vehicle_id"].c_str()};
    const auto fix = newest_fix(db, vehicle, FixSource::satellite, now);
    const bool newer = fix && fix->proved_at > instant_from_ms(request["ms"].as<std::int64_t>());
    if (!newer || is_at(db, spot, request, *fix)) return std::nullopt;
    return manifest::code_when_away(spot);
}

}  // namespace liuhen::server::store
