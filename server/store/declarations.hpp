// SQL of declarations: what a period came to in one book.
#pragma once

#include "manifest/custody/declaration.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Of one book, as far as the caller sees its containers.
std::vector<manifest::custody::WasteTally> waste_tallies(pqxx::transaction_base& db,
                                                         const PartyId& party,
                                                         const Interval& period);
/// Who declares: name and credit code. Nullopt: no such party.
struct Declarant {
    std::string name, uscc;
};
std::optional<Declarant> declarant(pqxx::transaction_base& db, const PartyId& party);
/// Whether the caller may read the whole of a book: its own, or an authority's of its area.
bool reads_book(pqxx::transaction_base& db, const PartyId& party);

}  // namespace liuhen::server::store
