// What producers' months came to, with the fate of what was sent, and batches.
#include "server/store/books.hpp"
#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using namespace manifest::custody;

Instant begin_in_china(std::chrono::year_month month) {
    return Instant{std::chrono::sys_days{month / 1}} - china_standard_time;
}

Grams grams(const pqxx::row& row, const char* name) { return Grams{row[name].as<std::int64_t>()}; }

// What an entry of the book is, `entered_as` says, as for declarations. On the way a correction
// with one book is a loss. `grams` is what it adds.
constexpr const char* month_sql =
    "WITH asked AS MATERIALIZED (SELECT p.id, p.name FROM parties p"
    "  WHERE 'producer' = ANY (p.roles)"
    "  AND (p.id = caller_party() OR caller_watches_party(p.id))"
    "  AND ($3 = '' OR p.id = NULLIF($3, '')::uuid) AND ($4 = '' OR p.id > NULLIF($4, '')::uuid)"
    "  ORDER BY p.id LIMIT $5::int)"
    " SELECT a.id::text AS id, a.name, book.*, fate.* FROM asked a"
    " CROSS JOIN LATERAL (SELECT"
    "  coalesce(sum(grams) FILTER (WHERE at < $1::timestamptz), 0)::bigint AS opening,"
    "  coalesce(sum(grams), 0)::bigint AS closing,"
    "  coalesce(sum(grams) FILTER (WHERE now AND what = 'PRODUCED'), 0)::bigint AS produced,"
    "  coalesce(sum(grams) FILTER (WHERE now AND what = 'REFUSED'), 0)::bigint AS returned,"
    "  coalesce(sum(grams) FILTER (WHERE now AND what IN ('RECEIVED', 'HANDED_OVER')), 0)::bigint"
    "   AS received,"
    "  coalesce(-sum(grams) FILTER (WHERE now AND what = 'LOADED'), 0)::bigint AS sent,"
    "  coalesce(-sum(grams) FILTER (WHERE now AND what = 'TREATED'), 0)::bigint AS treated,"
    "  coalesce(sum(grams) FILTER (WHERE now AND what LIKE 'REGROUPED%'), 0)::bigint AS poured,"
    "  coalesce(sum(grams) FILTER (WHERE now AND what = 'CORRECTED'), 0)::bigint AS corrected,"
    "  coalesce(array_agg(DISTINCT manifest_id) FILTER (WHERE now AND what = 'LOADED'), '{}')"
    "   AS manifests"
    "  FROM (SELECT v.at, v.manifest_id, v.at >= $1::timestamptz AS now,"
    "    entered_as(v, a.id) AS what,"
    "    CASE WHEN v.to_party = a.id THEN v.grams ELSE -v.grams END AS grams"
    "   FROM container_movements v WHERE (v.from_party = a.id OR v.to_party = a.id)"
    "    AND v.from_party IS DISTINCT FROM v.to_party AND v.at < $2::timestamptz"
    "    AND ($6 = '' OR EXISTS (SELECT 1 FROM containers c WHERE c.id = v.container_id"
    "     AND c.waste_code = $6))) entry) book"
    " CROSS JOIN LATERAL (SELECT"
    "  coalesce(sum(grams) FILTER (WHERE what = 'RECEIVED'), 0)::bigint AS taken,"
    "  coalesce(sum(grams) FILTER (WHERE what = 'REFUSED'), 0)::bigint AS refused,"
    "  coalesce(sum(grams) FILTER (WHERE what = 'CORRECTED'), 0)::bigint AS lost"
    "  FROM (SELECT CASE WHEN v.kind <> 'CORRECTED' THEN v.kind"
    "     WHEN v.from_party IS NOT NULL AND v.to_party IS NOT NULL THEN v.corrects"
    "     WHEN v.corrects = 'PRODUCED' THEN 'WEIGHED' ELSE 'CORRECTED' END AS what,"
    "    CASE WHEN v.kind = 'CORRECTED' AND v.to_party IS NOT NULL THEN -v.grams"
    "     ELSE v.grams END AS grams"
    "   FROM container_movements v WHERE v.manifest_id = ANY (book.manifests)"
    "    AND ($6 = '' OR EXISTS (SELECT 1 FROM containers c WHERE c.id = v.container_id"
    "     AND c.waste_code = $6))) entry) fate"
    " ORDER BY a.id";

}  // namespace

std::vector<MassBalance> mass_balances(pqxx::transaction_base& db, const MassBalanceQuery& query) {
    std::vector<MassBalance> found;
    for (const auto& row :
         db.exec_params(month_sql, to_iso(begin_in_china(query.month)),
                        to_iso(begin_in_china(query.month + std::chrono::months{1})),
                        query.party.text, query.after, query.limit, query.waste_code)) {
        MassBalance one;
        one.party = {row["id"].c_str()};
        one.name = row["name"].c_str();
        one.opening = grams(row, "opening");
        one.produced = grams(row, "produced");
        one.returned = grams(row, "returned");
        one.received = grams(row, "received");
        one.sent = grams(row, "sent");
        one.treated = grams(row, "treated");
        one.poured = grams(row, "poured");
        one.corrected = grams(row, "corrected");
        one.closing = grams(row, "closing");
        one.fate = {grams(row, "taken"), grams(row, "refused"), grams(row, "lost"), {}};
        one.fate.on_the_way = one.sent - one.fate.received - one.fate.returned - one.fate.lost;
        found.push_back(std::move(one));
    }
    return found;
}

std::vector<BatchRow> batches(pqxx::transaction_base& db, const BatchQuery& query) {
    std::vector<BatchRow> found;
    for (const auto& row : db.exec_params(
             "WITH asked AS MATERIALIZED (SELECT DISTINCT v.batch FROM container_movements v"
             " WHERE v.batch IS NOT NULL AND (v.from_party = $1::uuid OR v.to_party = $1::uuid)"
             " AND CASE v.kind WHEN 'RECEIVED' THEN v.to_party"
             "  ELSE coalesce(v.from_party, v.to_party) END = $1::uuid"
             " AND ($2 = '' OR v.batch = $2) AND ($3 = '' OR v.batch > $3)"
             " ORDER BY 1 LIMIT $4::int)"
             " SELECT v.batch, c.waste_code, v.kind, count(DISTINCT v.container_id),"
             " sum(v.grams)::bigint, floor(extract(epoch FROM min(v.at)) * 1000)::bigint,"
             " floor(extract(epoch FROM max(v.at)) * 1000)::bigint FROM container_movements v"
             " JOIN containers c ON c.id = v.container_id WHERE v.batch IS NOT NULL"
             " AND (v.from_party = $1::uuid OR v.to_party = $1::uuid)"
             // Of what went from hand to hand the batch is the giver's when it was sent, the
             // taker's when it was received.
             " AND CASE v.kind WHEN 'RECEIVED' THEN v.to_party"
             "  ELSE coalesce(v.from_party, v.to_party) END = $1::uuid"
             " AND v.batch IN (SELECT batch FROM asked)"
             " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
             query.party.text, query.batch, query.after, query.limit)) {
        found.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].as<std::int64_t>(),
                         Grams{row[4].as<std::int64_t>()},
                         instant_from_ms(row[5].as<std::int64_t>()),
                         instant_from_ms(row[6].as<std::int64_t>())});
    }
    return found;
}

std::string waste_of_batch(pqxx::transaction_base& db, const PartyId& party,
                           const std::string& batch) {
    const auto known = batches(db, {party, batch, {}, 1});
    return known.empty() ? std::string{} : known.front().waste_code;
}

}  // namespace liuhen::server::store
