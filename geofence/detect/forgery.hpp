// Tracks that no receiver measured: without noise, or an earlier stretch over again.
#pragma once

#include "geofence/detect/troubles.hpp"
#include "geofence/finding.hpp"

#include <cstdint>
#include <memory>

namespace liuhen::geofence {

/// Points of the trip so far, by hash, in pieces that snapshots share.
class Footprints {
public:
    /// True when the very point, to a millionth of a degree, was passed `apart` or more points ago.
    [[nodiscard]] bool has(LatLon where, std::size_t apart) const;
    void add(LatLon where);

private:
    static constexpr std::size_t piece = 64, most_pieces = 32;
    std::vector<std::shared_ptr<const std::vector<std::uint32_t>>> full_;  ///< each sorted
    std::vector<std::uint32_t> rest_;
};

/// Sign: too_smooth. Troubles: too_smooth, repeated. Smooth: moving fixes whose distances from the
/// corridor's line all lie within `smooth_spread` while the number of satellites never changes; a
/// receiver's own error is some metres, and it takes both to say so. A device that sends no number
/// of satellites is not judged. Repeated: moving fixes in a row, each at the very point of an
/// earlier one.
class Forgery {
public:
    /// `grid_error`: by how much an offset may be wrong by which the fix was put back.
    Episodes see(const Moment& moment, Metres grid_error, const Trip& trip, Findings& found,
                 Troubles& troubles);

private:
    void judge_smoothness(const Moment& moment, Metres spread, const RuleSet& rules);
    std::optional<std::uint8_t> satellites_;
    std::optional<Instant> smooth_since_;
    int smooth_fixes_ = 0;
    double least_off_ = 0, most_off_ = 0, smooth_m_ = 0;
    std::optional<LatLon> last_;
    std::optional<Instant> repeats_since_;
    int repeats_ = 0;
    Footprints footprints_;
};

}  // namespace liuhen::geofence
