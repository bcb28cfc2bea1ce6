// Brings the counts of every shard's tally into the database.
#pragma once

#include "server/database.hpp"
#include "server/device_floor.hpp"

#include <memory>
#include <vector>

namespace liuhen::server {

/// What was counted since the last call, one statement a shard and never a write for a fault. What
/// cannot be stored goes back to its tally.
awaitable<void> store_faults(Database& database, std::vector<std::unique_ptr<DeviceFloor>>& floors);

}  // namespace liuhen::server
