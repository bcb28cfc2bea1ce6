// What others do, in the same harness: plain rules on the distance to the route, and stays.
#pragma once

#include "tests/score/harness.hpp"

namespace liuhen::score {

inline constexpr std::size_t baseline_count = 6;

/// Names in the order of `baseline_raises`.
const std::array<std::string_view, baseline_count>& baseline_names();

/// What each raised on the journey. Positions older than the newest received are dropped, as
/// Traccar does; a rule re-arms once the truck is back within its limit.
std::array<std::vector<Raise>, baseline_count> baseline_raises(const Journey& journey);

}  // namespace liuhen::score
