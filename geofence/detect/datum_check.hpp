// Positions on another grid than WGS 84, from a device whose profile does not say so.
#pragma once

#include "geofence/detect/troubles.hpp"

namespace liuhen::geofence {

/// Holds each position against the corridor, the origin and the destination: as it is, put back
/// from GCJ-02, and put back by the offset that the trip's first fix has from the start of the
/// route when it fits nowhere. A device is on another grid while what fits only when put back
/// outnumbers by `fits_share` what fits as it is: from the first fix of a trip on, never in the
/// middle of one. Who stands on the route, but outside its origin, at the first fix may be shifted
/// along the first road: such an offset is taken only once it alone has fitted for longer than a
/// truck that left the route straight on could make it fit. Its positions are put back for all that
/// is judged, and DEVICE_FAULT `datum` says so.
class DatumCheck {
public:
    /// The fix as it is to be judged.
    Fix placed(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip);
    void see(const Moment& moment, Troubles& troubles) const;

private:
    /// A constant offset, in degrees, and how well it did.
    struct Offset {
        LatLon by;
        int fits = 0;           ///< fixes
        int misses = 0;         ///< in a row
        bool doubtful = false;  ///< the first fix lay on the route: it may have been in order
        double driven{};        ///< metres that fitted
        LatLon last;
    };
    [[nodiscard]] bool is_shifted() const;
    void suppose(const Fix& fix, const Trip& trip);
    LatLon put_back(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip);
    void prove(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip);
    void refine(const Fix& fix, LatLon back, const std::optional<RouteOffset>& before,
                const Trip& trip);

    bool begun_ = false;
    int plain_ = 0, shifted_ = 0;  ///< fixes that fit in one way only
    std::optional<Offset> offset_;
    std::optional<Instant> since_;
};

}  // namespace liuhen::geofence
