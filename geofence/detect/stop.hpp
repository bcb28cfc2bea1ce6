// UNPLANNED_STOP and SUSPECTED_DUMPING: standing where a loaded truck may not.
#pragma once

#include "geofence/moment.hpp"

namespace liuhen::geofence {

/// A stay within `stop_radius`, tolerant of one stray fix. Standing time is counted between fixes;
/// a gap longer than `stop_step_cap` adds none. A stop that touched a site where trucks may stand
/// is never judged.
class Stop {
public:
    Episodes see(const Moment& moment, bool lock_is_open, const Trip& trip);
    /// A lock was seen open at this moment of the stay.
    void hear_open_lock(const LockEvent& event);
    Episodes end(Instant at, const Trip& trip);
    [[nodiscard]] double stood_s() const { return stood_s_; }
    [[nodiscard]] const std::optional<OpenEpisode>& unplanned() const { return unplanned_; }
    [[nodiscard]] const std::optional<OpenEpisode>& dumping() const { return dumping_; }

private:
    void begin(const Moment& moment);
    [[nodiscard]] bool breaks(const Moment& moment, Metres distance, const RuleSet& rules) const;
    void gather(const Moment& moment, bool lock_is_open, const RuleSet& rules);
    Episodes judge(Instant at, const Trip& trip);
    [[nodiscard]] bool has_second_sign() const;
    [[nodiscard]] Evidence evidence(Kind kind, const Trip& trip) const;

    bool begun_ = false;
    bool allowed_ = false;
    bool strayed_ = false;
    LatLon centre_;
    int averaged_ = 0;  ///< fixes in `centre_`
    Instant since_, last_;
    double stood_s_ = 0;
    Track track_;
    bool lock_open_ = false;
    std::vector<LockEvent> locks_;
    bool off_at_night_ = false;           ///< off the corridor, at night
    std::optional<Metres> to_protected_;  ///< nearest to a protected zone, within reach
    std::string zone_;                    ///< name of that zone
    bool in_protected_ = false;
    std::optional<OpenEpisode> unplanned_;
    std::optional<OpenEpisode> dumping_;
};

}  // namespace liuhen::geofence
