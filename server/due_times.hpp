// Time limits that run out: what the service then does by itself. Everything it knows is in rows,
// so a restart loses and repeats nothing.
#pragma once

#include "server/clock.hpp"
#include "server/database.hpp"

namespace liuhen::server {

/// Safe from any thread.
class DueTimes {
public:
    DueTimes(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    static constexpr int batch = 200;                    ///< manifests acted on in one pass
    static constexpr int recount_batch = 500;            ///< rows of one transaction
    static constexpr std::chrono::minutes patience{10};  ///< after a refusal, until it retries

    /// Counts anew what an edited calendar moves, then acts on what is due: notes it, marks the
    /// manifest, or sends the event as the system, each manifest in a transaction of its own. How
    /// many rows were acted on. To be called every minute or so.
    awaitable<std::size_t> pass();

private:
    awaitable<void> recount();

    Database& database_;
    const Clock& clock_;
};

}  // namespace liuhen::server
