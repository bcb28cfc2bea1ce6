#include "geofence/detect/off_route.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::geofence {
namespace {

/// What one fix adds to the sum.
double increment(const Moment& moment, const RuleSet& rules) {
    const Metres off = moment.stops_allowed ? Metres{0} : moment.route->off;
    const double beyond = (off - moment.half_width) / rules.off_scale;
    const double step_s = std::min(moment.step_s, seconds(rules.off_step_cap));
    return std::clamp(beyond, -rules.off_clip, rules.off_clip) *
           (1 - std::exp(-step_s / seconds(rules.off_tau)));
}

}  // namespace

Episodes OffRoute::see(const Moment& moment, const Trip& trip) {
    if (!moment.route) return {};
    const RuleSet& rules = *trip.rules;
    const double added = increment(moment, rules);
    if (sum_ <= 0 && added <= 0) return {};
    if (sum_ <= 0) {
        *this = OffRoute{};
        since_ = moment.fix.at;
    }
    sum_ = std::clamp(sum_ + added, 0.0, rules.off_ceiling);
    highest_ = std::max(highest_, sum_);
    if (sum_ <= 0) return end(moment.fix.at, trip);

    track_.add(moment.fix);
    if (track_.total() == 1 || moment.route->off > farthest_route_.off) {
        farthest_ = moment.fix;
        farthest_route_ = *moment.route;
    }
    if (moment.protects != nullptr) {
        in_protected_ = true;
        zone_ = moment.protects->name;
    }
    const Instant at = moment.fix.at;
    if (!open_ && sum_ > rules.off_alarm) {
        open_ = OpenEpisode{
            .kind = Kind::route_deviation, .grade = 0, .since = since_, .shown = nullptr};
    }
    if (open_ && open_->is_due(at, grade(at, rules))) {
        open_->show(at, grade(at, rules), evidence(at, trip));
    }
    return {};
}

Findings OffRoute::found(const Moment& moment) const {
    if (!open_ || !moment.is_off_corridor() || moment.stops_allowed) return {};
    const Metres beyond = moment.route->off - moment.half_width;
    return {{.sign = Sign::off_route, .at = moment.fix.at, .amount = beyond.value}};
}

Episodes OffRoute::end(Instant at, const Trip& trip) {
    Episodes ended;
    if (open_) ended.push_back(open_->closed(at, evidence(at, trip)));
    *this = OffRoute{};
    return ended;
}

std::uint8_t OffRoute::grade(Instant at, const RuleSet& rules) const {
    const bool serious = seconds_between(since_, at) >= seconds(rules.off_serious);
    const std::uint8_t plain = serious ? 2 : 3;
    return in_protected_ ? graver(plain) : plain;
}

Evidence OffRoute::evidence(Instant at, const Trip& trip) const {
    const RuleSet& rules = *trip.rules;
    const Metres half_width = trip.corridor->half_width(farthest_route_.along);
    const Metres off =
        geodesic_distance(farthest_.where, trip.corridor->point_at(farthest_route_.along));
    Evidence evidence;
    evidence.path = track_.path();
    evidence.fixes_total = track_.total();
    evidence.terms = {
        {.name = "off_route_sum", .value = highest_, .limit = rules.off_alarm, .share = 1},
        {.name = "max_offset_m", .value = off.value, .limit = half_width.value, .share = 0},
        {.name = "at_route_m",
         .value = farthest_route_.along.value,
         .limit = trip.corridor->length().value,
         .share = 0},
        {.name = "off_s",
         .value = seconds_between(since_, at),
         .limit = seconds(rules.off_serious),
         .share = 0},
    };
    evidence.where = farthest_.where;
    evidence.place = zone_;
    evidence.would_clear = "Fixes within " + std::to_string(std::lround(half_width.value)) +
                           " m of the approved route, or a known site around the place.";
    return evidence;
}

}  // namespace liuhen::geofence
