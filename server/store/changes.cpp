#include "server/store/changes.hpp"

#include "server/store/statement.hpp"

namespace liuhen::server::store {
namespace {

constexpr Statement find_unnumbered{"find_unnumbered",
                                    "SELECT EXISTS (SELECT 1 FROM manifest_changes_pending)"};
constexpr Statement line_up{"line_up", "SELECT pg_advisory_xact_lock(hashtext('liuhen changes'))"};
constexpr Statement number_some{
    "number_some",
    "WITH taken AS (DELETE FROM manifest_changes_pending WHERE seq IN (SELECT seq"
    "  FROM manifest_changes_pending ORDER BY seq LIMIT $1::int) RETURNING *),"
    " numbered AS (SELECT (SELECT coalesce(max(no), 0) FROM manifest_changes)"
    "  + row_number() OVER (ORDER BY seq) AS no, taken.* FROM taken),"
    " told AS (INSERT INTO manifest_change_parties"
    "  SELECT unnest(parties), no FROM numbered)"
    " INSERT INTO manifest_changes SELECT n.no, n.manifest_id, n.version, n.number, n.state,"
    "  e.event, coalesce(e.at, n.recorded_at), n.recorded_at, n.is_open, n.areas"
    " FROM numbered n LEFT JOIN manifest_events e"
    "  ON e.manifest_id = n.manifest_id AND e.version = n.version"};
constexpr Statement find_newest_change{"find_newest_change",
                                       "SELECT coalesce(max(no), 0) FROM manifest_changes"};

// What is shown of a change; the manifest's own row is there when the caller sees it now.
#define LIUHEN_SHOWN_CHANGE                                                                     \
    "SELECT c.no, c.manifest_id, c.version, m.id IS NOT NULL, coalesce(c.number, ''), c.state," \
    " coalesce(c.event, ''),"                                                                   \
    " to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),"                   \
    " to_char(c.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

constexpr Statement find_party_changes{
    "find_party_changes", LIUHEN_SHOWN_CHANGE
    " FROM manifest_change_parties p JOIN manifest_changes c ON c.no = p.no"
    " LEFT JOIN manifests m ON m.id = c.manifest_id"
    " WHERE p.party_id = caller_party() AND p.no > $1::bigint AND p.no <= $2::bigint"
    " ORDER BY p.no LIMIT $3::int"};
constexpr Statement find_area_changes{
    "find_area_changes", LIUHEN_SHOWN_CHANGE
    " FROM manifest_changes c LEFT JOIN manifests m ON m.id = c.manifest_id"
    " WHERE c.no > $1::bigint AND c.no <= $2::bigint ORDER BY c.no LIMIT $3::int"};
#undef LIUHEN_SHOWN_CHANGE

std::vector<Change> read(pqxx::transaction_base& db, const Statement& statement,
                         const ChangeQuery& query) {
    const auto rows = ask(db, statement, std::to_string(query.after), std::to_string(query.until),
                          std::to_string(query.limit));
    std::vector<Change> found;
    found.reserve(static_cast<std::size_t>(rows.size()));
    for (const auto& row : rows)
        found.push_back({.no = row[0].as<std::int64_t>(),
                         .manifest = row[1].c_str(),
                         .version = row[2].as<std::uint32_t>(),
                         .seen = row[3].as<bool>(),
                         .number = row[4].c_str(),
                         .state = row[5].c_str(),
                         .event = row[6].c_str(),
                         .at = row[7].c_str(),
                         .recorded_at = row[8].c_str()});
    return found;
}

}  // namespace

std::size_t number_changes(pqxx::transaction_base& db, std::size_t most) {
    if (!ask(db, find_unnumbered)[0][0].as<bool>()) return 0;
    ask(db, line_up);  // who numbered before has committed when this is granted
    return static_cast<std::size_t>(ask(db, number_some, std::to_string(most)).affected_rows());
}

std::int64_t newest_change(pqxx::transaction_base& db) {
    return ask(db, find_newest_change)[0][0].as<std::int64_t>();
}

std::vector<Change> changes_of_party(pqxx::transaction_base& db, const ChangeQuery& query) {
    return read(db, find_party_changes, query);
}

std::vector<Change> changes_of_area(pqxx::transaction_base& db, const ChangeQuery& query) {
    return read(db, find_area_changes, query);
}

}  // namespace liuhen::server::store
