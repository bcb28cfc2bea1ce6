// The stop machine: moving, creeping, stopped or parked, from positions and speeds alone.
#pragma once

#include "base/observation.hpp"
#include "geofence/finding.hpp"
#include "geofence/rules.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace liuhen::geofence {

enum class Gait : std::uint8_t {
    moving,
    creeping,  ///< slower than `RuleSet::fast`
    stopped,
    parked,  ///< stopped for `parked_after`, or with the ignition off
};
constexpr bool is_standing(Gait gait) { return gait == Gait::stopped || gait == Gait::parked; }

/// Folds fixes by device time. A fix is judged by the speed of the seconds around it, `gait_back`
/// before and `gait_ahead` after; what came after is known some fixes later only, so the newest
/// gait is provisional until it is settled. Speed is what the wheels say, else what the receiver
/// says once it has ever said anything but 0, else the way between positions. A parked truck is
/// held where it parked: drift of its receiver moves it no more than it moves the truck.
class Motion {
public:
    void see(const Fix& fix, const RuleSet& rules);

    /// Gait at the newest fix, by what is known so far.
    [[nodiscard]] Gait gait() const { return now_.gait; }
    /// Where the truck is: the newest fix, or the place where it parked.
    [[nodiscard]] LatLon held() const;
    /// Where it stands: the mean of the first fixes of the stand; nullopt while it drives.
    [[nodiscard]] std::optional<LatLon> stands_at() const;
    /// Seconds of standing without a step so far; 0 while it drives.
    [[nodiscard]] double stood_s() const { return is_standing(now_.gait) ? now_.stood_s : 0; }
    /// Seconds of slow driving in one piece so far.
    [[nodiscard]] double crept_s() const { return now_.slow_s; }
    /// True in a queue: stands and small steps in turn, each within `queue_pause`.
    [[nodiscard]] bool queues() const { return queues_; }

    /// Slow driving with no queue around.
    void found(Findings& into, Instant at, const RuleSet& rules) const;

    /// Gaits settled by the newest fix, oldest first. A fix within 4 s of another has its gait.
    [[nodiscard]] std::span<const Gait> settled() const { return {settled_.data(), settled_n_}; }
    /// Settles what is still provisional: the gaits of the last fixes.
    std::span<const Gait> settle_all(const RuleSet& rules);

private:
    /// A fix as it is judged.
    struct Sample {
        Instant at;
        LatLon where;
        float told{};  ///< m/s; negative: no speed is known
        bool ignition_off = false;
        std::uint8_t fixes = 0;  ///< that it stands for
    };
    /// Steps and rests in turn.
    struct Queue {
        bool stepping = false;
        std::uint8_t steps = 0;  ///< in a row, each soon after the rest before
        Instant stirred_at, rested_at;
        void see(Instant at, bool stirs, bool rests, const RuleSet& rules);
        [[nodiscard]] bool lasts(Instant at, const RuleSet& rules) const;
    };
    /// What one sample after the other comes to.
    struct Pace {
        Gait gait = Gait::moving;
        bool begun = false;
        bool strayed = false;  ///< the last fix lay beyond the drift of a parked truck
        int averaged = 0;
        LatLon anchor;  ///< mean of the first fixes of a stand
        Instant at;
        double stood_s = 0, slow_s = 0;
        Queue queue;
    };
    static constexpr std::size_t ring = 12;

    [[nodiscard]] double way(std::size_t from, std::size_t to) const;
    [[nodiscard]] double speed_around(std::size_t i, const RuleSet& rules) const;
    void advance(Pace& pace, std::size_t i, const RuleSet& rules) const;
    [[nodiscard]] bool wakes(Pace& pace, std::size_t i, double speed, const RuleSet& rules) const;
    void settle_first_pending(const RuleSet& rules);
    void push(const Fix& fix);

    std::array<Sample, ring> samples_{};
    std::size_t size_ = 0;     ///< of `samples_`
    std::size_t pending_ = 0;  ///< the first one that is not settled
    Pace sure_, now_;
    bool speaks_ = false;  ///< the receiver has told a speed other than 0
    bool queues_ = false;
    LatLon newest_;
    std::array<Gait, 64> settled_{};
    std::size_t settled_n_ = 0;
};

/// The gait of each fix of a drive, by device time and in hindsight.
std::vector<Gait> gaits_of(std::span<const Fix> drive, const RuleSet& rules);

}  // namespace liuhen::geofence
