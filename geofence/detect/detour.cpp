#include "geofence/detect/detour.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::geofence {
namespace {

constexpr std::array lengths{1'000.0, 4'000.0, 16'000.0};  // metres driven
constexpr double leap_slack = 200;  // metres: a corner cut, a wide crossing, a fix aside
constexpr double heading_known =
    500;  // metres forward on a piece of the way that show its direction

}  // namespace

void Detour::see(const Moment& moment, bool stands) {
    if (!moment.route || moment.diverted || stands) {
        begun_ = begun_ && stands && !moment.diverted;
        return;
    }
    if (!begun_) {
        begun_ = true;
        off_ = false;
        farthest_ = along_ = entered_ = moment.route->along.value;
        behind_ = 0;
        last_ = moment.fix.where;
        return;
    }
    const double step = flat_distance(last_, moment.fix.where).value;
    last_ = moment.fix.where;
    const double extra = extra_of(*moment.route, moment.is_off_corridor(), step);
    take(step, moment.stops_allowed ? 0 : extra);  // driving about in a yard is no detour
    along_ = moment.route->along.value;
}

/// Metres of this step that brought the truck no farther. Negative when the way turns out to have
/// been the shorter one after all.
double Detour::extra_of(const RouteOffset& route, bool off, double step) {
    const double along = route.along.value;
    if (off && !off_) {
        left_at_ = farthest_;
        off_driven_ = off_extra_ = 0;
    }
    if (off || off_) {
        off_ = off;
        off_driven_ += step;
        const double gained = along - left_at_;
        const bool leapt = std::abs(gained) > off_driven_ + leap_slack;
        const double extra = leapt ? 0 : std::max(0.0, off_driven_ - std::max(0.0, gained));
        const double added = extra - off_extra_;
        off_extra_ = extra;
        behind_ = leapt ? 0 : std::max(0.0, -gained);
        if (!off) farthest_ = leapt ? along : std::max(farthest_, along);
        if (!off && leapt) entered_ = along;
        return added;
    }
    const bool leapt = std::abs(along - along_) > step * 1.5 + leap_slack;
    if (leapt) farthest_ = entered_ = along;
    const double gained = std::max(0.0, along - farthest_);
    farthest_ = std::max(farthest_, along);
    const bool knows_heading = farthest_ - entered_ >= heading_known;
    behind_ = knows_heading ? farthest_ - along : 0;
    if (!knows_heading) return 0;
    const double driven = std::min(step, std::abs(along - along_));  // not the noise across
    return std::max(0.0, driven - gained);
}

void Detour::take(double step, double extra) {
    driven_ += step;
    excess_ = std::max(0.0, excess_ + extra);
    for (std::size_t i = 0; i < scales_.size(); ++i) {
        Scale& scale = scales_[i];
        const double spacing = lengths[i] / (marks - 1);
        const Mark& newest = scale.ring[(scale.next + marks - 1) % marks];
        if (scale.next > 0 && driven_ - static_cast<double>(newest.driven) < spacing) continue;
        scale.ring[scale.next++ % marks] = {.driven = static_cast<float>(driven_),
                                            .excess = static_cast<float>(excess_)};
    }
}

double Detour::excess_m(std::size_t i) const {
    const Scale& scale = scales_[i];
    const std::size_t known = std::min<std::size_t>(scale.next, marks);
    for (std::size_t k = known; k > 0; --k) {  // oldest first
        const Mark& mark = scale.ring[(scale.next - k) % marks];
        if (driven_ - static_cast<double>(mark.driven) <= lengths[i]) {
            return std::max(0.0, excess_ - static_cast<double>(mark.excess));
        }
    }
    return 0;
}

void Detour::found(Findings& into, Instant at, const RuleSet& rules) const {
    const std::array least{rules.detour_within_1_km, rules.detour_within_4_km,
                           rules.detour_within_16_km};
    double largest = 0;
    for (std::size_t i = 0; i < scales_.size(); ++i) {
        const double excess = excess_m(i);
        if (excess >= least[i].value) largest = std::max(largest, excess);
    }
    if (largest > 0) into.push_back({.sign = Sign::detour, .at = at, .amount = largest});
    if (behind_ >= rules.turned_back_least.value) {
        into.push_back({.sign = Sign::turned_back, .at = at, .amount = behind_});
    }
}

}  // namespace liuhen::geofence
