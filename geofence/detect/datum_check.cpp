#include "geofence/detect/datum_check.hpp"

#include "base/datum.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr int fits_share = 4;
constexpr int settled = 20;  // fixes that fit as they are, with none that does not
constexpr int most_counted = 10'000;
constexpr int told_fixes = 10;        // before the fault is told
constexpr double least_shift = 150;   // m: below it two grids cannot be told apart
constexpr double most_shift = 1'000;  // m: no grid is shifted farther
constexpr int most_misses = 5;        // in a row, of an offset that has not proved itself
constexpr int proved = 20;            // fixes
constexpr double proof_m = 300;       // beyond its own length, that a doubtful offset alone fits
constexpr double learning_m = 5'000;  // of driving; the first place need not be the start exactly
constexpr double capture_m = 150;     // farther beside the route it is not the offset
constexpr double learning = 0.3;      // share of what is left that a fix corrects
constexpr double following = 0.15;    // the same later: along the way shows after the next bend
constexpr double moving = 3;          // m/s

bool is_inside(const SiteId& id, LatLon where, const Trip& trip) {
    const Site* site = trip.places->find(id);
    return site != nullptr && site->shape.signed_distance(where) <= site->hysteresis;
}

RouteOffset offset_of(LatLon where, const std::optional<RouteOffset>& before, const Trip& trip) {
    return before ? trip.corridor->locate(where, *before) : trip.corridor->locate(where);
}

bool fits(LatLon where, const std::optional<RouteOffset>& before, const Trip& trip) {
    if (trip.corridor) {
        const RouteOffset found = offset_of(where, before, trip);
        if (found.off <= found.half_width) return true;
    }
    return is_inside(trip.origin, where, trip) || is_inside(trip.destination, where, trip);
}

/// True for a first fix where a device in order is. Who stands on the route outside the known
/// origin may be shifted along the first road: the next bends tell.
bool begins_well(const Fix& fix, const Trip& trip) {
    if (!fits(fix.where, std::nullopt, trip)) return false;
    const bool knows_origin = trip.places->find(trip.origin) != nullptr;
    return !knows_origin || fix.speed.value >= moving || is_inside(trip.origin, fix.where, trip) ||
           is_inside(trip.destination, fix.where, trip);
}

LatLon minus(LatLon a, LatLon b) { return {.lat = a.lat - b.lat, .lon = a.lon - b.lon}; }

}  // namespace

bool DatumCheck::is_shifted() const { return shifted_ > fits_share * plain_; }

/// The trip's first fix: a device in order is in its origin or on its route.
void DatumCheck::suppose(const Fix& fix, const Trip& trip) {
    begun_ = true;
    if (!trip.corridor || begins_well(fix, trip)) return;
    const bool on_route = fits(fix.where, std::nullopt, trip);
    const LatLon start = trip.corridor->start();
    const double far = flat_distance(start, fix.where).value;
    if (far < least_shift || far > most_shift) return;
    offset_ = Offset{.by = minus(fix.where, start), .doubtful = on_route, .last = start};
}

/// Holds a doubtful offset, as it is, against the way that is driven.
void DatumCheck::prove(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip) {
    const LatLon back = minus(fix.where, offset_->by);
    const bool as_it_is = fits(fix.where, before, trip);
    const bool when_put_back = fits(back, std::nullopt, trip);
    if (as_it_is && !when_put_back && ++offset_->misses > most_misses) return offset_.reset();
    if (!as_it_is && when_put_back) {
        offset_->driven += std::min(flat_distance(offset_->last, back).value, most_shift);
    }
    offset_->last = back;
    const double length = flat_distance(fix.where, back).value;
    if (offset_->driven < length + proof_m) return;
    *offset_ = Offset{.by = offset_->by, .fits = proved, .last = back};
    shifted_ = proved;
    plain_ = 0;
}

/// What is left between the place and the route is the offset's error, while the truck drives.
void DatumCheck::refine(const Fix& fix, LatLon back, const std::optional<RouteOffset>& before,
                        const Trip& trip) {
    const RouteOffset found = offset_of(back, before, trip);
    const bool learns = offset_->driven < learning_m;
    if (found.off.value > capture_m) {
        const bool inside = is_inside(trip.origin, back, trip);
        if (!inside && offset_->fits < proved && ++offset_->misses > most_misses) offset_.reset();
        return;
    }
    offset_->misses = 0;
    ++offset_->fits;
    if (fix.speed.value < moving) return;
    offset_->driven += std::min(flat_distance(offset_->last, back).value, most_shift);
    offset_->last = back;
    const LatLon left = minus(back, trip.corridor->point_at(found.along));
    const double share = learns ? learning : following;
    offset_->by.lat += left.lat * share;
    offset_->by.lon += left.lon * share;
}

LatLon DatumCheck::put_back(const Fix& fix, const std::optional<RouteOffset>& before,
                            const Trip& trip) {
    if (!offset_) return wgs84_from_gcj02(fix.where);
    const LatLon by = offset_->by;
    refine(fix, minus(fix.where, by), before, trip);
    return minus(fix.where, offset_ ? offset_->by : by);
}

Fix DatumCheck::placed(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip) {
    if (trip.carrying.empty() || (shifted_ == 0 && plain_ >= settled)) return fix;
    if (!begun_) suppose(fix, trip);
    if (offset_ && offset_->doubtful) {
        prove(fix, before, trip);
        return fix;
    }
    const bool by_offset = offset_.has_value();
    const LatLon back = put_back(fix, before, trip);
    if (flat_distance(back, fix.where).value < least_shift) return fix;
    const bool as_it_is = fits(fix.where, before, trip);
    const bool when_put_back = fits(back, before, trip);
    if (as_it_is != when_put_back && plain_ + shifted_ < most_counted)
        ++(as_it_is ? plain_ : shifted_);
    if (by_offset && (!offset_ || !is_shifted())) {
        offset_.reset();  // it was no offset: what it made fit counts no more
        shifted_ = 0;
        return fix;
    }
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
