// What the clock does to applications: silence accepts them, other late steps become tasks.
#pragma once

#include "server/clock.hpp"
#include "server/database.hpp"

#include <cstddef>

namespace liuhen::server {

/// Looks through the applications; to be called every minute or so. Safe to be called anew after a
/// failure: what was done is done once.
class ApprovalClock {
public:
    ApprovalClock(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    /// How many applications were moved or got a task.
    awaitable<std::size_t> sweep();

private:
    Database& database_;
    const Clock& clock_;
};

}  // namespace liuhen::server
