#include "server/store/delegations.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::store {
namespace {

using nlohmann::json;

// $1 is now
constexpr const char* shown =
    "json_build_object('id', id, 'delegator', delegator_id, 'delegate', delegate_id, 'role', role,"
    " 'acts', array_to_json(acts), 'from', " LIUHEN_ISO("lower(during)") ", 'until', "
    LIUHEN_ISO("upper(during)") ", 'document_no', document_no, 'created_at', "
    LIUHEN_ISO("created_at") ", 'revoked_at', " LIUHEN_ISO("revoked_at") ", 'state',"
    " CASE WHEN revoked_at IS NOT NULL THEN 'REVOKED'"
    " WHEN during @> $1::timestamptz THEN 'IN_FORCE'"
    " WHEN $1::timestamptz < lower(during) THEN 'PLANNED' ELSE 'ENDED' END)";

std::vector<json> read(const pqxx::result& rows) {
    std::vector<json> found;
    for (const auto& row : rows) found.push_back(json::parse(row[0].c_str()));
    return found;
}

}  // namespace

void insert_delegation(pqxx::transaction_base& db, const NewDelegation& delegation) {
    db.exec_params0(
        "INSERT INTO delegations (id, delegator_id, delegate_id, role, acts, during, document_no,"
        " created_at, created_by) VALUES ($1::uuid, $2::uuid, $3::uuid, $4,"
        " ARRAY(SELECT json_array_elements_text($5::json)),"
        " tstzrange($6::timestamptz, $7::timestamptz), $8, $9::timestamptz, $10::uuid)",
        delegation.id, delegation.delegator, delegation.delegate, delegation.role,
        json(delegation.acts).dump(), to_iso(delegation.from), to_iso(delegation.until),
        delegation.document_no, to_iso(delegation.now), delegation.by);
}

std::vector<json> list_delegations(pqxx::transaction_base& db, const std::string& after, int limit,
                                   Instant now) {
    return read(db.exec_params(std::string{"SELECT json_strip_nulls("} + shown +
                                   ")::text FROM delegations WHERE $2 = ''"
                                   " OR id > NULLIF($2, '')::uuid ORDER BY id LIMIT $3::int",
                               to_iso(now), after, std::to_string(limit)));
}

std::optional<json> find_delegation(pqxx::transaction_base& db, const std::string& id,
                                    Instant now) {
    auto found = read(db.exec_params(std::string{"SELECT json_strip_nulls("} + shown +
                                         ")::text FROM delegations WHERE id = $2::uuid",
                                     to_iso(now), id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

Withdrawn revoke_delegation(pqxx::transaction_base& db, const std::string& id, Instant now) {
    const auto done = db.exec_params(
        "UPDATE delegations SET revoked_at = $2::timestamptz WHERE id = $1::uuid"
        " AND revoked_at IS NULL AND (delegator_id = caller_party() OR caller_role() = 'operator')",
        id, to_iso(now));
    if (done.affected_rows() == 1) return Withdrawn::revoked;
    const auto known = db.exec_params(
        "SELECT 1 FROM delegations WHERE id = $1::uuid AND revoked_at IS NOT NULL"
        " AND (delegator_id = caller_party() OR caller_role() = 'operator')",
        id);
    return known.empty() ? Withdrawn::unknown : Withdrawn::revoked_before;
}

Powers powers_of(pqxx::transaction_base& db, const std::string& delegate,
                 const std::string& delegator, const std::string& act, Instant now) {
    Powers powers;
    const auto rows = db.exec_params(
        "WITH held AS (SELECT id, role, acts FROM delegations WHERE delegate_id = $1::uuid"
        "  AND delegator_id = $2::uuid AND revoked_at IS NULL AND during @> $4::timestamptz),"
        " fitting AS (SELECT role FROM held WHERE $3 = '' OR $3 = ANY (acts) ORDER BY id LIMIT 1)"
        " SELECT role, (SELECT to_json(array_agg(DISTINCT act)) FROM held, unnest(acts) act"
        "  WHERE held.role = fitting.role)::text FROM fitting",
        delegate, delegator, act, to_iso(now));
    if (rows.empty()) return powers;
    powers.role = rows[0][0].c_str();
    powers.acts = json::parse(rows[0][1].c_str()).get<std::vector<std::string>>();
    return powers;
}

}  // namespace liuhen::server::store
