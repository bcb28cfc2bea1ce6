// The only place where the server reads a clock. Wall time may be a demonstration's; time-outs of
// sockets and tokens in memory are monotonic and never follow it.
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <optional>

namespace liuhen::server {

/// `START@RATE` of --demo-clock: wall time begins at `start` and runs `rate` times as fast.
struct DemoClock {
    Instant start;
    double rate = 1;  ///< 0.1 .. 600
};

using Monotonic = std::chrono::steady_clock::time_point;

/// Monotonic time, for time-outs and latencies only.
inline Monotonic monotonic() { return std::chrono::steady_clock::now(); }

/// The wall clock of one process: real, or a demonstration's. Immutable, safe from any thread.
class Clock {
public:
    Clock() = default;
    explicit Clock(std::optional<DemoClock> demo) : demo_(demo), begun_(monotonic()) {}

    [[nodiscard]] Instant now() const {
        using namespace std::chrono;
        if (!demo_) return floor<milliseconds>(system_clock::now());
        const duration<double> elapsed = monotonic() - begun_;
        return demo_->start + duration_cast<milliseconds>(elapsed * demo_->rate);
    }
    [[nodiscard]] double rate() const { return demo_ ? demo_->rate : 1; }
    [[nodiscard]] bool is_demo() const { return demo_.has_value(); }

private:
    std::optional<DemoClock> demo_;
    Monotonic begun_;
};

}  // namespace liuhen::server
