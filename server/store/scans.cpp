#include "server/store/scans.hpp"

#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {

using namespace manifest::custody;

bool add_scan(pqxx::transaction_base& db, const ManifestId& manifest, StoredScan& scan,
              const Clerk& by) {
    const auto degrees = [&scan](double LatLon::*part) {
        return scan.where ? std::optional{(*scan.where).*part} : std::nullopt;
    };
    const auto rows = db.exec_params(
        "INSERT INTO container_scans (id, manifest_id, purpose, leg_no, tag, symbology,"
        " taken_back, at, device, lat, lon, role, party_id, recorded_at, token_id, person)"
        " VALUES ($1::uuid, $2::uuid, $3, $4::smallint, $5, NULLIF($6, ''), $7::boolean,"
        " $8::timestamptz, $9, $10::float8, $11::float8, $12, NULLIF($13, '')::uuid,"
        " $14::timestamptz, $15::uuid, $16) ON CONFLICT DO NOTHING RETURNING 1",
        scan.id, manifest.text, std::string{code(scan.scan.purpose)},
        std::to_string(scan.scan.leg_no), scan.scan.tag, scan.symbology,
        scan.scan.taken_back ? "true" : "false", to_iso(scan.scan.at), scan.device,
        degrees(&LatLon::lat), degrees(&LatLon::lon), scan.role, scan.party.text, to_iso(by.now),
        by.token_id, by.person);
    if (!rows.empty()) {
        scan.recorded_at = by.now;
        return true;
    }
    const auto known = db.exec_params1(
        "SELECT id::text, role, coalesce(party_id::text, ''), person,"
        " floor(extract(epoch FROM recorded_at) * 1000)::bigint FROM container_scans"
        " WHERE manifest_id = $1::uuid AND purpose = $2 AND leg_no = $3::smallint AND tag = $4"
        " AND at = $5::timestamptz AND device = $6 AND taken_back = $7::boolean",
        manifest.text, std::string{code(scan.scan.purpose)}, std::to_string(scan.scan.leg_no),
        scan.scan.tag, to_iso(scan.scan.at), scan.device, scan.scan.taken_back ? "true" : "false");
    scan.id = known[0].c_str();
    scan.role = known[1].c_str();
    scan.party = PartyId{known[2].c_str()};
    scan.person = known[3].c_str();
    scan.recorded_at = instant_from_ms(known[4].as<std::int64_t>());
    return false;
}

std::vector<StoredScan> scans_of(pqxx::transaction_base& db, const ManifestId& manifest) {
    std::vector<StoredScan> found;
    for (const auto& row : db.exec_params(
             "SELECT id::text, purpose, leg_no, tag, taken_back,"
             " floor(extract(epoch FROM at) * 1000)::bigint, coalesce(symbology, ''), device, lat,"
             " lon, role, coalesce(party_id::text, ''), person,"
             " floor(extract(epoch FROM recorded_at) * 1000)::bigint FROM container_scans"
             " WHERE manifest_id = $1::uuid ORDER BY at, id",
             manifest.text)) {
        StoredScan one;
        one.id = row[0].c_str();
        one.scan = {row[3].c_str(),
                    scan_purpose_from_code(row[1].c_str()).value_or(ScanPurpose::check),
                    static_cast<std::uint8_t>(row[2].as<int>()),
                    instant_from_ms(row[5].as<std::int64_t>()), row[4].as<bool>()};
        one.symbology = row[6].c_str();
        one.device = row[7].c_str();
        if (!row[8].is_null()) one.where = LatLon{row[8].as<double>(), row[9].as<double>()};
        one.role = row[10].c_str();
        one.party = {row[11].c_str()};
        one.person = row[12].c_str();
        one.recorded_at = instant_from_ms(row[13].as<std::int64_t>());
        found.push_back(std::move(one));
    }
    return found;
}

