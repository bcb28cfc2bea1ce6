// What an event of a manifest does to the ledger of containers: judged beforehand among the other
// facts, posted afterwards in the same transaction.
#pragma once

#include "manifest/custody/postings.hpp"
#include "manifest/lifecycle.hpp"
#include "server/store/postings.hpp"

#include <pqxx/transaction_base>

#include <vector>

namespace liuhen::server {

/// T10 and T20: whether the containers are those of the register, on no other truck, and scanned.
/// Fills `facts.checks`, and `facts.remarks` where nobody scanned, there and at a handover.
void judge_containers(pqxx::transaction_base& db, const manifest::Manifest& current,
                      const manifest::Request& request, manifest::Facts& facts);

/// Lets the ledger follow a manifest that has been stored: both sides, to the gram
/// (manifest/custody/postings.hpp), and tells of differences that the event has settled or made
/// final. What is said beside success. A manifest that a redirection made follows by itself.
std::vector<manifest::Warning> follow_ledger(pqxx::transaction_base& db,
                                             const manifest::Manifest& stored,
                                             const manifest::Request& request, Instant now);

/// Of a load that an authority closed under way: what the carriers' books still have of it. Nobody
/// else moves its containers until the transaction ends.
Grams outstanding(pqxx::transaction_base& db, const manifest::Manifest& closed, Instant now);
/// Enters where it went, as somebody says. Throws the database's refusal where a book would be
/// overdrawn.
void settle_closed(pqxx::transaction_base& db, const manifest::Manifest& closed,
                   const manifest::custody::Ending& ending, const store::Statement& said,
                   Instant now);

}  // namespace liuhen::server
