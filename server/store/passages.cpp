#include "server/store/passages.hpp"

#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

std::string seconds(std::chrono::seconds time) { return std::to_string(time.count()) + " s"; }

Instant instant(const pqxx::field& field) { return instant_from_ms(field.as<std::int64_t>()); }

PassagePair read_pair(const pqxx::row& row) {
    PassagePair pair;
    pair.at = instant(row[0]);
    pair.camera = row[1].c_str();
    pair.where = {row[2].as<double>(), row[3].as<double>()};
    pair.other_at = instant(row[4]);
    pair.other_camera = row[5].as<std::string>("");
    pair.other_where = {row[6].as<double>(), row[7].as<double>()};
    pair.other_speed = {row[8].as<int>(0) / 100.0};
    pair.apart = {row[9].as<double>()};
    return pair;
}

}  // namespace

int take_passages(pqxx::transaction_base& db, const nlohmann::json& passages,
                  const std::string& token_id, Instant now) {
    const auto row =
        db.exec_params1("SELECT take_passages($1::jsonb, $2::uuid, $3::timestamptz, $4::interval)",
                        passages.dump(), token_id, to_iso(now), seconds(passage_reach));
    return row[0].as<int>();
}

std::vector<PassageDay> passage_days_due(pqxx::transaction_base& db, Instant now, int most) {
    const auto rows = db.exec_params(
        "SELECT d.vehicle_id, v.plate, v.carrier_id,"
        " (extract(epoch FROM d.day::timestamp AT TIME ZONE 'Asia/Shanghai') * 1000)::bigint,"
        " (extract(epoch FROM (d.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') * 1000)::bigint,"
        " to_char(d.day, 'YYYYMMDD') FROM (SELECT c.vehicle_id,"
        " (c.at AT TIME ZONE 'Asia/Shanghai')::date AS day, min(c.look_at) AS look_at"
        " FROM camera_passages c WHERE c.look_at <= $1::timestamptz GROUP BY 1, 2) d"
        " JOIN vehicles v ON v.id = d.vehicle_id ORDER BY d.look_at, d.vehicle_id, d.day"
        " LIMIT $2::int",
        to_iso(now), std::to_string(most));
    std::vector<PassageDay> days;
    for (const auto& row : rows) {
        days.push_back({{row[0].c_str()},
                        row[1].c_str(),
                        row[2].c_str(),
                        instant(row[3]),
                        instant(row[4]),
                        row[5].as<int>()});
    }
    return days;
}

void looked_at(pqxx::transaction_base& db, const PassageDay& day, Instant now) {
    db.exec_params0(
        "UPDATE camera_passages SET look_at = CASE"
        " WHEN $4::timestamptz < recorded_at + $5::interval"
        " THEN $4::timestamptz + greatest(interval '30 s', ($4::timestamptz - recorded_at) / 4)"
        " END WHERE vehicle_id = $1::uuid AND at >= $2::timestamptz AND at < $3::timestamptz"
        " AND look_at <= $4::timestamptz",
        day.vehicle.text, to_iso(day.from), to_iso(day.until), to_iso(now), seconds(passage_open));
}

std::size_t forget_passages(pqxx::transaction_base& db, Instant now) {
    const auto gone = db.exec_params(
        "DELETE FROM camera_passages WHERE look_at IS NULL AND recorded_at < $1::timestamptz",
        to_iso(now - passage_kept));
    return gone.affected_rows();
}

std::vector<PassagePair> pairs_of(pqxx::transaction_base& db, const PassageDay& day) {
    const auto rows = db.exec_params(
        "SELECT (extract(epoch FROM at) * 1000)::bigint, camera, lat, lon,"
        " (extract(epoch FROM other_at) * 1000)::bigint, other_camera, other_lat, other_lon,"
        " other_speed, distance_m FROM passage_neighbours($1::uuid, $2::timestamptz,"
        " $3::timestamptz, $4::interval)",
        day.vehicle.text, to_iso(day.from), to_iso(day.until), seconds(passage_reach));
    std::vector<PassagePair> pairs;
    for (const auto& row : rows) pairs.push_back(read_pair(row));
    return pairs;
}

std::vector<std::string> manifests_on(pqxx::transaction_base& db, const VehicleId& vehicle,
                                      Instant from, Instant until) {
    const auto rows = db.exec_params(
        "SELECT DISTINCT m.no FROM trips t JOIN manifests m ON m.id = t.manifest_id"
        " WHERE t.vehicle_id = $1::uuid AND t.armed_at <= $3::timestamptz"
        " AND coalesce(t.ended_at, 'infinity') > $2::timestamptz AND m.no IS NOT NULL ORDER BY 1",
        vehicle.text, to_iso(from), to_iso(until));
    std::vector<std::string> numbers;
    for (const auto& row : rows) numbers.emplace_back(row[0].c_str());
    return numbers;
}

}  // namespace liuhen::server::store
