// False alarms and misses on recorded drives, one line each: where, how long, how far off.
#pragma once

#include "tests/score/harness.hpp"

#include <ostream>
#include <string>

namespace liuhen::score {

/// The heading of the lines of `account_of`, a row of tab-separated names.
void print_account_head(std::ostream& out);

/// A line for each alert of tier A or B that no label of the journey explains, and one for each of
/// its labels that no such alert tells. Of the fixes while it lasted: metres off the corridor's
/// line (median, greatest), the width there, the longest step, metres from where it began to the
/// nearer end of the corridor and along the corridor.
void account_of(std::ostream& out, const std::string& set, const Journey& journey,
                const std::vector<Raise>& raises);

}  // namespace liuhen::score
