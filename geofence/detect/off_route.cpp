#include "geofence/detect/off_route.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::geofence {
namespace {

/// How many widths a fix may lie off for what its receiver sees: few satellites, wide errors.
double slack_of(const Fix& fix, const RuleSet& rules) {
    if (!fix.satellites || *fix.satellites >= rules.off_satellites) return 1;
    const int missing = rules.off_satellites - *fix.satellites;
    return std::min(1 + rules.off_satellite_slack * missing, rules.off_most_slack);
}

/// Metres off the line that count. Who stands has not left the place of his stand by what his
/// receiver says at less than walking pace: it drifts, or was carried.
double counted_off(const Moment& moment, const Trip& trip) {
    const double off = moment.route->off.value;
    if (moment.stops_allowed) return 0;
    if (!moment.is_off_corridor()) return off;
    if (moment.at_end) return 0;
    if (!moment.stands_at) return off;
    if (flat_distance(*moment.stands_at, moment.fix.where) > trip.rules->parked_drift) return off;
    return std::min(off, trip.corridor->locate(*moment.stands_at, *moment.route).off.value);
}

/// What one fix adds to the sum; `width` is what it may lie off, `clip` the most it can say.
double increment(const Moment& moment, double width, double clip, const Trip& trip) {
    const RuleSet& rules = *trip.rules;
    const double off = counted_off(moment, trip);
    const double step_s = std::min(moment.step_s, seconds(rules.off_step_cap));
    return std::clamp((off - width) / rules.off_scale.value, -rules.off_clip, clip) *
           (1 - std::exp(-step_s / seconds(rules.off_tau)));
}

}  // namespace

Episodes OffRoute::see(const Moment& moment, const Trip& trip) {
    if (!moment.route) return {};
    const RuleSet& rules = *trip.rules;
    const bool parallel = keeps_along(moment, rules);
    const double slack = slack_of(moment.fix, rules) * (parallel ? rules.off_parallel_slack : 1);
    const double width = moment.half_width.value * slack;
    judge_pace(moment, moment.route->off.value > width, rules);
    const bool beside = parallel && moment.route->off <= rules.off_parallel_reach;
    double clip = rules.off_clip;
    if (beside) clip = std::min(clip, rules.off_parallel_clip);
    if (strolls_) clip = std::min(clip, rules.off_calm_clip);
    const double added = increment(moment, width, clip, trip);
    last_ = moment.held;
    last_along_ = moment.route->along;
    last_off_ = moment.route->off.value;
    last_fix_ = moment.fix.where;
    if (sum_ <= 0 && added <= 0) return {};
    if (sum_ <= 0) {
        forget();
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
    forget();
    return ended;
}

void OffRoute::forget() {
    OffRoute fresh;
    fresh.last_ = last_;
    fresh.last_along_ = last_along_;
    fresh.last_off_ = last_off_;
    fresh.last_fix_ = last_fix_;
    fresh.beyond_ = beyond_;
    fresh.strolls_ = strolls_;
    fresh.calm_since_ = calm_since_;
    *this = std::move(fresh);
}

/// Who has not driven for `off_calm` when it leaves the corridor, nor since then away from it,
/// strolls: a receiver that drifts in a gorge, or one that is carried.
void OffRoute::judge_pace(const Moment& moment, bool beyond, const RuleSet& rules) {
    const Instant at = moment.fix.at;
    const double step_s = std::min(moment.step_s, seconds(rules.off_calm));
    const double fast = rules.waking.value * step_s;
    const double moved = last_fix_ ? flat_distance(*last_fix_, moment.fix.where).value : 0;
    const bool drives = moved >= fast || moment.fix.speed >= rules.waking;
    if (!calm_since_) calm_since_ = at;
    if (beyond && !beyond_) {
        strolls_ = !drives && seconds_between(*calm_since_, at) > seconds(rules.off_calm);
    } else if (beyond) {
        strolls_ = strolls_ && !(drives && moment.route->off.value > last_off_);
    } else {
        strolls_ = false;
    }
    if (drives) calm_since_ = at;
    beyond_ = beyond;
}

/// True on a road beside the route: the truck gains nearly what it drives.
bool OffRoute::keeps_along(const Moment& moment, const RuleSet& rules) const {
    if (!last_ || moment.step_s <= 0) return false;
    const double driven = flat_distance(*last_, moment.held).value;
    const double gained = std::abs((moment.route->along - last_along_).value);
    return driven >= rules.off_parallel_speed.value * moment.step_s &&
           gained >= rules.off_parallel * driven && gained <= 2 * driven;
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
