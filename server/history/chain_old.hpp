// Takes events that were stored before there was a chain into it.
#pragma once

#include <pqxx/connection>

#include <cstddef>

namespace liuhen::server::history {

/// Chains what lies in manifest_events_unchained, whole manifests of a bounded number at a time and
/// each batch in its own transaction, and drops the table when it is empty. Each such record says
/// in `chained_at` when that was done. Goes on where it was interrupted; does nothing when there is
/// no such table. `connection` is the owner's. The number of records.
std::size_t chain_old_events(pqxx::connection& connection);

}  // namespace liuhen::server::history
