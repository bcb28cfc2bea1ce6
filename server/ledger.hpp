// What an event of a manifest does to the ledger of containers: judged beforehand among the other
// facts, posted afterwards in the same transaction.
#pragma once

#include "manifest/lifecycle.hpp"

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

}  // namespace liuhen::server
