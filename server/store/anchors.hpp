// SQL of the signed lists: what waits for one, what was listed, with which keys.
#pragma once

#include "server/history/key.hpp"
#include "server/history/list.hpp"

#include <pqxx/transaction_base>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace liuhen::server::store {

/// Takes at most `most` waiting records away, by manifest and version. They are gone for good only
/// with the transaction.
std::vector<history::Head> take_pending(pqxx::transaction_base& db, std::size_t most);

/// The number of the newest list; 0: none.
std::uint64_t newest_list(pqxx::transaction_base& db);
/// One list with its heads; nullopt when there is none of that number.
std::optional<history::SignedList> find_list(pqxx::transaction_base& db, std::uint64_t number);

/// Stores a list; `said` is what its text says.
void insert_list(pqxx::transaction_base& db, const history::AnchorList& said,
                 const history::SignedList& list);
/// Makes the keys known, once.
void publish_keys(pqxx::transaction_base& db, const history::PublicKeys& keys, Instant now);

}  // namespace liuhen::server::store
