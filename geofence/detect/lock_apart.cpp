#include "geofence/detect/lock_apart.hpp"

#include "base/datum.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::geofence {
namespace {

constexpr std::size_t most_waiting = 16;
constexpr double longest_step_s = 300;  // between the truck's fixes around the lock's report
constexpr double clocks_apart_s = 100;  // granted between the lock's clock and the truck's
constexpr double speed_fades_s = 60;    // that long it counts how fast the truck was
constexpr double room_a_metre = 0.25;   // of the truck's own step: it need not have gone straight
constexpr double forgotten_s = 3600;
constexpr double grid_way_m = 1'000;  // that the truck drives between reports that agree
constexpr double grid_room_m = 120;   // by which they may differ: clocks, bends
constexpr double least_grid_m = 150;  // no two grids are less apart
constexpr double most_grid_m = 1'000;

/// Metres between them, at least; either may lie on the shifted grid.
double metres_apart(LatLon a, LatLon b) {
    return std::min({flat_distance(a, b).value, flat_distance(wgs84_from_gcj02(a), b).value,
                     flat_distance(a, wgs84_from_gcj02(b)).value});
}

}  // namespace

void LockApart::hear(const LockEvent& event, const Trip& trip) {
    if (!event.where || !is_watched(event.lock, trip)) return;
    if (waiting_.size() == most_waiting) return;
    waiting_.push_back({event.lock, event.at, *event.where});
}

void LockApart::learn(const Told& told, LatLon truck) {
    const LatLon by{.lat = told.where.lat - truck.lat, .lon = told.where.lon - truck.lon};
    const auto known = std::ranges::find(grids_, told.lock, &Grid::lock);
    if (known == grids_.end()) {
        if (grids_.size() < most_waiting) grids_.push_back({told.lock, by, truck, told.at});
        return;
    }
    const LatLon expected{.lat = truck.lat + known->by.lat, .lon = truck.lon + known->by.lon};
    if (flat_distance(expected, told.where).value > grid_room_m) {
        *known = {told.lock, by, truck, told.at};
    } else if (flat_distance(known->truck, truck).value >= grid_way_m) {
        ++known->agreeing;
        known->truck = truck;
    }
}

/// The grid that explains where the lock is, when there is one.
const LockApart::Grid* LockApart::grid_of(const Told& told, LatLon truck) const {
    const auto known = std::ranges::find(grids_, told.lock, &Grid::lock);
    if (known == grids_.end() || known->agreeing == 0) return nullptr;
    const double length = metres_apart(told.where, truck);
    return length >= least_grid_m && length <= most_grid_m ? &*known : nullptr;
}

void LockApart::compare(const Told& told, LatLon truck, double room_m, const RuleSet& rules) {
    const double metres = metres_apart(told.where, truck);
    learn(told, truck);
    const bool apart = metres > rules.lock_apart.value + room_m;
    const Grid* grid = apart ? grid_of(told, truck) : nullptr;
    if (grid != nullptr) shifted_ = grid->since;
    const auto known = std::ranges::find(apart_, told.lock, &Apart::lock);
    if (!apart || grid != nullptr) {
        if (known != apart_.end()) apart_.erase(known);
        return;
    }
    if (known == apart_.end()) {
        apart_.push_back({told.lock, told.at, told.at, 1, metres});
        return;
    }
    if (told.at > known->last) ++known->reports;
    known->last = told.at;
    known->metres = metres;
}

Episodes LockApart::see(const Moment& moment, const Trip& trip, Findings& found,
                        Troubles& troubles) {
    const Fix& fix = moment.fix;
    const RuleSet& rules = *trip.rules;
    if (last_) {
        const double step_s = seconds_between(last_->at, fix.at);
        const double moved = flat_distance(last_->where, fix.where).value;
        fastest_ = std::max(fix.speed.value, fastest_ * std::exp(-step_s / speed_fades_s));
        for (const Told& told : waiting_) {
            if (step_s > longest_step_s || told.at < last_->at) continue;
            const double share = step_s > 0 ? seconds_between(last_->at, told.at) / step_s : 1;
            const LatLon truck{
                .lat = last_->where.lat + (fix.where.lat - last_->where.lat) * share,
                .lon = last_->where.lon + (fix.where.lon - last_->where.lon) * share};
            compare(told, truck, moved * room_a_metre + fastest_ * clocks_apart_s, rules);
        }
    }
    waiting_.clear();
    last_ = fix;
    std::erase_if(
        apart_, [&](const Apart& one) { return seconds_between(one.last, fix.at) > forgotten_s; });
    const auto stands = [&](const Apart& one) {
        return one.reports >= 2 &&
               seconds_between(one.since, one.last) >= seconds(rules.lock_apart_lasts);
    };
    if (shifted_) {
        troubles.hold(Cause::datum, *shifted_, fix,
                      {{.name = "lock_reports", .value = 2, .limit = 2, .share = 1}});
    }
    const auto one = std::ranges::find_if(apart_, stands);
    if (one == apart_.end()) return troubles.release(Cause::lock_apart, fix.at);
    found.push_back({Sign::lock_apart, fix.at, one->metres});
    troubles.hold(
        Cause::lock_apart, one->since, fix,
        {{.name = "apart_m", .value = one->metres, .limit = rules.lock_apart.value, .share = 1},
         {.name = "lock_reports",
          .value = static_cast<double>(one->reports),
          .limit = 2,
          .share = 0}});
    return {};
}

}  // namespace liuhen::geofence
