// The fold: one step for each observation, and the episodes that a state stands for.
#pragma once

#include "geofence/detect/detour.hpp"
#include "geofence/detect/integrity.hpp"
#include "geofence/detect/load.hpp"
#include "geofence/detect/lock.hpp"
#include "geofence/detect/lock_silence.hpp"
#include "geofence/detect/motion.hpp"
#include "geofence/detect/off_route.hpp"
#include "geofence/detect/schedule.hpp"
#include "geofence/detect/silence.hpp"
#include "geofence/detect/stop.hpp"
#include "geofence/detect/unmanifested.hpp"
#include "geofence/detect/wiring.hpp"
#include "geofence/detect/zone_entry.hpp"
#include "geofence/episode.hpp"
#include "geofence/fusion.hpp"
#include "geofence/journey.hpp"

#include <optional>

namespace liuhen::geofence {

inline constexpr std::size_t max_closed_episodes = 500;  ///< of one trip; older ones are final

/// Fixes of one device time that are judged, the first ones in the order of the fold. No device
/// measures more; what a flood of them costs is bounded, in whatever order it comes.
inline constexpr std::size_t max_fixes_an_instant = 4;

/// Fixes seen of the newest device time.
struct Crowd {
    Instant at;
    std::size_t fixes{};
    /// Counts one more; false when there were enough.
    bool admits(Instant time);
};

/// Everything known of a trip after some observations. A value: a copy is a snapshot. It refers
/// to sites of the trip it was folded under, and must not outlive it.
struct State {
    Crowd crowd;
    std::optional<Fix> last;           ///< the last fix that moved the truck
    std::optional<Fix> doubtful;       ///< a jump that waits for the next fix to confirm it
    std::optional<RouteOffset> route;  ///< where that was along the corridor
    Motion motion;
    Journey journey;
    Detour detour;
    OffRoute off_route;
    Stop stop;
    Locks locks;
    LockSilence lock_silence;
    ZoneEntry zones;
    Silence silence;
    Integrity integrity;
    Wiring wiring;
    LoadWatch load;
    Overdue overdue;
    WrongPlace wrong_place;
    Unmanifested unmanifested;
    Fusion fusion;
    Episodes closed;                         ///< in the order in which they ended
    std::optional<Instant> forgotten_until;  ///< closed episodes that ended before were dropped
};

/// Folds one observation; observations come in `order_of`.
void step(State& state, const Observation& seen, const Trip& trip);

/// Every episode of the trip by (since, kind), those that last at `now` included; `now` is the
/// newest tick, nullopt when there was none.
Episodes episodes_of(const State& state, const Trip& trip, std::optional<Instant> now);

}  // namespace liuhen::geofence
