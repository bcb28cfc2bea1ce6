// What an event does to the quotas: judged beforehand among the other facts, held afterwards in the
// same transaction.
#pragma once

#include "manifest/lifecycle.hpp"
#include "manifest/quotas.hpp"

#include <pqxx/transaction_base>

#include <optional>

namespace liuhen::server {

/// Looks up what submit, amend, the producer's load_sign, redirect (for its child) and
/// submit_backfill would reserve, with the rows locked, and whether the receiver's method is in its
/// licence; fills `facts.checks`. Nullopt for events that need none of it. `facts.directory` must
/// have been looked up.
std::optional<manifest::Allotment> judge_quantities(pqxx::transaction_base& db,
                                                    const manifest::Manifest& current,
                                                    const manifest::Request& request,
                                                    manifest::Facts& facts);

/// Writes into the manifest that will hold the quantities on which plan and approval they are.
void name_papers(manifest::Decision& decision, const std::optional<manifest::Allotment>& allotment);

/// Lets the holdings follow the decision, which has been stored: by event, in one table. Quantities
/// that only the decision knows (unload, an approved revision) are judged here; when they are
/// refused the caller rolls back.
manifest::Refusals follow_quantities(pqxx::transaction_base& db, const manifest::Decision& decision,
                                     const manifest::Request& request,
                                     const std::optional<manifest::Allotment>& allotment);

}  // namespace liuhen::server
