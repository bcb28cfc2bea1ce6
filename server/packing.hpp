// Old days of observations become pieces, expired months are dropped, months ahead are made. By the
// server's own clock, a little at a time.
#pragma once

#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/keeping.hpp"
#include "server/metrics.hpp"

#include <atomic>
#include <string>

namespace liuhen::server {

/// Belongs to the front. What was packed is committed piece by piece: after a crash the next pass
/// goes on with the rows that are left.
class Packing {
public:
    Packing(Database& database, const Clock& clock, Metrics& metrics, Keeping keeping)
        : database_(database), clock_(clock), metrics_(metrics), keeping_(keeping) {}

    /// Packs the days that are old enough, then drops what is over. To be called every hour or so.
    /// Ends early when `stopping` turns true.
    awaitable<void> pass(const std::atomic<bool>& stopping);

private:
    awaitable<void> pack(const std::string& day, const std::atomic<bool>& stopping);
    awaitable<void> drop();

    Database& database_;
    const Clock& clock_;
    Metrics& metrics_;
    Keeping keeping_;
};

}  // namespace liuhen::server
