#include "geofence/detect/integrity.hpp"

#include <algorithm>
#include <iterator>

namespace liuhen::geofence {

Episodes Integrity::see(const Moment& moment, const Trip& trip, Findings& found) {
    if (!moment.under_way) return {};
    Episodes ended;
    const auto keep = [&ended](Episodes over) {
        std::ranges::move(over, std::back_inserter(ended));
    };
    datum_.see(moment, troubles_);
    keep(outage_.see(moment, trip, found, troubles_));
    keep(wheels_.see(moment, trip, found, troubles_));
    keep(jumps_.see(moment, trip, found, troubles_));
    keep(forgery_.see(moment, datum_.error(), trip, found, troubles_));
    keep(lock_apart_.see(moment, trip, found, troubles_));
    return ended;
}

Episodes Integrity::hear_blind(const Fix& fix, bool under_way, const Trip& trip, Findings& found) {
    return outage_.hear(fix, under_way, trip, found, troubles_);
}

void Integrity::jump(const Fix& from, const Fix& to, const RuleSet& rules) {
    const double passed = std::abs(seconds_between(from.at, to.at));
    const Metres reach{rules.impossible.value * passed};
    jumps_.jump(from, to, flat_distance(from.where, to.where) - reach);
}

}  // namespace liuhen::geofence
