// How a truck moves: along a road, with halts, out of radio reach, and as its receiver sees it.
#pragma once

#include "base/time.hpp"
#include "base/units.hpp"
#include "simulators/chance.hpp"
#include "simulators/road.hpp"

#include <cstdint>
#include <vector>

namespace liuhen::simulators {

enum class LockState : std::uint8_t { shut, open };
enum class Radio : std::uint8_t { reached, blind };

/// Standing at a progress for a while.
struct Halt {
    Metres at;
    Duration stay{};
    LockState lock = LockState::shut;  ///< what is done with the lock meanwhile
};

/// A stretch without network: positions are kept and uploaded behind it.
struct BlindStretch {
    Metres from;
    Metres until;
};

/// Leaves the road at `from`, stands at `via[stay_at]`, and is back on it at `until`.
struct Detour {
    Metres from;
    Metres until;
    Path via;
    std::size_t stay_at{};
    Duration stay{};
    LockState lock = LockState::shut;
};

/// One drive along a road. Progress of halts and stretches is that of `road` itself.
struct DrivePlan {
    Road road;
    Speed cruise = from_kmh(50);
    std::vector<Halt> halts{};
    std::vector<BlindStretch> blind{};
    std::vector<Detour> detours{};
};

/// Where the truck truly is and what it is doing.
struct Doing {
    LatLon where;
    Speed speed;
    Heading heading;
    LockState lock = LockState::shut;
    Radio radio = Radio::reached;
};

/// A drive that has begun: advance it by time, ask what the truck is doing.
class Drive {
public:
    Drive(DrivePlan plan, Chance chance);

    /// Lets time pass in steps of at most one second.
    void advance(Duration by);
    [[nodiscard]] Doing doing() const;
    enum class Phase : std::uint8_t { rolling, halted, finished };
    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] Metres along() const { return along_; }
    [[nodiscard]] const Road& road() const { return road_; }  ///< with the detours in it

private:
    void second(double dt);
    [[nodiscard]] Metres next_halt() const;

    Road road_;
    double cruise_;
    std::vector<Halt> halts_;  ///< by progress of `road_`
    std::vector<BlindStretch> blind_;
    Chance chance_;
    std::size_t halt_{};  ///< the next one, or the one at hand
    Duration stood_{};
    Metres along_;
    double speed_{};
    double temper_{};  ///< how far from its cruising speed the driver feels like going, -1..1
    Phase phase_ = Phase::rolling;
};

/// A satellite receiver: errors that wander (Gauss and Markov) around the truth.
class Receiver {
public:
    Receiver(Metres deviation, Chance chance) : deviation_{deviation}, chance_{chance} {}
    /// Where the receiver says it is, `since_last` after its previous answer.
    LatLon see(LatLon truth, Duration since_last);

private:
    Metres deviation_;
    Chance chance_;
    double east_{}, north_{};
};

}  // namespace liuhen::simulators
