// Which manifest a lock serves, and since when.
#pragma once

#include "manifest/manifest.hpp"

#include <pqxx/transaction_base>

namespace liuhen::server::store {

/// The locks of the current leg serve the manifest from `at` on. Numbers that nobody entered are
/// passed over. A lock that serves an open manifest on another vehicle is a
/// pqxx::integrity_constraint_violation ("lock_on_one_vehicle").
void bind_locks(pqxx::transaction_base& db, const manifest::Manifest& manifest, Instant at);

/// They are free from `at` on.
void free_locks(pqxx::transaction_base& db, const ManifestId& manifest, Instant at);

}  // namespace liuhen::server::store
