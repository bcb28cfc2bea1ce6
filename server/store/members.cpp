#include "server/store/members.hpp"

#include "server/crypto.hpp"
#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {

const Register members{
    "members",
    "json_build_object('id', id, 'login', login, 'name', name, 'party', party_id,"
    " 'authority', authority, 'division', nullif(division, ''), 'rank', rank,"
    " 'password_to_be_changed', initial, 'password_at', " LIUHEN_ISO("password_at") ","
    " 'created_at', " LIUHEN_ISO("created_at") ", 'disabled_at', " LIUHEN_ISO("disabled_at") ")"};

namespace {

std::string given(const std::optional<std::string>& text) { return text.value_or(""); }
std::string flag(bool value) { return value ? "true" : "false"; }

}  // namespace

std::optional<Login> find_login(pqxx::transaction_base& db, const std::string& login) {
    const auto rows = db.exec_params(
        "SELECT id, name, coalesce(party_id::text, '') AS party, coalesce(authority, '')"
        " AS authority, division, rank, password, initial, to_json(roles)::text AS roles"
        " FROM member_at_login($1)",
        login);
    if (rows.empty()) return std::nullopt;
    const auto text = [&rows](const char* column) { return std::string{rows[0][column].c_str()}; };
    Login found{text("id"),
                text("name"),
                text("party"),
                text("authority"),
                text("division"),
                text("rank"),
                text("password"),
                rows[0]["initial"].as<bool>(),
                {}};
    if (!rows[0]["roles"].is_null())
        found.roles = nlohmann::json::parse(text("roles")).get<std::vector<std::string>>();
    return found;
}

std::optional<Instant> count_guess(pqxx::transaction_base& db, const std::string& login,
                                   Instant now) {
    const std::string at = to_iso(now);
    db.exec_params0("DELETE FROM login_guesses WHERE at < $1::timestamptz - interval '1 day'", at);
    const auto rows = db.exec_params(
        "INSERT INTO login_guesses AS g (digest, guesses, at)"
        " VALUES (decode($1, 'hex'), 1, $2::timestamptz) ON CONFLICT (digest) DO UPDATE SET"
        " guesses = CASE WHEN g.locked_until > $2::timestamptz THEN g.guesses"
        "  WHEN g.locked_until IS NOT NULL OR g.at < $2::timestamptz - make_interval(mins => $4)"
        "  THEN 1 ELSE g.guesses + 1 END,"
        " locked_until = CASE WHEN g.locked_until > $2::timestamptz THEN g.locked_until"
        "  WHEN g.locked_until IS NULL AND g.guesses >= $3::int"
        "   AND g.at >= $2::timestamptz - make_interval(mins => $4)"
        "  THEN $2::timestamptz + make_interval(mins => $4) END,"
        " at = CASE WHEN g.locked_until > $2::timestamptz THEN g.at ELSE $2::timestamptz END"
        " RETURNING floor(extract(epoch FROM locked_until) * 1000)::bigint",
        sha256_hex(login), at, std::to_string(most_guesses), std::to_string(locked_for.count()));
    if (rows[0][0].is_null()) return std::nullopt;
    return instant_from_ms(rows[0][0].as<std::int64_t>());
}

void forget_guesses(pqxx::transaction_base& db, const std::string& login) {
    db.exec_params0("DELETE FROM login_guesses WHERE digest = decode($1, 'hex')",
                    sha256_hex(login));
}

void insert_member(pqxx::transaction_base& db, const NewMember& member) {
    db.exec_params0(
        "INSERT INTO members (id, login, name, party_id, authority, division, rank, password,"
        " password_at, created_at, created_by) VALUES ($1::uuid, $2, $3, NULLIF($4, '')::uuid,"
        " NULLIF($5, ''), $6, $7, $8, $9::timestamptz, $9::timestamptz, $10::uuid)",
        member.id, member.login, member.name, member.party, member.authority, member.division,
        member.rank, member.password, to_iso(member.now), member.by);
}

Changed change_member(pqxx::transaction_base& db, const std::string& id, const MemberChange& change,
                      Instant now) {
    const auto done = db.exec_params(
        "UPDATE members SET name = CASE WHEN $2::boolean THEN $3 ELSE name END,"
        " rank = CASE WHEN $4::boolean THEN $5 ELSE rank END,"
        " division = CASE WHEN $6::boolean THEN $7 ELSE division END,"
        " disabled_at = CASE WHEN NOT $8::boolean THEN disabled_at"
        "  WHEN $9::boolean THEN coalesce(disabled_at, $10::timestamptz) END"
        " WHERE id = $1::uuid",
        id, flag(change.name.has_value()), given(change.name), flag(change.rank.has_value()),
        given(change.rank), flag(change.division.has_value()), given(change.division),
        flag(change.disabled.has_value()), flag(change.disabled.value_or(false)), to_iso(now));
    if (done.affected_rows() == 0) return Changed::unknown;
    if (change.password) {  // written, never read: that column is not granted
        db.exec_params0(
            "UPDATE members SET password = $2, initial = true, password_at = $3::timestamptz"
            " WHERE id = $1::uuid",
            id, *change.password, to_iso(now));
    }
    return Changed::changed;
}

void set_own_password(pqxx::transaction_base& db, const std::string& hash, Instant now) {
    db.exec_params("SELECT set_own_password($1, $2::timestamptz)", hash, to_iso(now));
}

std::vector<std::string> end_sessions(pqxx::transaction_base& db, const std::string& member,
                                      const std::string& but, Instant now) {
    const auto rows = db.exec_params(
        "UPDATE tokens SET revoked_at = $3::timestamptz WHERE member_id = $1::uuid"
        " AND revoked_at IS NULL AND id::text <> $2 RETURNING id",
        member, but, to_iso(now));
    std::vector<std::string> ended;
    for (const auto& row : rows) ended.emplace_back(row[0].c_str());
    return ended;
}

}  // namespace liuhen::server::store
