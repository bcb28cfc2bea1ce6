// Positions on another grid than WGS 84, from a device whose profile does not say so.
#pragma once

#include "geofence/detect/grid_offset.hpp"
#include "geofence/detect/troubles.hpp"

namespace liuhen::geofence {

/// Holds each position against the corridor, the origin and the destination: as it is, put back
/// from GCJ-02, and put back by the offset that the trip's first fix has from the start of the
/// route when it lies outside its origin. Such an offset is supposed at once, so that a truck that
/// stands in its origin has not departed, and is learnt on while driving; until it is proved, a
/// position that fits only as it is told is taken as told. It is proved once it alone has fitted
/// for longer than a truck that left the route straight on could make it fit. A device is on
/// another grid from the first fix of a trip on, never from the middle of one. Its positions are
/// put back for all that is judged, and DEVICE_FAULT `datum` says so.
class DatumCheck {
public:
    /// The fix as it is to be judged.
    Fix placed(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip);
    /// By how much what was put back may be wrong along a road of another heading.
    [[nodiscard]] Metres error() const;
    void see(const Moment& moment, Troubles& troubles) const;

private:
    /// An offset, and how well it did.
    struct Supposed {
        GridOffset offset;
        double proof_m{};     ///< metres that it alone has to fit
        double driven{};      ///< of these
        double nowhere{};     ///< metres since a fix fitted in either way
        double against{};     ///< metres since one fitted put back only, that fit as told only
        bool applies = true;  ///< the last fix was put back
        LatLon last;          ///< where that was
        std::optional<RouteOffset> told_at, put_at;  ///< along the route
    };
    [[nodiscard]] bool is_shifted() const;
    void suppose(const Fix& fix, const Trip& trip);
    Fix by_offset(const Fix& fix, const Trip& trip);
    LatLon learn(const Fix& fix, const Trip& trip);
    bool is_wrong(bool fits_as_told, bool fits_put_back, LatLon back, bool drives);
    Fix from_gcj02(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip);

    bool begun_ = false;
    bool proved_ = false;
    int plain_ = 0, shifted_ = 0;  ///< fixes that fit in one way only
    std::optional<Supposed> offset_;
    std::optional<Instant> since_;
};

}  // namespace liuhen::geofence
