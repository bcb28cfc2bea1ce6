// LOCK_OPENED_EN_ROUTE and LOCK_TAMPER: locks that are not shut where they must be.
#pragma once

#include "geofence/finding.hpp"
#include "geofence/moment.hpp"

#include <utility>
#include <vector>

namespace liuhen::geofence {

/// The locks of a truck as they last said. An open lock is judged at each lock event and each fix:
/// open under way and away from places where it may be open is an alert at once, also when it was
/// opened before departure; unless its opening is granted at that moment. The lock's own position
/// counts, else the truck's last fix. A counter of cuts that has grown since the report before, by
/// device time, is a cut.
class Locks {
public:
    Episodes hear(const LockEvent& event, const std::optional<Fix>& last, bool under_way,
                  const Trip& trip);
    void see(const Moment& moment, const Trip& trip);
    Episodes end(Instant at);
    /// Locks that are open or broken away from their places.
    [[nodiscard]] Findings found(Instant at) const;
    /// True when a watched lock is open without a grant or broken, wherever that is.
    [[nodiscard]] bool is_any_open(Instant at, const Trip& trip) const;
    /// True when a watched lock has told its state.
    [[nodiscard]] bool knows_any() const { return !locks_.empty(); }
    [[nodiscard]] Episodes lasting() const;

private:
    struct Watched {
        explicit Watched(LockId name) : lock(std::move(name)) {}
        LockId lock;
        bool open = false;
        bool broken = false;                ///< cut or its shell opened
        std::optional<std::uint16_t> cuts;  ///< its counter, as last told
        std::vector<LockEvent> events;      ///< since it was last sealed, at most `most_events`
        Track track;                        ///< fixes since the alert
        std::optional<LatLon> place;        ///< where it was judged
        std::optional<OpenEpisode> opened;
        std::optional<OpenEpisode> tampered;
    };
    Watched& watched(const LockId& lock);
    static void judge(Watched& one, Instant at, std::optional<LatLon> where, const Trip& trip);
    static Episodes close(Watched& one, Instant at);
    static Evidence evidence(const Watched& one, Kind kind, Instant since, Instant at);

    std::vector<Watched> locks_;
};

}  // namespace liuhen::geofence
