// Granted windows close themselves: at their end, or when the lock is sealed again. They are rows,
// so that no restart leaves one open.
#pragma once

#include "base/ids.hpp"
#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/store/windows.hpp"

#include <functional>
#include <vector>

namespace liuhen::server {

/// Closes windows; safe from any thread.
class Windows {
public:
    /// Tells the session of a terminal that there is something to say.
    using Nudge = std::function<void(const TerminalId&)>;

    /// Tells the watch of a vehicle that a window ended before its time.
    using Changed = std::function<awaitable<void>(VehicleId)>;

    Windows(Database& database, const Clock& clock, Nudge nudge, Changed changed = {})
        : database_(database),
          clock_(clock),
          nudge_(std::move(nudge)),
          changed_(std::move(changed)) {}

    /// Closes what is to be closed now, and has locks told to take no more one-time passwords and
    /// to seal, doors to lock; how many windows that were. To be called every second or so.
    awaitable<std::size_t> sweep();

    /// The same of windows whose truck has left the place that they were granted at. Looks at each
    /// that is open: to be called every ten seconds or so.
    awaitable<std::size_t> sweep_left();

private:
    using Find = std::vector<store::EndingWindow> (*)(pqxx::work& db, Instant now);
    awaitable<std::size_t> close(Find find);

    Database& database_;
    const Clock& clock_;
    Nudge nudge_;
    Changed changed_;
};

}  // namespace liuhen::server
