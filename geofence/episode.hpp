// What the fold comes to: episodes, and the pieces of evidence gathered while one lasts.
#pragma once

#include "base/observation.hpp"
#include "geofence/alert.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::geofence {

/// One episode in device time. Its evidence is immutable and shared between snapshots.
struct Episode {
    Kind kind{};
    std::uint8_t grade = 3;
    Instant since;
    std::optional<Instant> until;
    std::shared_ptr<const Evidence> evidence;  ///< never null
};
using Episodes = std::vector<Episode>;

/// What tells two simultaneous episodes of one kind apart: the site or the lock concerned.
std::string subject_of(Kind kind, const Evidence& evidence);

/// Evidence as it is published: degrees to 6 decimals, km/h, metres and other numbers to 1, shares
/// to 2. Rounded here and not where it is written out, so that what is read back after a restart is
/// equal to what the fold finds again.
std::shared_ptr<const Evidence> as_published(Evidence evidence);

/// The fixes of an episode, thinned evenly when they grow too many; the newest is always there.
class Track {
public:
    void add(const Fix& fix);
    [[nodiscard]] std::vector<Fix> path() const;
    [[nodiscard]] std::uint32_t total() const { return total_; }
    [[nodiscard]] bool empty() const { return total_ == 0; }

private:
    std::vector<Fix> kept_;
    std::optional<Fix> newest_;  ///< when it is not the last of `kept_`
    std::uint32_t total_ = 0;
    std::uint32_t stride_ = 1;
};

/// An episode that still lasts. What is shown of it moves at certain moments of device time only
/// (raised, graver, half as long again), so that it is published in few revisions and still is a
/// function of the observations.
struct OpenEpisode {
    Kind kind{};
    std::uint8_t grade = 3;
    Instant since;
    std::shared_ptr<const Evidence> shown;
    double shown_at_s = 0;  ///< its age when last shown

    /// True when what is shown should be renewed: `at` is the moment, `grade_now` its grade.
    [[nodiscard]] bool is_due(Instant at, std::uint8_t grade_now) const;
    void show(Instant at, std::uint8_t grade_now, Evidence evidence);
    [[nodiscard]] Episode lasting() const;
    [[nodiscard]] Episode closed(Instant until, Evidence evidence) const;
};

/// One step graver, as inside protected zones; 1 is the gravest.
constexpr std::uint8_t graver(std::uint8_t grade) {
    return grade > 1 ? static_cast<std::uint8_t>(grade - 1) : grade;
}

}  // namespace liuhen::geofence
