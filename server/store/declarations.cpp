#include "server/store/declarations.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {

using manifest::custody::MovementKind;
using manifest::custody::WasteTally;

std::vector<WasteTally> waste_tallies(pqxx::transaction_base& db, const PartyId& party,
                                      const Interval& period) {
    std::vector<WasteTally> found;
    for (const auto& row : db.exec_params(
             "SELECT c.waste_code, v.what,"
             " coalesce(sum(v.grams) FILTER (WHERE before AND v.to_party = $1::uuid), 0)::bigint,"
             " coalesce(sum(v.grams) FILTER (WHERE before AND v.from_party = $1::uuid), 0)::bigint,"
             " coalesce(sum(v.grams) FILTER (WHERE NOT before AND v.to_party = $1::uuid), 0)"
             "  ::bigint,"
             " coalesce(sum(v.grams) FILTER (WHERE NOT before AND v.from_party = $1::uuid), 0)"
             "  ::bigint"
             " FROM (SELECT m.*, m.at < $2::timestamptz AS before, entered_as(m, $1::uuid) AS what"
             "  FROM container_movements m WHERE (m.from_party = $1::uuid OR m.to_party = $1::uuid)"
             "  AND m.from_party IS DISTINCT FROM m.to_party AND m.at < $3::timestamptz) v"
             " JOIN containers c ON c.id = v.container_id GROUP BY 1, 2 ORDER BY 1, 2",
             party.text, to_iso(*period.from), to_iso(*period.until))) {
        const auto grams = [&row](int column) { return Grams{row[column].as<std::int64_t>()}; };
        const auto kind = manifest::custody::movement_kind_from_code(row[1].c_str());
        found.push_back({row[0].c_str(),
                         kind.value_or(MovementKind::corrected),
                         {grams(2), grams(3)},
                         {grams(4), grams(5)}});
    }
    return found;
}

std::optional<Declarant> declarant(pqxx::transaction_base& db, const PartyId& party) {
    const auto rows = db.exec_params(
        "SELECT name, coalesce(uscc, '') FROM parties WHERE id = $1::uuid", party.text);
    if (rows.empty()) return std::nullopt;
    return Declarant{rows[0][0].c_str(), rows[0][1].c_str()};
}

bool reads_book(pqxx::transaction_base& db, const PartyId& party) {
    return db
        .exec_params1(
            "SELECT $1::uuid IS NOT DISTINCT FROM caller_party()"
            " OR caller_watches_party($1::uuid)",
            party.text)[0]
        .as<bool>();
}

}  // namespace liuhen::server::store
