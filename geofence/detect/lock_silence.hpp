// LOCK_LOST: a lock that stops reporting while the truck goes on.
#pragma once

#include "geofence/finding.hpp"
#include "geofence/moment.hpp"

#include <utility>
#include <vector>

namespace liuhen::geofence {

/// How long each lock was silent. No lock says how often it means to report, so its own reports
/// teach it: lost is a silence under way of more than `lock_lost_factor` times the median of its
/// last intervals and of more than `lock_lost_least`, seen by two fixes of the truck. A lock of
/// fewer than `lock_lost_known` intervals is not judged. One fix would not do: a lock that returns
/// after both were silent may send its own.
class LockSilence {
public:
    /// A lock has reported, whatever it said: the silence before it, when it was one.
    Episodes hear(const LockEvent& event, const Trip& trip);
    /// A fix of the truck.
    void see(const Moment& moment, const std::optional<Instant>& departed, const Trip& trip);
    /// Sign lock_silent, for each lock that is lost.
    void found(Findings& found, Instant at) const;
    Episodes end(Instant at);
    [[nodiscard]] Episodes lasting() const;

private:
    struct Heard {
        explicit Heard(LockEvent event) : last(std::move(event)) {}
        LockEvent last;
        std::vector<double> intervals;  ///< seconds, the newest last, at most `lock_lost_window`
        std::optional<Fix> overdue;     ///< the first fix for which it was late
        std::optional<Fix> newest;      ///< the newest such fix
        std::uint32_t fixes = 0;        ///< number of such fixes
        std::optional<OpenEpisode> lost;
    };
    static std::optional<double> limit(const Heard& one, const RuleSet& rules);
    static Evidence evidence(const Heard& one, Instant at, const RuleSet& rules);

    std::vector<Heard> locks_;
    std::shared_ptr<const RuleSet> rules_;
};

}  // namespace liuhen::geofence
