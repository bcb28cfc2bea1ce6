// What a truck's devices are worth: the detectors of integrity together, as the fold needs them.
#pragma once

#include "geofence/detect/datum_check.hpp"
#include "geofence/detect/forgery.hpp"
#include "geofence/detect/jumps.hpp"
#include "geofence/detect/lock_apart.hpp"
#include "geofence/detect/outage.hpp"
#include "geofence/detect/wheels.hpp"

namespace liuhen::geofence {

/// Judged under way only.
class Integrity {
public:
    /// The fix as it is to be judged: see DatumCheck.
    Fix placed(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip) {
        return datum_.placed(fix, before, trip);
    }
    Episodes see(const Moment& moment, const Trip& trip, Findings& found);
    /// A report without a position.
    Episodes hear_blind(const Fix& fix, bool under_way, const Trip& trip, Findings& found);
    void hear(const LockEvent& event, const Trip& trip) { lock_apart_.hear(event, trip); }
    void jump(const Fix& from, const Fix& to, const RuleSet& rules);
    void doubt(const Fix& fix, const Fix& last, const RuleSet& rules) {
        jumps_.doubt(fix, last, rules);
    }
    Episodes end(Instant at) { return troubles_.end(at); }
    [[nodiscard]] Episodes lasting() const { return troubles_.lasting(); }

private:
    DatumCheck datum_;
    Outage outage_;
    Wheels wheels_;
    Jumps jumps_;
    Forgery forgery_;
    LockApart lock_apart_;
    Troubles troubles_;
};

}  // namespace liuhen::geofence
