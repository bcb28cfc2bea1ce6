// UNPLANNED_STOP: standing where a loaded truck may not.
#pragma once

#include "geofence/fusion.hpp"
#include "geofence/moment.hpp"

namespace liuhen::geofence {

/// A stay within `stop_radius`, tolerant of one stray fix. Standing time is counted between fixes;
/// a gap longer than `stop_step_cap` adds none. A stop that touched a site where trucks may stand,
/// or the corridor before a gate, or the yard at an end of the route whose site is not known, is
/// never judged; nor is one in a queue on the corridor. On the corridor it is a note (grade 4) at
/// first.
class Stop {
public:
    Episodes see(const Moment& moment, const Trip& trip);
    /// How long the truck stands where it may not, as it looks from its last fix.
    [[nodiscard]] Findings found() const;
    /// Under watch a stop is unplanned sooner; once it is suspected dumping it is not that any
    /// more.
    Episodes judge(Instant at, const Fusion& fusion, const Trip& trip);
    Episodes end(Instant at, const Trip& trip);
    [[nodiscard]] double stood_s() const { return stood_s_; }
    /// The middle of the stay; nullopt while the truck moves.
    [[nodiscard]] std::optional<LatLon> middle() const;
    [[nodiscard]] const std::optional<OpenEpisode>& unplanned() const { return unplanned_; }

private:
    void begin(const Moment& moment);
    [[nodiscard]] bool breaks(const Moment& moment, Metres distance, const RuleSet& rules) const;
    void gather(const Moment& moment);
    [[nodiscard]] bool is_note(Instant at, const Fusion& fusion, const RuleSet& rules) const;
    [[nodiscard]] std::uint8_t grade(Instant at, const Fusion& fusion, const RuleSet& rules) const;
    [[nodiscard]] Evidence evidence(const Trip& trip) const;

    bool begun_ = false;
    bool allowed_ = false;
    bool strayed_ = false;
    bool queues_ = false;
    LatLon centre_;
    int averaged_ = 0;  ///< fixes in `centre_`
    int astray_ = 0;    ///< fixes off the corridor less those that are not
    Instant since_, last_;
    double stood_s_ = 0;
    Track track_;
    std::string zone_;  ///< name of a protected zone that it is in
    std::optional<OpenEpisode> unplanned_;
};

}  // namespace liuhen::geofence
