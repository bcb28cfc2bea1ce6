#include "geofence/detect/stop.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr int centre_fixes = 10;  // fixes that make the centre of a stay
constexpr double audible = 0.1;   // strength of a sign that says something beside the stop
constexpr double plain = 0.5;     // strength of one that says it plainly

/// True when anything else was found. A silence is nothing else: trackers of parked trucks sleep.
bool is_more_than_a_stop(Instant at, const Fusion& fusion, const FusionRules& rules) {
    for (std::size_t i = 0; i < sign_count; ++i) {
        const auto sign = static_cast<Sign>(i);
        if (sign == Sign::stopped || sign == Sign::silent || words_of(sign).is_context) continue;
        if (fusion.strength(sign, at, rules) >= audible) return true;
    }
    return false;
}

/// How long the truck may stand: less under watch, least after it turned back or went a long way
/// round.
Seconds patience(Instant at, const Fusion& fusion, const RuleSet& rules) {
    const auto says = [&](Sign sign) { return fusion.strength(sign, at, rules.fusion) >= plain; };
    Seconds least = rules.stop_unplanned;
    if (fusion.suspicion() == Suspicion::watch) least = std::min(least, rules.stop_watched);
    const bool turned = says(Sign::turned_back) || says(Sign::detour);
    return turned ? std::min(least, rules.stop_turned_back) : least;
}

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
    allowed_ = allowed_ || moment.stops_allowed || moment.at_gate || moment.at_end;
    astray_ += moment.is_off_corridor() ? 1 : -1;
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

Episodes Stop::judge(Instant at, const Fusion& fusion, const Trip& trip) {
    if (!begun_ || allowed_ || strayed_ || queues_) return {};
    const RuleSet& rules = *trip.rules;
    if (fusion.suspicion() == Suspicion::suspected) {
        Episodes ended;
        if (unplanned_) ended.push_back(unplanned_->closed(at, evidence(trip)));
        unplanned_.reset();
        return ended;
    }
    if (!unplanned_ && stood_s_ >= seconds(patience(at, fusion, rules))) {
        unplanned_ = OpenEpisode{
            .kind = Kind::unplanned_stop, .grade = 0, .since = since_, .shown = nullptr};
    }
    const std::uint8_t now = grade(at, fusion, rules);
    if (unplanned_ && unplanned_->is_due(at, now)) unplanned_->show(at, now, evidence(trip));
    return {};
}

/// True while nothing but its length speaks against the stop, and that is no more than a break.
bool Stop::is_note(Instant at, const Fusion& fusion, const RuleSet& rules) const {
    return astray_ <= 0 && stood_s_ < seconds(rules.stop_on_road) &&
           fusion.suspicion() == Suspicion::quiet && !is_more_than_a_stop(at, fusion, rules.fusion);
}

/// What was grave once stays it.
std::uint8_t Stop::grade(Instant at, const Fusion& fusion, const RuleSet& rules) const {
    const std::uint8_t now = !zone_.empty()               ? graver(3)
                             : is_note(at, fusion, rules) ? note_grade
                                                          : std::uint8_t{3};
    const bool shown = unplanned_ && unplanned_->grade != 0;
    return shown ? std::min(now, unplanned_->grade) : now;
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
