// The one order of what changed of the manifests, kept up to date.
#pragma once

#include "server/database.hpp"

#include <cstdint>

namespace liuhen::server {

/// Gives places in the order to what is committed and has none, at most a few thousand at a time;
/// the place of the newest change, 0 when there is none. Throws DatabaseDown.
awaitable<std::int64_t> order_changes(Database& database);

/// The same until nothing waits.
awaitable<void> order_all_changes(Database& database);

}  // namespace liuhen::server
