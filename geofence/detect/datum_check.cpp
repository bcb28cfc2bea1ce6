#include "geofence/detect/datum_check.hpp"

#include "base/datum.hpp"

namespace liuhen::geofence {
namespace {

constexpr int fits_share = 4;
constexpr int settled = 20;  // fixes that fit as they are, with none that does not
constexpr int most_counted = 10'000;
constexpr int told_fixes = 10;       // before the fault is told
constexpr double least_shift = 150;  // m: below it the two grids cannot be told apart

bool is_inside(const SiteId& id, LatLon where, const Trip& trip) {
    const Site* site = trip.places->find(id);
    return site != nullptr && site->shape.signed_distance(where) <= site->hysteresis;
}

bool fits(LatLon where, const std::optional<RouteOffset>& before, const Trip& trip) {
    if (trip.corridor) {
        const RouteOffset found =
            before ? trip.corridor->locate(where, *before) : trip.corridor->locate(where);
        if (found.off <= found.half_width) return true;
    }
    return is_inside(trip.origin, where, trip) || is_inside(trip.destination, where, trip);
}

}  // namespace

bool DatumCheck::is_shifted() const { return shifted_ > fits_share * plain_; }

Fix DatumCheck::placed(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip) {
    if (trip.carrying.empty() || (shifted_ == 0 && plain_ >= settled)) return fix;
    const LatLon back = wgs84_from_gcj02(fix.where);
    if (flat_distance(back, fix.where).value < least_shift) return fix;
    const bool as_it_is = fits(fix.where, before, trip);
    const bool put_back = fits(back, before, trip);
    if (as_it_is != put_back && plain_ + shifted_ < most_counted) ++(as_it_is ? plain_ : shifted_);
    if (!is_shifted()) return fix;
    if (!since_) since_ = fix.at;
    Fix moved = fix;
    moved.where = back;
    return moved;
}

void DatumCheck::see(const Moment& moment, Troubles& troubles) const {
    if (!is_shifted() || shifted_ < told_fixes || !since_) return;
    troubles.hold(Cause::datum, *since_, moment.fix,
                  {{.name = "fixes_shifted",
                    .value = static_cast<double>(shifted_),
                    .limit = told_fixes,
                    .share = 1}});
}

}  // namespace liuhen::geofence
