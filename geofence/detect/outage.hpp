// Times without positions and what the terminal says about them: silence, power, antenna, jamming.
#pragma once

#include "geofence/detect/troubles.hpp"
#include "geofence/finding.hpp"

namespace liuhen::geofence {

/// Signs: silent, power_cut, jammed. Troubles: power_cut, antenna, receiver, jammed. A silence in a
/// tunnel of the route, or beside a place where trucks may stand, is none; one that is filled late
/// was none, for then the fold sees its fixes. A bit that was set from the first report on is taken
/// for an unwired input.
class Outage {
public:
    /// A fix with a position, under way.
    Episodes see(const Moment& moment, const Trip& trip, Findings& found, Troubles& troubles);
    /// A report without one. `under_way`: the truck had departed and not arrived.
    Episodes hear(const Fix& blind, bool under_way, const Trip& trip, Findings& found,
                  Troubles& troubles);

private:
    /// A bit of the terminal's alarms, from its rising edge to the second report in a row without
    /// it: a lock on the truck reports in between and knows nothing of it.
    struct Lasting {
        bool was_clear = false;
        int clear = 0;  ///< reports in a row without it
        std::optional<Instant> since;
        void see(bool set, Instant at);
    };
    Episodes judge_bits(const Fix& fix, const Trip& trip, Findings& found, Troubles& troubles);
    [[nodiscard]] bool may_be_in_tunnel(Instant at, const Trip& trip) const;

    Lasting power_, antenna_, receiver_, interference_;
    std::optional<Fix> last_;      ///< with a position
    std::optional<Metres> along_;  ///< where it was on the route
    bool rested_ = false;          ///< it was where trucks may stand
    int blind_ = 0;                ///< reports without a position since
    int without_satellites_ = 0;   ///< of them, with no satellite or an alarm of interference
};

/// True when a truck that was at `from` may be in a tunnel of the route, or came through one to
/// `to`, `seconds` later.
bool passes_tunnel(const Corridor& corridor, Metres from, std::optional<Metres> to, double seconds);

}  // namespace liuhen::geofence
