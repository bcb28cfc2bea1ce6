#include "server/store/tracks.hpp"

#include "server/store/newest.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

constexpr double grid = 1e7;             // stored units a degree
constexpr double stored_to_kmh = 0.036;  // of 0.01 m/s

Instant instant(const pqxx::field& field) { return Instant{Duration{field.as<std::int64_t>()}}; }

std::vector<SeenVehicle> read_vehicles(const pqxx::result& rows) {
    std::vector<SeenVehicle> found;
    for (const auto& row : rows) {
        found.push_back({{row[0].as<std::string>()},
                         row[1].as<int>(),
                         row[2].as<std::string>(),
                         row[3].as<int>(),
                         {row[4].as<std::string>()},
                         row[5].as<std::string>()});
    }
    return found;
}

constexpr const char* vehicle_columns =
    "SELECT v.id, v.key, v.plate, v.plate_colour, v.carrier_id, p.name FROM vehicles v"
    " JOIN parties p ON p.id = v.carrier_id WHERE ";

TrackPoint read_point(const pqxx::row& row) {
    return {instant(row[0]),
            {row[1].as<int>() / grid, row[2].as<int>() / grid},
            row[3].as<int>(0) * stored_to_kmh};
}

constexpr const char* pieces =
    "vehicle_key = $1::int AND piece_from > $2::timestamptz - interval '1 hour'"
    " AND piece_from < $3::timestamptz";

// $1 vehicle key, $2 from, $3 until, $4 limit, $5 vehicle id
std::string fixes_sql(const std::string& table, const char* order) {
    return std::string{
               "SELECT floor(extract(epoch FROM o.at) * 1000)::bigint, o.lat, o.lon, o.speed"
               " FROM " +
               table +
               " o JOIN terminals t ON t.key = o.terminal_key"
               " WHERE o.vehicle_key = $1::int AND o.kind = 1 AND o.source = 0"
               " AND o.lat IS NOT NULL AND o.flags & 4 = 0"
               " AND o.at >= $2::timestamptz AND o.at < $3::timestamptz"
               " AND (t.protocol = 'jt808' OR NOT EXISTS (SELECT 1 FROM bindings b"
               "  JOIN terminals x ON x.id = b.terminal_id WHERE b.vehicle_id = $5::uuid"
               "  AND x.protocol = 'jt808' AND b.during @> o.at))"
               " ORDER BY o.at "} +
           order + ", o.hash LIMIT $4::int";
}

}  // namespace

std::optional<SeenVehicle> find_vehicle(pqxx::transaction_base& db, const VehicleId& id) {
    auto found =
        read_vehicles(db.exec_params(std::string{vehicle_columns} + "v.id = $1::uuid", id.text));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<SeenVehicle> vehicles_with_plate(pqxx::transaction_base& db, const std::string& plate) {
    return read_vehicles(db.exec_params(
        std::string{vehicle_columns} + "v.plate = $1 ORDER BY v.plate_colour", plate));
}

std::vector<TrackPoint> fixes(pqxx::transaction_base& db, const SeenVehicle& vehicle, Instant from,
                              Instant until, int limit) {
    std::vector<TrackPoint> track;
    const auto past = std::string{"(SELECT * FROM sightings WHERE "} + pieces + ")";
    const auto rows =
        db.exec_params(fixes_sql(past, "ASC"), std::to_string(vehicle.key), to_iso(from),
                       to_iso(until), std::to_string(limit), vehicle.id.text);
    for (const auto& row : rows) track.push_back(read_point(row));
    return track;
}

std::optional<TrackPoint> last_fix(pqxx::transaction_base& db, const SeenVehicle& vehicle,
                                   Instant now) {
    const auto rows =
        newest_in(db, fixes_sql("observations", "DESC"), pieces, std::to_string(vehicle.key),
                  to_iso(now - std::chrono::hours{30 * 24}), to_iso(now + std::chrono::minutes{10}),
                  "1", vehicle.id.text);
    if (rows.empty()) return std::nullopt;
    return read_point(rows[0]);
}

std::vector<LockMoment> lock_moments(pqxx::transaction_base& db, const SeenVehicle& vehicle,
                                     Instant from, Instant until, int limit) {
    std::vector<LockMoment> moments;
    const auto rows = db.exec_params(
        "SELECT floor(extract(epoch FROM at) * 1000)::bigint, lock_number, action"
        " FROM sightings WHERE vehicle_key = $1::int AND kind = 2 AND flags & 4 = 0"
        " AND piece_from > $2::timestamptz - interval '1 hour'"
        " AND piece_from < $3::timestamptz"
        " AND action <> 8 AND at >= $2::timestamptz AND at < $3::timestamptz"
        " ORDER BY at, hash LIMIT $4::int",
        std::to_string(vehicle.key), to_iso(from), to_iso(until), std::to_string(limit));
    for (const auto& row : rows)
        moments.push_back({instant(row[0]), row[1].as<std::string>(""), row[2].as<int>()});
    return moments;
}

void log_lookup(pqxx::transaction_base& db, const Lookup& lookup, Found found) {
    db.exec_params0(
        "INSERT INTO checkpoint_log (token_id, role, plate, found, recorded_at)"
        " VALUES ($1::uuid, $2, $3, $4::boolean, $5::timestamptz)",
        lookup.token_id, lookup.role, lookup.plate, found == Found::yes ? "true" : "false",
        to_iso(lookup.at));
}

}  // namespace liuhen::server::store
