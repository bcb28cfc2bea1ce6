#include "geofence/detect/stop.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr int centre_fixes = 10;  // fixes that make the centre of a stay

}  // namespace

Episodes Stop::see(const Moment& moment, const Trip& trip) {
    if (!begun_) {
        begin(moment);
        gather(moment);
        return {};
    }
    const RuleSet& rules = *trip.rules;
    const Metres distance = flat_distance(centre_, moment.held);
    if (breaks(moment, distance, rules)) {
        Episodes ended = end(last_, trip);
        begin(moment);
        gather(moment);
        return ended;
    }
    strayed_ = distance > rules.stop_radius;
    const double step_s = seconds_between(last_, moment.fix.at);
    if (strayed_) return {};
    if (step_s <= seconds(rules.stop_step_cap)) stood_s_ += step_s;
    if (averaged_ < centre_fixes) {
        ++averaged_;
        centre_.lat += (moment.held.lat - centre_.lat) / averaged_;
        centre_.lon += (moment.held.lon - centre_.lon) / averaged_;
    }
    gather(moment);
    return {};
}

void Stop::begin(const Moment& moment) {
    *this = Stop{};
    begun_ = true;
    centre_ = moment.held;
    averaged_ = 1;
    since_ = moment.fix.at;
}

bool Stop::breaks(const Moment& moment, Metres distance, const RuleSet& rules) const {
    if (distance <= rules.stop_radius) return false;
    return strayed_ || distance > rules.stop_break || moment.fix.speed > rules.stop_speed;
}

void Stop::gather(const Moment& moment) {
    last_ = moment.fix.at;
    track_.add(moment.fix);
    allowed_ = allowed_ || moment.stops_allowed || moment.at_gate;
    queues_ = moment.queues && !moment.is_off_corridor();
    if (moment.protects != nullptr) zone_ = moment.protects->name;
}

Findings Stop::found() const {
    if (!begun_ || allowed_ || strayed_ || queues_ || stood_s_ <= 0) return {};
    return {{.sign = Sign::stopped, .at = last_, .amount = stood_s_}};
}

std::optional<LatLon> Stop::middle() const {
    if (!begun_ || stood_s_ <= 0) return std::nullopt;
    return centre_;
}

Episodes Stop::judge(Instant at, Suspicion suspicion, const Trip& trip) {
    if (!begun_ || allowed_ || strayed_ || queues_) return {};
    const RuleSet& rules = *trip.rules;
    if (suspicion == Suspicion::suspected) {
        Episodes ended;
        if (unplanned_) ended.push_back(unplanned_->closed(at, evidence(trip)));
        unplanned_.reset();
        return ended;
    }
    const bool watched = suspicion == Suspicion::watch && stood_s_ >= seconds(rules.stop_watched);
    if (!unplanned_ && (watched || stood_s_ >= seconds(rules.stop_unplanned))) {
        unplanned_ = OpenEpisode{
            .kind = Kind::unplanned_stop, .grade = 0, .since = since_, .shown = nullptr};
    }
    const std::uint8_t grade = zone_.empty() ? 3 : graver(3);
    if (unplanned_ && unplanned_->is_due(at, grade)) unplanned_->show(at, grade, evidence(trip));
    return {};
}

Episodes Stop::end(Instant at, const Trip& trip) {
    Episodes ended;
    if (unplanned_) ended.push_back(unplanned_->closed(at, evidence(trip)));
    *this = Stop{};
    return ended;
}

Evidence Stop::evidence(const Trip& trip) const {
    Evidence evidence;
    evidence.path = track_.path();
    evidence.fixes_total = track_.total();
    evidence.where = centre_;
    evidence.place = zone_;
    evidence.terms = {{.name = "stopped_s",
                       .value = stood_s_,
                       .limit = seconds(trip.rules->stop_unplanned),
                       .share = 1}};
    evidence.would_clear =
        "A known site where trucks may stand around the place, or a shorter stop.";
    return evidence;
}

}  // namespace liuhen::geofence
