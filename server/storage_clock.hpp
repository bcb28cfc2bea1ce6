// Storage times that end: who has the waste is told beforehand, and when one is over the authority
// of the place as well.
#pragma once

#include "server/clock.hpp"
#include "server/database.hpp"

namespace liuhen::server {

/// Safe from any thread. What has been told is in rows: a restart repeats nothing.
class StorageClock {
public:
    StorageClock(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    /// Tells of every filling whose storage time is over (`STORAGE_OVERDUE`) or about to end
    /// (`STORAGE_ENDS_SOON`; manifest/custody/ledger.hpp), each once, one message a book. How many
    /// fillings. To be called every few minutes.
    awaitable<std::int64_t> pass();

private:
    Database& database_;
    const Clock& clock_;
};

}  // namespace liuhen::server
