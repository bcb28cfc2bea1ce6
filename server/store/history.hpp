// SQL of the history: records chained to the one before, and what no signed list speaks of yet.
#pragma once

#include "server/history/digest.hpp"
#include "server/history/record.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <string>

namespace liuhen::server::store {

/// The digests that the record of `version` is chained to: those of the version before, zeros for
/// the first. Read before the manifest's row is changed, under its lock: whoever it is taken from
/// may not see it afterwards. Throws std::logic_error when the chain has a gap.
history::Digests previous_digests(pqxx::transaction_base& db, const std::string& manifest,
                                  std::uint32_t version);

/// Adds the record, in one statement with the note that it waits for a signed list.
void append_record(pqxx::transaction_base& db, const history::Happening& one,
                   const history::Digests& previous);

}  // namespace liuhen::server::store
