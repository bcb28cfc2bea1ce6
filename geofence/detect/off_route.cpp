#include "geofence/detect/off_route.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace liuhen::geofence {
namespace {

/// How many widths a fix may lie off for what its receiver sees: few satellites, wide errors.
double slack_of(const Fix& fix, const RuleSet& rules) {
    if (!fix.satellites || *fix.satellites >= rules.off_satellites) return 1;
    const int missing = rules.off_satellites - *fix.satellites;
    return std::min(1 + rules.off_satellite_slack * missing, rules.off_most_slack);
}

/// True in the yard at an end of a route of which no site is known.
bool is_at_end(const Moment& moment, const Trip& trip) {
    const auto near = [&](const SiteId& site, LatLon end) {
        return trip.places->find(site) == nullptr &&
               flat_distance(moment.held, end) <= trip.rules->off_end_yard;
    };
    return near(trip.origin, trip.corridor->start()) ||
           near(trip.destination, trip.corridor->finish());
}

/// What one fix adds to the sum; `width` is what it may lie off.
double increment(const Moment& moment, double width, const Trip& trip) {
    const RuleSet& rules = *trip.rules;
    const bool astray = moment.is_off_corridor() && !moment.stops_allowed;
    const bool pardoned = astray && is_at_end(moment, trip);
    const double off = moment.stops_allowed || pardoned ? 0 : moment.route->off.value;
    const double step_s = std::min(moment.step_s, seconds(rules.off_step_cap));
    return std::clamp((off - width) / rules.off_scale.value, -rules.off_clip, rules.off_clip) *
           (1 - std::exp(-step_s / seconds(rules.off_tau)));
}

}  // namespace

Episodes OffRoute::see(const Moment& moment, const Trip& trip) {
    if (!moment.route) return {};
    const RuleSet& rules = *trip.rules;
    const double slack =
        slack_of(moment.fix, rules) * (keeps_along(moment, rules) ? rules.off_parallel_slack : 1);
    const double added = increment(moment, moment.half_width.value * slack, trip);
    last_ = moment.held;
    last_along_ = moment.route->along;
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
    *this = std::move(fresh);
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
