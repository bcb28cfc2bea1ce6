#include "geofence/detect/datum_check.hpp"

#include "base/datum.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr int fits_share = 4;
constexpr int settled = 20;  // fixes that fit as they are, with none that does not
constexpr int most_counted = 10'000;
constexpr int told_fixes = 10;          // before the fault is told
constexpr double least_shift = 150;     // m: below it two grids cannot be told apart
constexpr double most_shift = 1'000;    // m: no grid is shifted farther
constexpr double no_shift = 100;        // m: what was learnt to be less was none
constexpr double most_against = 300;    // m that fit only as told, of an offset not proved
constexpr double most_step = 100;       // m: so much a fix counts against it, however far it went
constexpr double most_nowhere = 1'500;  // m: the same, of driving that fits in no way
constexpr double proof_m = 300;         // that an offset alone fits, beyond its own length if the
                                        // first fix lay on the route
constexpr double disproof_m = 2'000;    // that fit only as told, of one that was
constexpr double offset_error_m = 4;    // of one that was learnt
constexpr double moving = 3;            // m/s: a first fix on the way
constexpr double driving = 1.5;         // m/s: slower may be a receiver that drifts

bool is_inside(const SiteId& id, LatLon where, const Trip& trip) {
    const Site* site = trip.places->find(id);
    return site != nullptr && site->shape.signed_distance(where) <= site->hysteresis;
}

bool is_at_a_site(LatLon where, const Trip& trip) {
    return is_inside(trip.origin, where, trip) || is_inside(trip.destination, where, trip);
}

RouteOffset offset_of(LatLon where, const std::optional<RouteOffset>& before, const Trip& trip) {
    return before ? trip.corridor->locate(where, *before) : trip.corridor->locate(where);
}

bool is_on(const RouteOffset& found) { return found.off <= found.half_width; }

bool fits(LatLon where, const std::optional<RouteOffset>& before, const Trip& trip) {
    if (trip.corridor && is_on(offset_of(where, before, trip))) return true;
    return is_at_a_site(where, trip);
}

/// True for a first fix where a device in order is. Who stands on the route outside the origin may
/// be shifted along the first road: the next bends tell.
bool begins_well(const Fix& fix, bool on_route, const Trip& trip) {
    return is_at_a_site(fix.where, trip) || (on_route && fix.speed.value >= moving);
}

}  // namespace

bool DatumCheck::is_shifted() const { return shifted_ > fits_share * plain_; }

/// The trip's first fix: a device in order is in its origin or on its route. Where the origin is
/// unknown, a truck off the route may have begun there.
void DatumCheck::suppose(const Fix& fix, const Trip& trip) {
    begun_ = true;
    if (!trip.corridor || trip.places->find(trip.origin) == nullptr) return;
    const bool on_route = is_on(trip.corridor->locate(fix.where));
    if (begins_well(fix, on_route, trip)) return;
    const LatLon start = trip.corridor->start();
    const Metres far = flat_distance(start, fix.where);
    if (far.value < least_shift || far.value > most_shift) return;
    const bool maps_grid = is_inside(trip.origin, wgs84_from_gcj02(fix.where), trip);
    offset_ =
        Supposed{.offset = maps_grid ? GridOffset::gcj02(fix.where) : GridOffset(fix.where, start),
                 .proof_m = on_route ? far.value + proof_m : proof_m,
                 .last = start,
                 .told_at = std::nullopt,
                 .put_at = std::nullopt};
}

/// Where the fix lies when it is put back; while the truck drives, the route shows how far to.
LatLon DatumCheck::learn(const Fix& fix, const Trip& trip) {
    Supposed& supposed = *offset_;
    LatLon back = supposed.offset.put_back(fix.where);
    supposed.put_at = offset_of(back, supposed.put_at, trip);
    if (fix.speed.value < driving || is_at_a_site(back, trip)) return back;
    supposed.offset.learn(fix.where, *supposed.put_at, *trip.corridor);
    back = supposed.offset.put_back(fix.where);
    supposed.put_at = offset_of(back, supposed.put_at, trip);
    return back;
}

/// Counts for and against an offset; true once too much speaks against it.
bool DatumCheck::is_wrong(bool fits_as_told, bool fits_put_back, LatLon back, bool drives) {
    Supposed& supposed = *offset_;
    const double moved = std::min(flat_distance(supposed.last, back).value, most_shift);
    const double step = drives ? moved : 0;
    const double counted = std::min(step, most_step);
    supposed.last = back;
    supposed.nowhere = fits_as_told || fits_put_back ? 0 : supposed.nowhere + counted;
    if (fits_as_told != fits_put_back) {
        supposed.applies = proved_ || fits_put_back;
        supposed.against = fits_as_told ? supposed.against + counted : 0;
        if (fits_put_back) supposed.driven += step;
        if (fits_put_back && shifted_ < most_counted) ++shifted_;
    }
    proved_ = proved_ || supposed.driven >= supposed.proof_m;
    if (proved_) return supposed.against > disproof_m;
    return supposed.against > most_against || supposed.nowhere > most_nowhere;
}

Fix DatumCheck::by_offset(const Fix& fix, const Trip& trip) {
    Supposed& supposed = *offset_;
    const LatLon back = learn(fix, trip);
    supposed.told_at = offset_of(fix.where, supposed.told_at, trip);
    const bool as_told = is_on(*supposed.told_at) || is_at_a_site(fix.where, trip);
    const bool put_back = is_on(*supposed.put_at) || is_at_a_site(back, trip);
    const bool drives = fix.speed.value >= driving;
    if (is_wrong(as_told, put_back, back, drives) ||
        supposed.offset.length(fix.where).value < no_shift) {
        offset_.reset();  // it was no offset: what it made fit counts no more
        proved_ = false;
        shifted_ = 0;
        return fix;
    }
    if (!supposed.applies) return fix;
    if (!since_) since_ = fix.at;
    Fix moved = fix;
    moved.where = back;
    return moved;
}

Fix DatumCheck::from_gcj02(const Fix& fix, const std::optional<RouteOffset>& before,
                           const Trip& trip) {
    const LatLon back = wgs84_from_gcj02(fix.where);
    if (flat_distance(back, fix.where).value < least_shift) return fix;
    const bool as_told = fits(fix.where, before, trip);
    const bool put_back = fits(back, before, trip);
    if (as_told != put_back && plain_ + shifted_ < most_counted) ++(as_told ? plain_ : shifted_);
    if (!is_shifted()) return fix;
    if (!since_) since_ = fix.at;
    Fix moved = fix;
    moved.where = back;
    return moved;
}

Fix DatumCheck::placed(const Fix& fix, const std::optional<RouteOffset>& before, const Trip& trip) {
    if (trip.carrying.empty() || (!offset_ && shifted_ == 0 && plain_ >= settled)) return fix;
    if (!begun_) suppose(fix, trip);
    return offset_ ? by_offset(fix, trip) : from_gcj02(fix, before, trip);
}

Metres DatumCheck::error() const { return {proved_ ? offset_error_m : 0}; }

void DatumCheck::see(const Moment& moment, Troubles& troubles) const {
    const bool sure = offset_ ? proved_ : is_shifted();
    if (!sure || shifted_ < told_fixes || !since_) return;
    troubles.hold(Cause::datum, *since_, moment.fix,
                  {{.name = "fixes_shifted",
                    .value = static_cast<double>(shifted_),
                    .limit = told_fixes,
                    .share = 1}});
}

}  // namespace liuhen::geofence
