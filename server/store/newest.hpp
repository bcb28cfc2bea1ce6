// The newest sighting of a kind: rows as rows are asked first, pieces of the past only when a truck
// has been silent for longer than rows stay.
#pragma once

#include <pqxx/pqxx>

#include <string>

namespace liuhen::server::store {

/// Runs `sql`, in which each `observations` stands with an alias; when it finds nothing, again over
/// `sightings` of which `pieces` holds: vehicle or terminal, and a time of `piece_from`, which is
/// an hour before that of a row at most.
template <class... Parameter>
pqxx::result newest_in(pqxx::transaction_base& db, std::string sql, const std::string& pieces,
                       const Parameter&... parameters) {
    auto rows = db.exec_params(sql, parameters...);
    if (!rows.empty()) return rows;
    static const std::string hot = "FROM observations ";
    const std::string past = "FROM (SELECT * FROM sightings WHERE " + pieces + ") ";
    for (auto at = sql.find(hot); at != std::string::npos; at = sql.find(hot, at + past.size()))
        sql.replace(at, hot.size(), past);
    return db.exec_params(sql, parameters...);
}

}  // namespace liuhen::server::store
