// Positions on the shifted grid of Chinese maps, from a device whose profile does not say so.
#pragma once

#include "geofence/detect/troubles.hpp"

namespace liuhen::geofence {

/// Holds each position, as it is and put back from GCJ-02, against the corridor, the origin and the
/// destination. A device is on the shifted grid while what fits only when put back outnumbers by
/// `fits_share` what fits as it is: from the first fix of a trip on, never in the middle of one.
/// Its positions are put back for all that is judged, and DEVICE_FAULT `datum` says so.
class DatumCheck {
public:
    /// The fix as it is to be judged.
    Fix placed(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip);
    void see(const Moment& moment, Troubles& troubles) const;

private:
    [[nodiscard]] bool is_shifted() const;

    int plain_ = 0, shifted_ = 0;  ///< fixes that fit in one way only
    std::optional<Instant> since_;
};

}  // namespace liuhen::geofence
