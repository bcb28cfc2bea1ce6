// Numbers of what is told to webhooks, for /metrics.
#pragma once

#include "server/webhook_rules.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace liuhen::server::webhook {

/// How many stand how.
struct Standings {
    std::int64_t well = 0, failing = 0;     ///< active ones
    std::int64_t paused = 0, disabled = 0;  ///< by their owners; by 410 or their own failing
    std::int64_t dead_letters = 0;          ///< messages laid aside
};

/// Safe from any thread. A process tells its webhooks once, so there is one tally of it.
class Tally {
public:
    /// The process's own.
    static Tally& own();

    /// One message more, trials too, that was tried and came to this.
    void tried(Fate fate);
    void stand(const Standings& now);
    /// Lines of the Prometheus text form.
    [[nodiscard]] std::string text() const;

    Tally(const Tally&) = delete;
    Tally& operator=(const Tally&) = delete;

private:
    Tally();
    ~Tally();
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace liuhen::server::webhook
