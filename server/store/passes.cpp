#include "server/store/passes.hpp"

#include "server/store/ground.hpp"
#include "server/store/sql_text.hpp"
#include "server/store/tracks.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

bool is_at(const geofence::Site& site, LatLon where) {
    return site.shape.signed_distance(where) <= site.hysteresis;
}

/// The part between the two sites; empty when it does not lead from the one to the other.
geofence::roads::Pass between(const std::vector<TrackPoint>& track, const geofence::Site& origin,
                              const geofence::Site& destination) {
    geofence::roads::Pass pass;
    bool left = false;
    for (const TrackPoint& point : track) {
        if (is_at(origin, point.where)) {
            pass.clear();
            left = true;
        }
        if (!left) continue;
        Fix fix;
        fix.at = point.at;
        fix.where = point.where;
        pass.push_back(fix);
        if (is_at(destination, point.where)) return pass;
    }
    return {};
}

}  // namespace

std::vector<HonestPass> honest_passes(pqxx::work& db, const SiteId& origin,
                                      const SiteId& destination, const std::string& carrier) {
    const auto places = read_places(db, {origin, destination});
    const auto* const from = places.find(origin);
    const auto* const to = places.find(destination);
    if (from == nullptr || to == nullptr) return {};
    const auto rows = db.exec_params(
        "SELECT t.id, t.vehicle_id, (extract(epoch FROM t.armed_at) * 1000)::bigint,"
        " (extract(epoch FROM t.ended_at) * 1000)::bigint"
        " FROM trips t JOIN manifests m ON m.id = t.manifest_id"
        " JOIN vehicles v ON v.id = t.vehicle_id"
        " WHERE t.origin_id = $1::uuid AND t.destination_id = $2::uuid AND t.ended_at IS NOT NULL"
        " AND m.state = 'COMPLETED' AND ($3 = '' OR v.carrier_id = NULLIF($3, '')::uuid)"
        " AND NOT EXISTS (SELECT 1 FROM alert_revisions a WHERE a.trip_id = t.id"
        "  AND a.what <> 'withdrawn' AND NOT EXISTS (SELECT 1 FROM alert_revisions n"
        "   WHERE n.alert = a.alert AND n.revision > a.revision))"
        " ORDER BY t.armed_at DESC LIMIT $4::int",
        origin.text, destination.text, carrier, most_passes);
    std::vector<HonestPass> passes;
    for (const auto& row : rows) {
        const auto vehicle = find_vehicle(db, {row[1].c_str()});
        if (!vehicle) continue;
        const auto track = fixes(db, *vehicle, instant_from_ms(row[2].as<std::int64_t>()),
                                 instant_from_ms(row[3].as<std::int64_t>()), most_fixes_of_pass);
        passes.push_back({{row[0].c_str()}, between(track, *from, *to)});
    }
    return passes;
}

}  // namespace liuhen::server::store
