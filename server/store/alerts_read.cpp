#include "server/store/alerts_read.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using nlohmann::json;

constexpr const char* columns =
    "alert, revision, what, trip_id, vehicle_id, coalesce(carrier_id::text, ''), plate,"
    " array_to_json(manifest_nos), kind, tier, grade, floor(extract(epoch FROM since) * "
    "1000)::bigint,"
    " floor(extract(epoch FROM until) * 1000)::bigint,"
    " floor(extract(epoch FROM detected_at) * 1000)::bigint, late, rule_set, evidence,"
    " floor(extract(epoch FROM recorded_at) * 1000)::bigint";

Instant instant(const pqxx::field& field) { return Instant{Duration{field.as<std::int64_t>()}}; }

AlertRow read(const pqxx::row& r) {
    AlertRow row;
    row.alert = r[0].as<std::string>();
    row.revision = r[1].as<std::int32_t>();
    row.what = r[2].as<std::string>();
    row.trip_id = r[3].as<std::string>();
    row.vehicle_id = r[4].as<std::string>();
    row.carrier_id = r[5].as<std::string>();
    row.plate = r[6].as<std::string>();
    row.manifest_nos = json::parse(r[7].c_str()).get<std::vector<std::string>>();
    row.kind = r[8].as<std::string>();
    row.tier = r[9].as<std::string>().front();
    row.grade = r[10].as<int>();
    row.since = instant(r[11]);
    if (!r[12].is_null()) row.until = instant(r[12]);
    row.detected_at = instant(r[13]);
    row.late = r[14].as<bool>();
    row.rule_set = r[15].as<std::string>();
    row.evidence = r[16].as<std::string>();
    row.recorded_at = instant(r[17]);
    return row;
}

std::vector<AlertRow> read_all(const pqxx::result& rows) {
    std::vector<AlertRow> found;
    for (const auto& row : rows) found.push_back(read(row));
    return found;
}

constexpr const char* time_form = "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'";

std::string iso(const std::string& column) {
    return "to_char(" + column + " AT TIME ZONE 'UTC', " + time_form + ")";
}

std::string notices_as_json() {
    return "SELECT coalesce(json_agg(json_strip_nulls(json_build_object('id', n.id,"
           " 'manifest', n.manifest_id, 'kind', n.kind, 'text', n.text, 'person', n.person,"
           " 'at', " +
           iso("n.at") + ", 'recorded_at', " + iso("n.recorded_at") +
           ", 'division', n.division, 'where', CASE WHEN n.lat IS NOT NULL THEN"
           " json_build_object('lat', n.lat, 'lon', n.lon) END))"
           " ORDER BY n.recorded_at, n.id), '[]') FROM manifest_notices n";
}

}  // namespace

std::vector<AlertRow> revisions(pqxx::transaction_base& db, const std::string& alert) {
    return read_all(db.exec_params(std::string{"SELECT "} + columns +
                                       " FROM alert_revisions WHERE alert = $1 ORDER BY revision",
                                   alert));
}

json reviews(pqxx::transaction_base& db, const std::string& alert) {
    const auto rows = db.exec_params(
        "SELECT coalesce(json_agg(json_strip_nulls(json_build_object('action', action, 'outcome',"
        " outcome, 'reason', reason, 'person', person, 'recorded_at', " +
            iso("recorded_at") +
            ")) ORDER BY recorded_at, id), '[]') FROM alert_reviews"
            " WHERE alert = $1",
        alert);
    return json::parse(rows[0][0].c_str());
}

bool is_closed(pqxx::transaction_base& db, const std::string& alert) {
    return !db.exec_params("SELECT 1 FROM alert_reviews WHERE alert = $1 AND action = 'close'",
                           alert)
                .empty();
}

void insert_review(pqxx::transaction_base& db, const std::string& id, const Review& review) {
    db.exec_params0(
        "INSERT INTO alert_reviews (id, alert, action, outcome, reason, token_id, person,"
        " recorded_at) VALUES ($1::uuid, $2, $3, NULLIF($4, ''), $5, $6::uuid, $7,"
        " $8::timestamptz)",
        id, review.alert, review.action, review.outcome, review.reason, review.token_id,
        review.person, to_iso(review.recorded_at));
}

json notices(pqxx::transaction_base& db, const std::string& manifest_id) {
    const auto rows =
        db.exec_params(notices_as_json() + " WHERE n.manifest_id = $1::uuid", manifest_id);
    return json::parse(rows[0][0].c_str());
}

json notices_of_trip(pqxx::transaction_base& db, const std::string& trip_id) {
    const auto rows = db.exec_params(
        notices_as_json() + " JOIN trips t ON t.manifest_id = n.manifest_id WHERE t.id = $1",
        trip_id);
    return json::parse(rows[0][0].c_str());
}

json insert_notice(pqxx::transaction_base& db, const Notice& notice) {
    const json where = notice.where ? json{notice.where->lat, notice.where->lon} : json{};
    db.exec_params0(
        "INSERT INTO manifest_notices (id, manifest_id, kind, text, at, recorded_at, token_id,"
        " person, lat, lon) VALUES ($1::uuid, $2::uuid, $3, $4, $5::timestamptz, $6::timestamptz,"
        " $7::uuid, $8, ($9::json ->> 0)::double precision, ($9::json ->> 1)::double precision)",
        notice.id, notice.manifest_id, notice.kind, notice.text, to_iso(notice.at),
        to_iso(notice.recorded_at), notice.token_id, notice.person, where.dump());
    const auto rows = db.exec_params(notices_as_json() + " WHERE n.id = $1::uuid", notice.id);
    return json::parse(rows[0][0].c_str()).at(0);
}

Recent incidents_since(pqxx::transaction_base& db, const std::string& manifest_id,
                       const PartyId& by, Instant since) {
    db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('incidents ' || $1, 0))",
                   manifest_id);
    return read_recent(db.exec_params1(
        std::string{"SELECT "} + recent_columns +
            " FROM manifest_notices WHERE manifest_id = $1::uuid AND kind = 'incident'"
            " AND party_id = $2::uuid AND recorded_at > $3::timestamptz",
        manifest_id, by.text, to_iso(since)));
}

std::vector<AlertRow> standing_alerts(pqxx::transaction_base& db, const std::string& vehicle_id) {
    return read_all(db.exec_params(
        std::string{"SELECT "} + columns +
            " FROM (SELECT DISTINCT ON (alert) * FROM alert_revisions"
            " WHERE vehicle_id = $1::uuid ORDER BY alert, revision DESC) newest"
            " WHERE what <> 'withdrawn' AND until IS NULL ORDER BY since, alert LIMIT 50",
        vehicle_id));
}

}  // namespace liuhen::server::store
