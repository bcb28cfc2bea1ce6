#include "server/store/signature_codes.hpp"

#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {
namespace {

using nlohmann::json;

std::vector<json> read(const pqxx::result& rows) {
    std::vector<json> found;
    for (const auto& row : rows) found.push_back(json::parse(row[0].c_str()));
    return found;
}

std::string degrees(const std::optional<LatLon>& where, double LatLon::*part) {
    return where ? pqxx::to_string((*where).*part) : std::string{};
}

// $1 is now
constexpr const char* shown =
    "json_strip_nulls(json_build_object('id', c.id, 'sheet', sheet_id, 'sheet_no', sheet_no,"
    " 'role', c.role, 'person', person, 'account', account, 'events', array_to_json(events),"
    " 'manifest', manifest_id, 'site', site_id, 'created_at', " LIUHEN_ISO("c.created_at") ","
    " 'expires_at', " LIUHEN_ISO("expires_at") ", 'revoked_at', " LIUHEN_ISO("revoked_at") ","
    " 'used_at', " LIUHEN_ISO("used_at") ", 'used_manifest', used_manifest, 'used_version',"
    " used_version, 'used_event', used_event, 'used_by', used_by, 'used_by_name', p.name,"
    " 'state', CASE WHEN used_at IS NOT NULL THEN 'USED' WHEN revoked_at IS NOT NULL THEN 'REVOKED'"
    " WHEN expires_at <= $1::timestamptz THEN 'EXPIRED' ELSE 'OPEN' END))::text";

}  // namespace

void insert_signature_code(pqxx::transaction_base& db, const NewSignatureCode& code) {
    db.exec_params0(
        "INSERT INTO signature_codes (id, party_id, role, member_id, account, person, events,"
        " manifest_id, sheet_id, sheet_no, site_id, content, digest, created_by, created_at,"
        " expires_at) VALUES ($1::uuid, $2::uuid, $3, NULLIF($4, '')::uuid, $5, $6,"
        " ARRAY(SELECT json_array_elements_text($7::json)), NULLIF($8, '')::uuid,"
        " NULLIF($9, '')::uuid, NULLIF($10::int, 0), NULLIF($11, '')::uuid,"
        " decode(NULLIF($12, ''), 'hex'), decode($13, 'hex'), $14::uuid, $15::timestamptz,"
        " $16::timestamptz)",
        code.id, code.party, code.role, code.member, code.account, code.person,
        json(code.events).dump(), code.manifest, code.sheet, std::to_string(code.sheet_no),
        code.site, code.content, code.digest, code.token, to_iso(code.now),
        to_iso(code.expires_at));
}

CodesGiven count_codes(pqxx::transaction_base& db, const std::string& party,
                       const std::string& manifest, Instant now) {
    db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('signature codes ' || $1, 0))",
                   party);
    db.exec_params("SELECT forget_signature_guesses($1::timestamptz)", to_iso(now));
    const auto row = db.exec_params1(
        "SELECT count(*) FILTER (WHERE created_at > $3::timestamptz - interval '1 day'),"
        " count(*) FILTER (WHERE sheet_id IS NOT NULL AND unused),"
        " count(*) FILTER (WHERE manifest_id = NULLIF($2, '')::uuid AND unused)"
        " FROM (SELECT created_at, sheet_id, manifest_id,"
        "   used_at IS NULL AND revoked_at IS NULL AND expires_at > $3::timestamptz AS unused FROM "
        "signature_codes WHERE party_id = $1::uuid"
        "   AND created_at > $3::timestamptz - interval '1 day') given",
        party, manifest, to_iso(now));
    return {row[0].as<int>(), row[1].as<int>(), row[2].as<int>()};
}

void replace_codes(pqxx::transaction_base& db, const std::string& manifest,
                   const std::string& account, const std::string& event, Instant now) {
    db.exec_params0(
        "UPDATE signature_codes SET revoked_at = $4::timestamptz WHERE manifest_id = $1::uuid"
        " AND account = $2 AND $3 = ANY (events) AND used_at IS NULL AND revoked_at IS NULL"
        " AND party_id = caller_party() AND role = caller_role()",
        manifest, account, event, to_iso(now));
}

