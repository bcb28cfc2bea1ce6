#include "server/store/meter_entries.hpp"

#include "server/days.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

const char* code(PipeEnd end) { return end == PipeEnd::out ? "out" : "in"; }

}  // namespace

int revisions_of(pqxx::transaction_base& db, const ManifestId& manifest, const MeterEntry& entry) {
    db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('meters ' || $1, 0))",
                   manifest.text);
    const auto row = db.exec_params1(
        "SELECT coalesce(max(revision), 0) FROM meter_entries WHERE manifest_id = $1::uuid"
        " AND line_no = $2::smallint AND side = $3 AND day = $4::date",
        manifest.text, std::to_string(entry.line_no), code(entry.end), to_text(entry.day));
    return row[0].as<int>();
}

Recent entries_since(pqxx::transaction_base& db, const ManifestId& manifest, PipeEnd end,
                     EntryKind kind, Instant since) {
    return read_recent(db.exec_params1(
        std::string{"SELECT "} + recent_columns +
            " FROM meter_entries WHERE manifest_id = $1::uuid AND side = $2"
            " AND (revision > 1) = $4::boolean AND recorded_at > $3::timestamptz",
        manifest.text, code(end), to_iso(since), kind == EntryKind::correction ? "true" : "false"));
}

void add_meter_entry(pqxx::transaction_base& db, const ManifestId& manifest,
                     const MeterEntry& entry) {
    db.exec_params0(
        "INSERT INTO meter_entries (manifest_id, line_no, side, day, revision, grams, meter,"
        " reason, token_id, person, recorded_at) VALUES ($1::uuid, $2::smallint, $3, $4::date,"
        " $5::int, $6::bigint, $7, NULLIF($8, ''), $9::uuid, $10, $11::timestamptz)",
        manifest.text, std::to_string(entry.line_no), code(entry.end), to_text(entry.day),
        std::to_string(entry.revision), std::to_string(entry.weight.value), entry.meter,
        entry.reason, entry.token_id, entry.person, to_iso(entry.recorded_at));
}

std::vector<MeterEntry> meter_entries(pqxx::transaction_base& db, const ManifestId& manifest) {
    const auto rows = db.exec_params(
        "SELECT DISTINCT ON (day, line_no, side) line_no, side, day::text, grams, meter,"
        " coalesce(reason, ''), person, revision,"
        " floor(extract(epoch FROM recorded_at) * 1000)::bigint"
        " FROM meter_entries WHERE manifest_id = $1::uuid"
        " ORDER BY day, line_no, side, revision DESC",
        manifest.text);
    std::vector<MeterEntry> found;
    for (const auto& row : rows) {
        MeterEntry one;
        one.line_no = static_cast<std::uint8_t>(row[0].as<int>());
        one.end = row[1].as<std::string>() == "out" ? PipeEnd::out : PipeEnd::in;
        one.day = parse_day(row[2].as<std::string>()).value_or(std::chrono::sys_days{});
        one.weight = {row[3].as<std::int64_t>()};
        one.meter = row[4].as<std::string>();
        one.reason = row[5].as<std::string>();
        one.person = row[6].as<std::string>();
        one.revision = row[7].as<int>();
        one.recorded_at = Instant{Duration{row[8].as<std::int64_t>()}};
        found.push_back(std::move(one));
    }
    return found;
}

std::map<std::uint8_t, Grams> metered(pqxx::transaction_base& db, const ManifestId& manifest,
                                      PipeEnd end) {
    std::map<std::uint8_t, Grams> sums;
    for (const auto& one : meter_entries(db, manifest)) {
        if (one.end == end) sums[one.line_no] = sums[one.line_no] + one.weight;
    }
    return sums;
}

void tell_of_difference(pqxx::transaction_base& db, const ManifestId& manifest, Instant now) {
    db.exec_params0(
        "INSERT INTO inbox (manifest_id, version, event, party_id, division, at)"
        " SELECT m.id, m.version, 'METERS_DIFFER', told.party, told.division, $2::timestamptz"
        " FROM manifests m CROSS JOIN LATERAL (VALUES (m.producer_id, NULL),"
        " (m.receiver_id, NULL), (NULL, m.document #>> '{producer,division}'),"
        " (NULL, m.document #>> '{receiver,division}')) AS told (party, division)"
        " WHERE m.id = $1::uuid AND (told.party IS NULL) <> (told.division IS NULL)",
        manifest.text, to_iso(now));
}

}  // namespace liuhen::server::store
