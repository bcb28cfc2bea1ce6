#include "server/store/alerts.hpp"

#include "server/store/sql_text.hpp"
#include "server/store/text_array.hpp"
#include "server/store/told_alerts.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using nlohmann::json;

// jsonb_populate_recordset reads every type of a row from its JSON form, arrays too.
constexpr std::string_view insert_records =
    "INSERT INTO alert_revisions SELECT * FROM jsonb_populate_recordset(null::alert_revisions, $1)";
constexpr std::string_view insert_records_again =
    "INSERT INTO alert_revisions SELECT * FROM jsonb_populate_recordset(null::alert_revisions, $1) "
    "ON CONFLICT (alert, revision) DO NOTHING";

std::string ms_of(std::string_view column) {
    const std::string name{column};
    return "(extract(epoch FROM " + name + ") * 1000)::bigint AS " + name + "_ms";
}

// The columns of a revision under the names that `read_row` looks for.
std::string selected() {
    return "r.alert, r.revision, r.what, r.trip_id, r.vehicle_id, "
           "coalesce(r.carrier_id::text, '') AS carrier_id, r.plate, "
           "to_json(r.manifest_nos)::text AS manifest_nos, r.kind, r.tier, r.grade, " +
           ms_of("since") + ", " + ms_of("until") + ", " + ms_of("detected_at") +
           ", r.late, r.rule_set, r.evidence::text AS evidence, " + ms_of("recorded_at") +
           ", to_json(r.areas)::text AS areas";
}

Instant instant_at(const pqxx::row& row, const char* column) {
    return instant_from_ms(row[column].as<std::int64_t>());
}

AlertRow read_row(const pqxx::row& row) {
    AlertRow out;
    out.alert = row["alert"].c_str();
    out.revision = row["revision"].as<std::int32_t>();
    out.what = row["what"].c_str();
    out.trip_id = row["trip_id"].c_str();
    out.vehicle_id = row["vehicle_id"].c_str();
    out.carrier_id = row["carrier_id"].c_str();
    out.plate = row["plate"].c_str();
    out.manifest_nos = json::parse(row["manifest_nos"].c_str()).get<std::vector<std::string>>();
    out.kind = row["kind"].c_str();
    out.tier = *row["tier"].c_str();
    out.grade = row["grade"].as<int>();
    out.since = instant_at(row, "since_ms");
    if (!row["until_ms"].is_null()) out.until = instant_at(row, "until_ms");
    out.detected_at = instant_at(row, "detected_at_ms");
    out.late = row["late"].as<bool>();
    out.rule_set = row["rule_set"].c_str();
    out.evidence = row["evidence"].c_str();
    out.recorded_at = instant_at(row, "recorded_at_ms");
    out.areas = json::parse(row["areas"].c_str()).get<std::vector<std::string>>();
    return out;
}

json record_of(const AlertRow& row) {
    return {{"alert", row.alert},
            {"revision", row.revision},
            {"what", row.what},
            {"trip_id", row.trip_id},
            {"vehicle_id", row.vehicle_id},
            {"carrier_id", row.carrier_id.empty() ? json{} : json(row.carrier_id)},
            {"plate", row.plate},
            {"manifest_nos", row.manifest_nos},
            {"kind", row.kind},
            {"tier", std::string(1, row.tier)},
            {"grade", row.grade},
            {"since", to_iso(row.since)},
            {"until", row.until ? json(to_iso(*row.until)) : json{}},
            {"detected_at", to_iso(row.detected_at)},
            {"late", row.late},
            {"rule_set", row.rule_set},
            {"evidence", json::parse(row.evidence)},
            {"recorded_at", to_iso(row.recorded_at)}};
}

}  // namespace

std::string to_records(const std::vector<AlertRow>& rows) {
    auto records = json::array();
    for (const AlertRow& row : rows) records.push_back(record_of(row));
    return records.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string_view insert_statement() { return insert_records; }
std::string_view insert_again_statement() { return insert_records_again; }

std::vector<AlertRow> newest_revisions(pqxx::transaction_base& transaction,
                                       const std::vector<std::string>& trips) {
    const auto rows =
        transaction.exec_params("SELECT DISTINCT ON (r.trip_id, r.alert) " + selected() +
                                    " FROM alert_revisions r WHERE r.trip_id = ANY($1::text[])"
                                    " ORDER BY r.trip_id, r.alert, r.revision DESC",
                                text_array(trips, [](const std::string& one) { return one; }));
    std::vector<AlertRow> out;
    out.reserve(rows.size());
    for (const auto& row : rows) out.push_back(read_row(row));
    return out;
}

std::vector<AlertRow> newest_revisions(pqxx::transaction_base& transaction,
                                       std::string_view trip_id) {
    return newest_revisions(transaction, std::vector{std::string{trip_id}});
}

// The lock makes numbering one at a time whoever asks; rows committed later get higher numbers,
// so a cursor never passes over a row that is still to come.
std::int64_t number_new_alerts(pqxx::transaction_base& transaction) {
    transaction.exec1("SELECT pg_advisory_xact_lock(hashtext('liuhen feed'))");
    const auto numbered = transaction.exec(
        "WITH pending AS (DELETE FROM feed_pending RETURNING alert, revision, recorded_at) "
        "INSERT INTO feed (no, alert, revision) "
        "SELECT (SELECT coalesce(max(no), 0) FROM feed) + row_number() OVER "
        "       (ORDER BY recorded_at, alert, revision), alert, revision FROM pending");
    return static_cast<std::int64_t>(numbered.affected_rows());
}

std::vector<NumberedAlert> numbered_after(pqxx::transaction_base& transaction, std::int64_t no,
                                          std::size_t limit) {
    const auto rows =
        transaction.exec_params("SELECT f.no, " + selected() +
                                    " FROM feed f JOIN alert_revisions r USING (alert, revision) "
                                    "WHERE f.no > $1 ORDER BY f.no LIMIT $2",
                                no, limit);
    std::vector<NumberedAlert> out;
    out.reserve(rows.size());
    for (const auto& row : rows) out.push_back({row["no"].as<std::int64_t>(), read_row(row)});
    return out;
}

std::int64_t newest_number(pqxx::transaction_base& transaction) {
    return transaction.exec1("SELECT coalesce(max(no), 0) FROM feed")[0].as<std::int64_t>();
}

std::vector<OpenAlert> open_alerts(pqxx::transaction_base& transaction) {
    const auto rows = transaction.exec(
        "SELECT alert, tier FROM (SELECT DISTINCT ON (alert) alert, tier, what, until "
        "FROM alert_revisions JOIN feed USING (alert, revision) ORDER BY alert, revision DESC) "
        "newest WHERE what <> 'withdrawn' AND until IS NULL");
    std::vector<OpenAlert> out;
    for (const auto& row : rows) out.push_back({row[0].c_str(), *row[1].c_str()});
    return out;
}

}  // namespace liuhen::server::store