std::vector<json> list_signature_codes(pqxx::transaction_base& db, const std::string& before,
                                       int limit, Instant now) {
    return read(db.exec_params(
        std::string{"SELECT "} + shown +
            " FROM signature_codes c LEFT JOIN parties p ON p.id = used_by"
            " WHERE $2 = '' OR c.id < NULLIF($2, '')::uuid ORDER BY c.id DESC LIMIT $3::int",
        to_iso(now), before, std::to_string(limit)));
}

bool revoke_signature_codes(pqxx::transaction_base& db, const std::string& id, Instant now) {
    const auto known = db.exec_params(
        "SELECT 1 FROM signature_codes WHERE (id = $1::uuid OR sheet_id = $1::uuid)"
        " AND (caller_rank() = 'admin' OR account = caller_account()) LIMIT 1",
        id);
    if (known.empty()) return false;
    db.exec_params0(
        "UPDATE signature_codes SET revoked_at = $2::timestamptz"
        " WHERE (id = $1::uuid OR sheet_id = $1::uuid) AND used_at IS NULL AND revoked_at IS NULL",
        id, to_iso(now));
    return true;
}

std::optional<Instant> begin_guess(pqxx::transaction_base& db, const SignatureTry& one) {
    const auto row = db.exec_params1(
        "SELECT ceil(extract(epoch FROM begin_signature_guess($1::uuid, $2::uuid, $3,"
        " $4::timestamptz)) * 1000)::bigint",
        one.owner, one.asker, one.address, to_iso(one.now));
    if (row[0].is_null()) return std::nullopt;
    return instant_from_ms(row[0].as<std::int64_t>());
}

int count_wrong(pqxx::transaction_base& db, const SignatureTry& one) {
    return db
        .exec_params1(
            "SELECT count_wrong_signature($1::uuid, $2::uuid, $3, $4::uuid, $5::timestamptz)",
            one.owner, one.asker, one.address, one.manifest, to_iso(one.now))[0]
        .as<int>();
}

std::optional<FoundCode> find_signature_code(pqxx::transaction_base& db, const SignatureTry& one,
                                             const std::vector<std::string>& digests,
                                             const std::string& role, const std::string& event,
                                             const std::optional<LatLon>& where) {
    const auto rows = db.exec_params(
        "SELECT id, account, person, member, content FROM find_signature_code("
        " ARRAY(SELECT decode(d, 'hex') FROM json_array_elements_text($1::json) d),"
        " $2::uuid, $3, $4::uuid, $5, NULLIF($6, '')::float8, NULLIF($7, '')::float8,"
        " $8::timestamptz)",
        json(digests).dump(), one.owner, role, one.manifest, event, degrees(where, &LatLon::lat),
        degrees(where, &LatLon::lon), to_iso(one.now));
    if (rows.empty()) return std::nullopt;
    const auto text = [&rows](int column) { return std::string{rows[0][column].c_str()}; };
    return FoundCode{text(0), text(1), text(2), text(3), text(4)};
}

void spend_signature_code(pqxx::transaction_base& db, const SignatureTry& one,
                          const std::string& code, const std::string& event,
                          const std::string& token) {
    db.exec_params(
        "SELECT spend_signature_code($1::uuid, $2::uuid, $3, $4::uuid, $5::uuid, $6::timestamptz)",
        code, one.manifest, event, one.asker, token, to_iso(one.now));
}

std::vector<json> list_signature_locks(pqxx::transaction_base& db, Instant now) {
    return read(db.exec_params(
        "SELECT json_strip_nulls(json_build_object('asker', asker_id, 'asker_name', p.name,"
        " 'wrong', wrong, 'lockouts', lockouts, 'at', " LIUHEN_ISO(
            "at") ", 'locked_until', CASE"
                  " WHEN locked_until > $1::timestamptz THEN " LIUHEN_ISO(
                      "locked_until") " END))::text"
                                      " FROM signature_guesses g LEFT JOIN parties p ON p.id = "
                                      "g.asker_id"
                                      " WHERE wrong > 0 OR lockouts > 0 ORDER BY at DESC, g.key "
                                      "LIMIT 200",
        to_iso(now)));
}

void lift_signature_locks(pqxx::transaction_base& db) { db.exec0("DELETE FROM signature_guesses"); }

}  // namespace liuhen::server::store
