#include "server/store/books.hpp"

#include "server/store/container_rows.hpp"
#include "server/store/sql_text.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

namespace liuhen::server::store {

using namespace manifest::custody;

std::vector<StockRow> stock(pqxx::transaction_base& db, const StockQuery& query) {
    std::vector<StockRow> found;
    const auto& cuts = query.stored_before;
    for (const auto& row : db.exec_params(
             fmt::format("SELECT {}, s.party_id::text, s.grams,"
                         " floor(extract(epoch FROM s.since) * 1000)::bigint"
                         " FROM container_stock s JOIN containers c ON c.id = s.container_id"
                         " WHERE s.grams > 0 AND ($1 = '' OR s.party_id = NULLIF($1, '')::uuid)"
                         " AND ($2 = '' OR stored_before(c.waste_code, s.since,"
                         "  NULLIF($2, '')::timestamptz, NULLIF($3, '')::timestamptz))"
                         " AND ($4 = '' OR s.container_id > NULLIF($4, '')::uuid)"
                         " ORDER BY s.container_id, s.party_id LIMIT $5::int",
                         container_columns),
             query.party.text, cuts ? to_iso(cuts->hazardous) : "",
             cuts ? to_iso(cuts->medical) : "", query.after, query.limit))
        found.push_back({read_container(row),
                         {row[container_width].c_str()},
                         Grams{row[container_width + 1].as<std::int64_t>()},
                         instant_from_ms(row[container_width + 2].as<std::int64_t>())});
    return found;
}

std::int64_t tell_of_storage(pqxx::transaction_base& db, const std::string& notice,
                             const StorageCuts& before, Instant now) {
    const auto rows = db.exec_params(
        "SELECT tell_of_storage($1, $2::timestamptz, $3::timestamptz, $4::timestamptz)", notice,
        to_iso(before.hazardous), to_iso(before.medical), to_iso(now));
    return rows[0][0].as<std::int64_t>();
}

std::vector<StockTotal> stock_totals(pqxx::transaction_base& db, const PartyId& party) {
    std::vector<StockTotal> found;
    for (const auto& row : db.exec_params(
             "SELECT c.waste_code, sum(s.grams)::bigint, count(*) FROM container_stock s"
             " JOIN containers c ON c.id = s.container_id"
             " WHERE s.grams > 0 AND s.party_id = $1::uuid GROUP BY c.waste_code ORDER BY 1",
             party.text))
        found.push_back(
            {row[0].c_str(), Grams{row[1].as<std::int64_t>()}, row[2].as<std::int64_t>()});
    return found;
}

std::vector<Tally> tallies(pqxx::transaction_base& db, const PartyId& party,
                           const std::string& waste_code) {
    std::vector<Tally> found;
    for (const auto& row :
         db.exec_params("SELECT extract(year FROM day)::int, extract(month FROM day)::int, kind,"
                        " coalesce(sum(grams) FILTER (WHERE to_party = $1::uuid), 0)::bigint,"
                        " coalesce(sum(grams) FILTER (WHERE from_party = $1::uuid), 0)::bigint"
                        " FROM (SELECT v.*, v.at AT TIME ZONE 'Asia/Shanghai' AS day"
                        "  FROM container_movements v WHERE $1::uuid IN (v.from_party, v.to_party)"
                        "  AND v.from_party IS DISTINCT FROM v.to_party"
                        "  AND ($2 = '' OR EXISTS (SELECT 1 FROM containers c"
                        "   WHERE c.id = v.container_id AND c.waste_code = $2))) moved"
                        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
                        party.text, waste_code)) {
        const std::chrono::year_month month{
            std::chrono::year{row[0].as<int>()},
            std::chrono::month{static_cast<unsigned>(row[1].as<int>())}};
        found.push_back({month,
                         kind_of(row[2]),
                         {Grams{row[3].as<std::int64_t>()}, Grams{row[4].as<std::int64_t>()}}});
    }
    return found;
}

}  // namespace liuhen::server::store
