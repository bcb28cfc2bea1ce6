// The containers in which a manifest travels: its marks, found again in the register.
#pragma once

#include "manifest/custody/carried.hpp"
#include "server/store/postings.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <vector>

namespace liuhen::server {

/// A mark with the line that it belongs to, and what the manifest says of its weight.
struct Travelling {
    store::Mark mark;
    std::uint8_t line_no{};
    const manifest::Container* named = nullptr;  ///< null: a line without marks
};
/// Points into the manifest.
std::vector<Travelling> travelling(const manifest::Manifest& manifest);
std::vector<store::Mark> marks_of(const std::vector<Travelling>& all);

/// Which of `found` each mark is: the likeliest that no mark before it is. Null: none of its book.
std::vector<const store::NamedContainer*> chosen(const std::vector<Travelling>& all,
                                                 const std::vector<store::NamedContainer>& found);

/// A manifest's containers as the ledger knows them, and those that it makes.
struct Load {
    std::vector<manifest::custody::Carried> carried;
    std::vector<store::StoredContainer> made;
};
/// Nobody else moves the containers that the manifest names until the transaction ends: what a
/// clerk enters at this moment, or another manifest loads, is known or comes afterwards.
void hold_named(pqxx::transaction_base& db, const manifest::Manifest& manifest);
/// Holds them, too.
Load load_of(pqxx::transaction_base& db, const manifest::Manifest& manifest, Instant now);

}  // namespace liuhen::server
