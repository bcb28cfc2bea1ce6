// The server's wall clock, followed from its /readyz: simulated devices live in the server's time.
#pragma once

#include "base/time.hpp"
#include "simulators/http_client.hpp"
#include "simulators/outbox.hpp"

#include <string_view>

namespace liuhen::simulators {

class ServerClock {
public:
    /// The server said `at` at the monotonic moment `when`, and that its time runs `rate` times as
    /// fast as ours. Small corrections backwards are held until time has caught up: a device's
    /// time never goes back.
    void said(Instant at, double rate, Monotonic when);

    [[nodiscard]] Instant now() const { return now(std::chrono::steady_clock::now()); }
    [[nodiscard]] Instant now(Monotonic when) const;
    /// How long to wait, by our time, until the server's clock shows `at`; zero when it does.
    [[nodiscard]] std::chrono::milliseconds until(Instant at, Monotonic when) const;
    [[nodiscard]] double rate() const { return rate_; }
    [[nodiscard]] bool known() const { return rate_ > 0; }

private:
    Instant at_{};
    double rate_ = 0;
    Monotonic when_{};
    mutable Instant newest_{};
};

/// Reads the clock out of a /readyz body; throws std::runtime_error when it is not there.
void follow(ServerClock& clock, std::string_view readyz, Monotonic when);

}  // namespace liuhen::simulators
