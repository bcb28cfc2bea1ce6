#include "server/store/files.hpp"

#include "server/history/digest.hpp"
#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <cmath>

namespace liuhen::server::store {
namespace {

constexpr double grid = 1e7;  // stored units a degree
// What the versions of a manifest, $1, say of a file.
constexpr const char* events_sql =
    "(SELECT json_agg(json_build_object('event', e.event, 'version', e.version, 'at',"
    " to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')) ORDER BY e.version)"
    " FROM manifest_files n JOIN manifest_events e USING (manifest_id, version)"
    " WHERE n.manifest_id = $1::uuid AND n.party_id = f.party_id AND n.sha256 = f.sha256)";

std::string select_files(const std::string& events, const std::string& condition) {
    return "SELECT encode(f.sha256, 'hex'), f.party_id, f.person, f.size, f.content_type,"
           " coalesce(f.kind, ''), f.proves,"
           " floor(extract(epoch FROM f.taken_at) * 1000)::bigint, f.lat, f.lon,"
           " floor(extract(epoch FROM f.received_at) * 1000)::bigint, " +
           events + " FROM files f WHERE " + condition;
}

StoredFile read_file(const pqxx::row& row) {
    StoredFile file;
    file.id = row[0].c_str();
    file.party = {row[1].c_str()};
    file.person = row[2].c_str();
    file.size = row[3].as<std::int64_t>();
    file.content_type = row[4].c_str();
    file.words.kind = row[5].c_str();
    file.words.proves = row[6].c_str();
    if (!row[7].is_null()) file.words.taken_at = instant_from_ms(row[7].as<std::int64_t>());
    if (!row[8].is_null())
        file.words.where = LatLon{row[8].as<int>() / grid, row[9].as<int>() / grid};
    file.received_at = instant_from_ms(row[10].as<std::int64_t>());
    file.events = row[11].c_str();
    return file;
}

std::optional<StoredFile> first_of(const pqxx::result& rows) {
    return rows.empty() ? std::nullopt : std::optional{read_file(rows[0])};
}

bool is_file_id(const std::string& id) { return history::digest_from_hex(id).has_value(); }

// An array of PostgreSQL of those that are ids at all: hex digits alone.
std::string array_of(const std::vector<std::string>& ids) {
    std::string array = "{";
    for (const auto& id : ids) {
        if (is_file_id(id)) array += (array.size() > 1 ? "," : "") + id;
    }
    return array + '}';
}

std::optional<std::string> on_grid(const std::optional<LatLon>& where, double LatLon::*degrees) {
    if (!where) return std::nullopt;
    return std::to_string(std::lround((*where).*degrees * grid));
}

}  // namespace

std::optional<StoredFile> find_own_file(pqxx::transaction_base& db, const PartyId& party,
                                        const std::string& id) {
    return first_of(
        db.exec_params(select_files("''", "f.party_id = $1::uuid AND f.sha256 = decode($2, 'hex')"),
                       party.text, id));
}

std::int64_t bytes_sent_since(pqxx::transaction_base& db, const PartyId& party, Instant since) {
    return db
        .exec_params1(
            "SELECT coalesce(sum(size), 0) FROM files"
            " WHERE party_id = $1::uuid AND received_at > $2::timestamptz",
            party.text, to_iso(since))[0]
        .as<std::int64_t>();
}

void keep_file(pqxx::transaction_base& db, const Sender& sender, const Content& content,
               const FileWords& words) {
    db.exec_params0("INSERT INTO media_bytes (bytes) VALUES ($1) ON CONFLICT DO NOTHING",
                    pqxx::binarystring{content.bytes.data(), content.bytes.size()});
    db.exec_params0(
        "INSERT INTO files (party_id, sha256, size, content_type, kind, proves, taken_at, lat, lon,"
        " person, token_id, received_at) VALUES ($1::uuid, decode($2, 'hex'), $3::int, $4,"
        " NULLIF($5, ''), $6, NULLIF($7, '')::timestamptz, $8::int, $9::int, $10, $11::uuid,"
        " $12::timestamptz) ON CONFLICT DO NOTHING",
        sender.party.text, content.id, std::to_string(content.bytes.size()),
        std::string{content.type}, words.kind, words.proves,
        words.taken_at ? to_iso(*words.taken_at) : std::string{},
        on_grid(words.where, &LatLon::lat), on_grid(words.where, &LatLon::lon), sender.person,
        sender.token_id, to_iso(sender.now));
}

std::optional<StoredFile> find_file(pqxx::transaction_base& db, const std::string& id) {
    if (!is_file_id(id)) return std::nullopt;
    return first_of(db.exec_params(
        select_files("''",
                     "f.sha256 = decode($1, 'hex')"
                     " ORDER BY f.party_id IS DISTINCT FROM caller_party(), f.received_at"
                     " LIMIT 1"),
        id));
}

std::string file_bytes(pqxx::transaction_base& db, const std::string& id) {
    const auto row =
        db.exec_params1("SELECT bytes FROM media_bytes WHERE sha256 = decode($1, 'hex')", id);
    return pqxx::binarystring{row[0]}.str();
}

std::vector<StoredFile> files_of_manifest(pqxx::transaction_base& db, const ManifestId& manifest,
                                          const std::string& after, int limit) {
    std::vector<StoredFile> found;
    for (const auto& row : db.exec_params(
             select_files(events_sql,
                          "EXISTS (SELECT 1 FROM manifest_files n WHERE n.manifest_id = $1::uuid"
                          " AND n.party_id = f.party_id AND n.sha256 = f.sha256)"
                          " AND f.sha256 > decode($2, 'hex') ORDER BY f.sha256, f.party_id"
                          " LIMIT $3::int"),
             manifest.text, after, limit))
        found.push_back(read_file(row));
    return found;
}

std::vector<std::string> unknown_files(pqxx::transaction_base& db, const ManifestId& manifest,
                                       const std::vector<std::string>& ids) {
    std::vector<std::string> known;
    for (const auto& row : db.exec_params(
             "SELECT asked FROM unnest($1::text[]) asked WHERE EXISTS (SELECT 1 FROM files f"
             " WHERE f.sha256 = decode(asked, 'hex')"
             "  AND (f.party_id IN (caller_party(), caller_delegate())"
             "   OR EXISTS (SELECT 1 FROM manifest_files n WHERE n.manifest_id = $2::uuid"
             "              AND n.party_id = f.party_id AND n.sha256 = f.sha256)))",
             array_of(ids), manifest.text))
        known.emplace_back(row[0].c_str());
    std::vector<std::string> unknown;
    for (const auto& id : ids) {
        if (std::ranges::find(known, id) == known.end()) unknown.push_back(id);
    }
    return unknown;
}

void attach_files(pqxx::transaction_base& db, const ManifestId& manifest, std::uint32_t version,
                  const std::vector<std::string>& ids) {
    db.exec_params0(
        "INSERT INTO manifest_files (manifest_id, version, party_id, sha256)"
        " SELECT DISTINCT ON (f.sha256) $1::uuid, $2::int, f.party_id, f.sha256 FROM files f"
        " WHERE f.sha256 IN (SELECT decode(named, 'hex') FROM unnest($3::text[]) named)"
        "  AND (f.party_id IN (caller_party(), caller_delegate())"
        "   OR EXISTS (SELECT 1 FROM manifest_files n WHERE n.manifest_id = $1::uuid"
        "              AND n.party_id = f.party_id AND n.sha256 = f.sha256))"
        " ORDER BY f.sha256, f.party_id IS DISTINCT FROM caller_party(), f.received_at",
        manifest.text, std::to_string(version), array_of(ids));
}

}  // namespace liuhen::server::store
