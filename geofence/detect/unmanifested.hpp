// TRIP_WITHOUT_MANIFEST: a vehicle that leaves a producer loaded while no load was signed.
#pragma once

#include "geofence/moment.hpp"

#include <vector>

namespace liuhen::geofence {

/// Visits to producers by a vehicle without a trip. Loaded means: stayed `loading_stay`, or the
/// device says half or full, or a lock was sealed inside. It left at the first of
/// `departure_fixes` fixes in a row beyond the hysteresis; that instant must be covered by a
/// signed load. It is over inside the next site that takes or keeps waste, or once covered.
class Unmanifested {
public:
    Episodes see(const Moment& moment, const Trip& trip);
    void hear(const LockEvent& event);
    [[nodiscard]] const std::optional<OpenEpisode>& open() const { return open_; }

private:
    void visit(const Moment& moment, const Trip& trip);
    void leave(const Moment& moment, const Trip& trip);
    [[nodiscard]] bool looks_loaded(const Fix& fix, const RuleSet& rules) const;
    Episodes follow(const Moment& moment, const Trip& trip);
    [[nodiscard]] Evidence evidence(Instant at, const Trip& trip) const;

    const Site* producer_ = nullptr;  ///< visited now or last left; lives with the trip's places
    double stayed_s_ = 0;
    std::vector<LockEvent> sealed_;  ///< inside
    Load load_ = Load::unknown;      ///< as said at the exit
    int outside_ = 0;
    Fix first_outside_;
    Track track_;
    int arrived_ = 0;  ///< fixes in a row inside a place that ends the episode
    std::optional<OpenEpisode> open_;
};

}  // namespace liuhen::geofence
