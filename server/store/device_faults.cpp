#include "server/store/device_faults.hpp"

#include "server/store/newest.hpp"
#include "telematics/text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using nlohmann::json;

constexpr int most_frames = 50, most_pieces = 50;
constexpr double grid = 1e7;  // stored units a degree

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

std::vector<std::byte> bytes_of(const pqxx::field& hex) {
    return telematics::from_hex(hex.c_str()).value_or(std::vector<std::byte>{});
}

void read_faults(pqxx::transaction_base& db, TerminalRecord& record) {
    const auto rows = db.exec_params(
        "SELECT kind, sum(count)::bigint, " LIUHEN_ISO("min(first_at)") ", " LIUHEN_ISO(
            "max(last_at)") ", encode((array_agg(last_bytes ORDER BY last_at DESC))[1], 'hex')"
                            " FROM device_faults WHERE number = $1 GROUP BY kind ORDER BY 2 DESC",
        record.number);
    for (const auto& row : rows) {
        record.faults.push_back({row[0].c_str(), row[1].as<std::int64_t>(), row[2].c_str(),
                                 row[3].c_str(), bytes_of(row[4])});
    }
    const auto kept =
        db.exec_params("SELECT count(*) FROM quarantine WHERE number = $1", record.number);
    record.quarantined = kept[0][0].as<std::int64_t>();
}

void read_last_fix(pqxx::transaction_base& db, const std::string& key, TerminalRecord& record) {
    const auto rows = newest_in(
        db,
        "SELECT " LIUHEN_ISO("at") ", " LIUHEN_ISO(
            "received_at") ", lat, lon, source FROM observations o"
                           " WHERE terminal_key = $1::int AND kind = 1 AND flags & 4 = 0"
                           " ORDER BY at DESC LIMIT 1",
        "terminal_key = $1::int AND piece_from > now() - interval '60 days'", key);
    if (rows.empty()) return;
    const auto row = rows[0];
    record.last_fix = LastFix{.at = row[0].c_str(),
                              .received_at = row[1].c_str(),
                              .lat = row[2].as<int>(0) / grid,
                              .lon = row[3].as<int>(0) / grid,
                              .satellite = row[4].as<int>(2) == 0};
}

void read_evidence(pqxx::transaction_base& db, const std::string& key, TerminalRecord& record) {
    const auto take = [&record](const pqxx::result& rows) {
        for (const auto& row : rows)
            record.evidence.push_back(
                {bytes_of(row[0]), Instant{Duration{row[1].as<std::int64_t>()}}});
    };
    take(db.exec_params(
        "SELECT encode(frame, 'hex'), (extract(epoch FROM received_at) * 1000)::bigint"
        " FROM recent_frames($1::int, $2::int)",
        key, std::to_string(most_frames)));
    take(db.exec_params(
        "SELECT encode(bytes, 'hex'), (extract(epoch FROM received_at) * 1000)::bigint"
        " FROM quarantine WHERE number = $1 ORDER BY id DESC LIMIT $2::int",
        record.number, std::to_string(most_pieces)));
}

}  // namespace

void add_device_faults(pqxx::transaction_base& db, const std::vector<FaultCount>& counts) {
    if (counts.empty()) return;
    json rows = json::array();
    for (const FaultCount& one : counts) {
        rows.push_back({{"number", one.number},
                        {"kind", one.kind},
                        {"day", one.day},
                        {"count", one.count},
                        {"first_at", to_iso(one.first_at)},
                        {"last_at", to_iso(one.last_at)},
                        {"last_bytes", telematics::to_hex(one.last_bytes)}});
    }
    db.exec_params0(
        "INSERT INTO device_faults AS f (number, kind, day, count, first_at, last_at, last_bytes)"
        " SELECT number, kind, date '1970-01-01' + day, count, first_at, last_at,"
        " substr(decode(last_bytes, 'hex'), 1, 4096)"
        " FROM json_to_recordset($1::json) AS r(number text, kind text, day integer,"
        " count bigint, first_at timestamptz, last_at timestamptz, last_bytes text)"
        " ON CONFLICT (number, kind, day) DO UPDATE SET count = f.count + excluded.count,"
        " first_at = least(f.first_at, excluded.first_at),"
        " last_bytes = CASE WHEN excluded.last_at >= f.last_at THEN excluded.last_bytes"
        " ELSE f.last_bytes END,"
        " last_at = greatest(f.last_at, excluded.last_at)",
        rows.dump());
}

std::optional<TerminalRecord> read_terminal(pqxx::transaction_base& db,
                                            const std::string& id_or_number) {
    const auto rows = db.exec_params(
        "SELECT id, key, number, protocol, profile, time_zone_minutes, datum FROM terminals"
        " WHERE id::text = lower($1) OR number = lower(ltrim($1, '0'))",
        id_or_number);
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    TerminalRecord record;
    record.id = row["id"].c_str();
    record.number = row["number"].c_str();
    record.protocol = row["protocol"].c_str();
    record.profile = row["profile"].c_str();
    record.time_zone = std::chrono::minutes{row["time_zone_minutes"].as<int>()};
    record.datum = std::string_view{row["datum"].c_str()} == "gcj02" ? telematics::Datum::gcj02
                                                                     : telematics::Datum::wgs84;
    const std::string key = row["key"].c_str();
    read_faults(db, record);
    read_last_fix(db, key, record);
    read_evidence(db, key, record);
    return record;
}

}  // namespace liuhen::server::store
