// SQL of the quotas: rows of plan, licence and approval locked for a manifest, and the ledger of
// what it holds of them.
#pragma once

#include "base/time.hpp"
#include "manifest/lifecycle.hpp"
#include "manifest/quotas.hpp"

#include <pqxx/transaction_base>

#include <string>
#include <vector>

namespace liuhen::server::store {

/// Draws the lines on the registers; the rows stay locked (plan, licence, approval) until the
/// transaction ends, so that what was left is left when it is held.
manifest::Allotment allot_quantities(pqxx::transaction_base& db, const manifest::Manifest& of,
                                     manifest::LineMeasure by);

/// What the manifest holds now.
std::vector<manifest::Holding> quantities_held(pqxx::transaction_base& db, const ManifestId& of);

/// From the stored version of the manifest on it holds these and no others; the differences go
/// into the ledger. Throws when a row would exceed its limit, which an allotment under the same
/// locks rules out.
void hold_quantities(pqxx::transaction_base& db, const manifest::Manifest& stored,
                     manifest::Event event, Instant at,
                     const std::vector<manifest::Holding>& holdings);

/// True when a licence that the receiver had on the planned day covers this code by this method.
bool licence_covers(pqxx::transaction_base& db, const manifest::Manifest& of,
                    const std::string& waste_code, const std::string& method);

}  // namespace liuhen::server::store
