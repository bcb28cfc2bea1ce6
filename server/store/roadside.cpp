#include "server/store/roadside.hpp"

#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <array>
#include <utility>

namespace liuhen::server::store {
namespace {

Instant instant(const pqxx::field& field) { return instant_from_ms(field.as<std::int64_t>()); }

constexpr std::array<std::pair<std::string_view, OpeningOutcome>, 4> outcomes{
    {{"OPENED", OpeningOutcome::opened},
     {"EXPIRED", OpeningOutcome::dead},
     {"REVOKED", OpeningOutcome::dead},
     {"TOO_OFTEN", OpeningOutcome::too_often}}};

std::vector<LastScan> scans_from(const char* text) {
    std::vector<LastScan> scans;
    for (const auto& one : nlohmann::json::parse(text))
        scans.push_back({one.at("tag"), one.at("purpose"), instant_from_ms(one.at("at"))});
    return scans;
}

}  // namespace

std::optional<RoadsideCode> newest_code(pqxx::transaction_base& db, const ManifestId& manifest,
                                        std::uint32_t version) {
    const auto rows = db.exec_params(
        "SELECT id, issue, encode(digest, 'hex'), (extract(epoch FROM issued_at) * 1000)::bigint,"
        " (extract(epoch FROM expires_at) * 1000)::bigint, revoked_at IS NOT NULL"
        " FROM roadside_codes WHERE manifest_id = $1::uuid AND version = $2"
        " ORDER BY issue DESC LIMIT 1",
        manifest.text, version);
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    return RoadsideCode{
        row[0].c_str(), manifest,        version,         row[1].as<std::uint32_t>(),
        row[2].c_str(), instant(row[3]), instant(row[4]), row[5].as<bool>()};
}

bool insert_code(pqxx::transaction_base& db, const RoadsideCode& code, const std::string& token_id,
                 const std::string& person) {
    const auto done = db.exec_params(
        "INSERT INTO roadside_codes (id, manifest_id, version, issue, digest, issued_at,"
        " expires_at, token_id, person) VALUES ($1::uuid, $2::uuid, $3, $4, decode($5, 'hex'),"
        " $6::timestamptz, $7::timestamptz, $8::uuid, $9) ON CONFLICT DO NOTHING",
        code.id, code.manifest.text, code.version, code.issue, code.digest, to_iso(code.issued_at),
        to_iso(code.expires_at), token_id, person);
    return done.affected_rows() == 1;
}

std::size_t revoke_codes(pqxx::transaction_base& db, const ManifestId& manifest, Instant now,
                         const std::string& person) {
    return db
        .exec_params(
            "UPDATE roadside_codes SET revoked_at = $2::timestamptz, revoked_by = $3"
            " WHERE manifest_id = $1::uuid AND revoked_at IS NULL",
            manifest.text, to_iso(now), person)
        .affected_rows();
}

OpeningOutcome open_roadside(pqxx::transaction_base& db, const OpeningWish& wish) {
    const auto rows = db.exec_params(
        "SELECT outcome FROM open_roadside(decode($1, 'hex'), decode($2, 'hex'), $3::uuid,"
        " $4::timestamptz, $5::timestamptz, $6, $7, $8)",
        wish.code_digest, wish.page_digest, wish.id, to_iso(wish.now), to_iso(wish.until),
        wish.most_a_day, wish.by.network, wish.by.agent);
    if (rows.empty()) return OpeningOutcome::unknown;
    const std::string said = rows[0][0].c_str();
    return std::ranges::find(outcomes, said, &decltype(outcomes)::value_type::first)->second;
}

std::optional<RoadsideSight> roadside_sight(pqxx::transaction_base& db,
                                            const std::string& page_digest, Instant now) {
    const auto rows = db.exec_params(
        "SELECT code_id, paper_version, (extract(epoch FROM until) * 1000)::bigint, document,"
        " (extract(epoch FROM recorded_at) * 1000)::bigint, encode(sha256, 'hex'), routes, scans"
        " FROM roadside_page(decode($1, 'hex'), $2::timestamptz)",
        page_digest, to_iso(now));
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    return RoadsideSight{row[0].c_str(),
                         row[1].as<std::uint32_t>(),
                         instant(row[2]),
                         row[3].c_str(),
                         instant(row[4]),
                         row[5].c_str(),
                         nlohmann::json::parse(row[6].c_str()),
                         scans_from(row[7].c_str())};
}

bool note_print(pqxx::transaction_base& db, const std::string& code_id, const std::string& id,
                Instant now, int most_a_day, const Onlooker& by) {
    return db
        .exec_params1("SELECT note_roadside_print($1::uuid, $2::uuid, $3::timestamptz, $4, $5, $6)",
                      code_id, id, to_iso(now), most_a_day, by.network, by.agent)[0]
        .as<bool>();
}

std::vector<RoadsideOpening> openings_of(pqxx::transaction_base& db, const ManifestId& manifest,
                                         const std::string& after, int limit) {
    std::vector<RoadsideOpening> openings;
    const auto rows = db.exec_params(
        "SELECT o.id, o.outcome, c.version, c.issue, o.code_id,"
        " (extract(epoch FROM o.at) * 1000)::bigint, (extract(epoch FROM o.until) * 1000)::bigint,"
        " o.network, o.agent FROM roadside_openings o JOIN roadside_codes c ON c.id = o.code_id"
        " WHERE o.manifest_id = $1::uuid AND ($2 = '' OR o.id > NULLIF($2, '')::uuid)"
        " ORDER BY o.id LIMIT $3",
        manifest.text, after, limit);
    for (const auto& row : rows) {
        RoadsideOpening one{row[0].c_str(),
                            row[1].c_str(),
                            row[2].as<std::uint32_t>(),
                            row[3].as<std::uint32_t>(),
                            row[4].c_str(),
                            instant(row[5]),
                            {},
                            {row[7].c_str(), row[8].c_str()}};
        if (!row[6].is_null()) one.until = instant(row[6]);
        openings.push_back(std::move(one));
    }
    return openings;
}

}  // namespace liuhen::server::store
