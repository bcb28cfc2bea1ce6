// Numbers of the reports to the national system, for /metrics and /readyz. A process tells at most
// one system, so there is one tally of it.
#pragma once

#include "base/time.hpp"
#include "server/national/answer.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace liuhen::server::national {

/// Safe from any thread.
class Tally {
public:
    /// The process's own.
    static Tally& own();

    /// A system is told from now on.
    void begin() { on_ = true; }
    /// One try more that came to this.
    void tried(Outcome outcome);
    /// What waits and what was refused, and for how long the oldest has waited.
    void backlog(std::int64_t waiting, std::int64_t refused, std::chrono::seconds oldest);

    /// Lines of the Prometheus text form; empty while no system is told.
    [[nodiscard]] std::string text() const;
    /// In words for a person: "3 wait, the oldest for 12 s; 1 refused"; empty as above.
    [[nodiscard]] std::string line() const;
    /// False while something was refused or has waited for longer than an hour.
    [[nodiscard]] bool is_well() const;

    Tally(const Tally&) = delete;
    Tally& operator=(const Tally&) = delete;

private:
    Tally();
    ~Tally();
    struct Families;
    std::unique_ptr<Families> families_;
    std::atomic<bool> on_ = false;
    std::atomic<std::int64_t> waiting_ = 0, refused_ = 0, oldest_s_ = 0;
};

}  // namespace liuhen::server::national
