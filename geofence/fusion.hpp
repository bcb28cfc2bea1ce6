// SUSPECTED_DUMPING: findings of all detectors added up into one graded suspicion.
#pragma once

#include "geofence/finding.hpp"
#include "geofence/fusion_rules.hpp"
#include "geofence/moment.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::geofence {

/// How far the sequential test has come.
enum class Suspicion : std::uint8_t {
    quiet,
    watch,      ///< enough that the dispatcher should know
    suspected,  ///< enough that people should go there
};

/// A sequential test: each sign that was told weighs in by its strength, which fades from the time
/// it was last told; so do pairings of signs. The sum opens an episode at the rules' upper bound.
/// It ends, and all is forgotten, after `quiet_for` of data with nothing to find.
class Fusion {
public:
    /// Takes what was found at a fix under way. `standing_at` is the middle of the stay, while
    /// there is one.
    Episodes see(Findings found, const Moment& moment, std::optional<LatLon> standing_at,
                 const Trip& trip);
    /// Takes what was found at a lock's report. `place` is where the truck or the lock was.
    void hear(const Findings& found, const LockEvent& event, std::optional<LatLon> place,
              const Trip& trip);
    Episodes end(Instant at, const Trip& trip);
    [[nodiscard]] Suspicion suspicion() const { return suspicion_; }
    /// 0..1: how strongly a sign speaks now; 0 when it was not told or has faded.
    [[nodiscard]] double strength(Sign sign, Instant at, const FusionRules& rules) const;
    [[nodiscard]] const std::optional<OpenEpisode>& open() const { return open_; }
    /// The strengths as they are now, faded; what the weights are fitted on.
    [[nodiscard]] Weighing weighing(Instant at, const FusionRules& rules) const;

private:
    /// What was last told of one sign.
    struct Told {
        Sign sign{};
        Instant began;  ///< since when it is told without a break
        Instant at;
        double strength{};   ///< at `at`
        double strongest{};  ///< since it was first told
        double amount{};     ///< when it was strongest
    };
    /// The moment of the greatest sum, whose shares the evidence shows.
    struct Peak {
        Weighing weighing;
        std::optional<LatLon> where;
    };
    void take(const Finding& one, const FusionRules& rules);
    void fade(Instant at, const FusionRules& rules);
    void gather(const Moment& moment, const FusionRules& rules);
    void judge(Instant at, std::optional<LatLon> where, const Trip& trip);
    [[nodiscard]] const Told* told(Sign sign) const;
    [[nodiscard]] Instant beginning(Instant at, const Weighing& now,
                                    const FusionRules& rules) const;
    [[nodiscard]] Evidence evidence(const Trip& trip) const;

    std::vector<Told> told_;
    bool running_ = false;  ///< something was found, and `quiet_for` of normal data not yet seen
    double quiet_s_ = 0;    ///< normal data since `abnormal_`
    Instant abnormal_;      ///< the last data that was not normal
    Suspicion suspicion_{};
    Track track_;
    std::vector<LockEvent> locks_;
    std::vector<Gap> gaps_;
    std::optional<Metres> to_zone_;
    std::string zone_;                  ///< name of the protected zone that was nearest
    std::shared_ptr<const Peak> peak_;  ///< shared between snapshots
    std::optional<OpenEpisode> open_;
};

/// One English sentence: what would have kept the sum of `weighing` under the bound.
std::string what_would_clear(const Weighing& weighing, const FusionRules& rules);

}  // namespace liuhen::geofence