std::vector<Scan> plain(const std::vector<StoredScan>& stored) {
    std::vector<Scan> scans;
    scans.reserve(stored.size());
    for (const auto& one : stored) scans.push_back(one.scan);
    return scans;
}

std::size_t scans_by(pqxx::transaction_base& db, const ManifestId& manifest, const PartyId& party) {
    return db
        .exec_params1(
            "SELECT count(*) FROM container_scans WHERE manifest_id = $1::uuid"
            " AND party_id IS NOT DISTINCT FROM NULLIF($2, '')::uuid",
            manifest.text, party.text)[0]
        .as<std::size_t>();
}

void hold_scans(pqxx::transaction_base& db, const ManifestId& manifest) {
    db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('scans ' || $1, 0))",
                   manifest.text);
}

std::vector<RaisedDifference> raised_differences(pqxx::transaction_base& db,
                                                 const ManifestId& manifest) {
    std::vector<RaisedDifference> found;
    for (const auto& row : db.exec_params(
             "SELECT purpose, leg_no, kind, container, instead_of,"
             " floor(extract(epoch FROM raised_at) * 1000)::bigint,"
             " floor(extract(epoch FROM settled_at) * 1000)::bigint FROM container_differences"
             " WHERE manifest_id = $1::uuid ORDER BY raised_at, purpose, leg_no, kind, container"
             " LIMIT $2::int",
             manifest.text, most_raised)) {
        RaisedDifference one;
        one.purpose = scan_purpose_from_code(row[0].c_str()).value_or(ScanPurpose::check);
        one.leg_no = static_cast<std::uint8_t>(row[1].as<int>());
        one.kind = row[2].c_str();
        one.container = row[3].c_str();
        one.instead_of = row[4].c_str();
        one.raised_at = instant_from_ms(row[5].as<std::int64_t>());
        if (!row[6].is_null()) one.settled_at = instant_from_ms(row[6].as<std::int64_t>());
        found.push_back(std::move(one));
    }
    return found;
}

void raise_differences(pqxx::transaction_base& db, const ManifestId& manifest,
                       const std::vector<StageJudgement>& stages, Instant now) {
    auto standing = nlohmann::json::array();
    for (const auto& stage : stages) {
        for (const auto& one : stage.differences)
            standing.push_back({{"purpose", code(stage.purpose)},
                                {"leg_no", stage.leg_no},
                                {"kind", code(one.kind)},
                                {"container", one.container},
                                {"instead_of", one.instead_of},
                                {"final", stage.over}});
    }
    db.exec_params("SELECT raise_differences($1::uuid, $2::jsonb, $3::timestamptz)", manifest.text,
                   standing.dump(), to_iso(now));
}

void tell_of_unscanned(pqxx::transaction_base& db, const ManifestId& manifest, Instant now) {
    db.exec_params("SELECT tell_of_unscanned($1::uuid, $2::timestamptz)", manifest.text,
                   to_iso(now));
}

std::vector<std::string> pattern_texts(pqxx::transaction_base& db) {
    std::vector<std::string> texts;
    for (const auto& row : db.exec("SELECT pattern FROM tag_patterns ORDER BY place"))
        texts.emplace_back(row[0].c_str());
    return texts;
}

std::vector<TagPattern> tag_patterns(pqxx::transaction_base& db) {
    std::vector<TagPattern> patterns;
    for (const auto& text : pattern_texts(db)) {
        if (auto pattern = parse_pattern(text)) patterns.push_back(*std::move(pattern));
    }
    return patterns;
}

void put_tag_patterns(pqxx::transaction_base& db, const std::vector<std::string>& patterns) {
    db.exec("DELETE FROM tag_patterns");
    for (std::size_t i = 0; i < patterns.size(); ++i)
        db.exec_params0("INSERT INTO tag_patterns (place, pattern) VALUES ($1::smallint, $2)",
                        std::to_string(i + 1), patterns[i]);
}

}  // namespace liuhen::server::store
