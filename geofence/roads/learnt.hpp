// A route learnt from several honest drives between the same two places.
#pragma once

#include "base/observation.hpp"
#include "base/result.hpp"
#include "geofence/corridor.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::geofence::roads {

/// One drive, by time. What stands still or jumps is thinned out by the learner.
using Pass = std::vector<Fix>;

inline constexpr std::size_t max_passes = 50;
inline constexpr std::size_t max_fixes_of_pass = 20'000;

struct LearningRules {
    std::size_t least_passes = 3;  ///< that agree; and more than half of those given
    Metres longest_edge{400};      ///< farther apart two fixes say nothing of the road between
    Metres apart{100};             ///< beside another pass, or more: not on its road
    int apart_fixes = 2;           ///< so many in a row are another street, one alone is noise
    Metres step{40};               ///< between vertices of the line
    Metres margin{30};             ///< kept from the farthest fix to the edge of the corridor
    Metres reach{100};             ///< the spread counts this far onward and back
};

enum class LearningFaultCode : std::uint8_t {
    too_few_passes,   ///< fewer than `least_passes` with two fixes near enough to each other
    too_many_passes,  ///< over `max_passes`, or a pass over `max_fixes_of_pass`
    no_common_way,    ///< the passes that agree are too few, or not more than half
    nothing_left,     ///< no part was driven by `least_passes` with fixes near enough
};
std::string_view code(LearningFaultCode fault);

struct LearningFault {
    LearningFaultCode code{};
    std::string detail;  ///< an English sentence with the numbers
};

/// Where the learnt line stops and goes on: no road between was seen by enough passes.
struct LearningGap {
    LatLon from, to;
};

struct Learnt {
    std::vector<Stretch> stretches;     ///< in order of driving; gaps are not bridged
    std::vector<LearningGap> gaps;      ///< between the stretches
    std::vector<std::size_t> used;      ///< passes by their number in the input, ascending
    std::vector<std::size_t> left_out;  ///< took another street, or have too few fixes
    Metres length;
};

/// The line that most passes drove, each vertex the median of the fixes there, with a half width of
/// the farthest of them and a margin. A pass that left the others' street for `apart_fixes` fixes
/// takes no part. Equal input gives equal lines; the order of the passes does not matter for the
/// road, only for which of two equally good drives is begun with.
Result<Learnt, LearningFault> learn(std::span<const Pass> passes, const LearningRules& rules = {});

}  // namespace liuhen::geofence::roads
