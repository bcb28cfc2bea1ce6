// SQL of what books hold and what their months came to.
#pragma once

#include "server/store/containers.hpp"

#include <pqxx/transaction_base>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// What a book holds of a container.
struct StockRow {
    StoredContainer container;
    PartyId party;
    Grams weight;
    Instant since;
};
struct StockQuery {
    PartyId party;  ///< empty: every book that the caller sees
    std::optional<manifest::custody::StorageCuts> stored_before;  ///< only what is overdue by these
    std::string after;                                            ///< container
    int limit = 50;
};
std::vector<StockRow> stock(pqxx::transaction_base& db, const StockQuery& query);
/// Tells the firms, and of what is overdue their authorities, of what has been stored since before;
/// `notice` is STORAGE_ENDS_SOON or STORAGE_OVERDUE. Of each filling once. How many are new.
std::int64_t tell_of_storage(pqxx::transaction_base& db, const std::string& notice,
                             const manifest::custody::StorageCuts& before, Instant now);

/// By waste code, of one book.
struct StockTotal {
    std::string waste_code;
    Grams weight;
    std::int64_t containers{};
};
std::vector<StockTotal> stock_totals(pqxx::transaction_base& db, const PartyId& party);

/// The months of one book, as far as the caller sees its containers.
std::vector<manifest::custody::Tally> tallies(pqxx::transaction_base& db, const PartyId& party,
                                              const std::string& waste_code);

/// What became of what left a producer's book in a month by manifests.
struct Fate {
    Grams received;    ///< accepted by receivers
    Grams returned;    ///< refused: the producer's again
    Grams lost;        ///< found to be less on the way; negative: more
    Grams on_the_way;  ///< nobody has decided yet
};
/// One producer's month in China, to the gram: closing = opening + produced + returned + received -
/// sent - treated + poured + corrected. The same figures as its declaration.
struct MassBalance {
    PartyId party;
    std::string name;
    Grams opening, produced;
    Grams returned;  ///< what was its own: refused, or brought back
    Grams received;  ///< of others, whose receiver it is too
    Grams sent, treated;
    Grams poured;     ///< into its containers less out of them: what was poured in another month
    Grams corrected;  ///< by weighings and counts; negative: it was less
    Grams closing;
    Fate fate;  ///< of what is in `sent`
};
struct MassBalanceQuery {
    std::chrono::year_month month;
    PartyId party;           ///< empty: every producer that the caller watches
    std::string waste_code;  ///< empty: all waste
    std::string after;       ///< party
    int limit = 50;
};
std::vector<MassBalance> mass_balances(pqxx::transaction_base& db, const MassBalanceQuery& query);

/// Entries of one book under one batch code.
struct BatchRow {
    std::string batch;
    std::string waste_code;
    std::string kind;  ///< code of a `MovementKind`
    std::int64_t containers{};
    Grams weight;
    Instant first_at, last_at;
};
struct BatchQuery {
    PartyId party;
    std::string batch;  ///< empty: all
    std::string after;  ///< batch
    int limit = 50;
};
std::vector<BatchRow> batches(pqxx::transaction_base& db, const BatchQuery& query);
/// The waste of which the party's batch already is; empty: of none yet.
std::string waste_of_batch(pqxx::transaction_base& db, const PartyId& party,
                           const std::string& batch);

}  // namespace liuhen::server::store
