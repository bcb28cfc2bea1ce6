#include "geofence/detect/stop.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr int centre_fixes = 10;       // fixes that make the centre of a stay
constexpr std::size_t most_locks = 8;  // lock events kept as evidence

}  // namespace

Episodes Stop::see(const Moment& moment, bool lock_is_open, const Trip& trip) {
    if (!begun_) {
        begin(moment);
        gather(moment, lock_is_open, *trip.rules);
        return {};
    }
    const RuleSet& rules = *trip.rules;
    const Metres distance = flat_distance(centre_, moment.fix.where);
    if (breaks(moment, distance, rules)) {
        Episodes ended = end(last_, trip);
        begin(moment);
        gather(moment, lock_is_open, rules);
        return ended;
    }
    strayed_ = distance > rules.stop_radius;
    const double step_s = seconds_between(last_, moment.fix.at);
    if (strayed_) return {};
    if (step_s <= seconds(rules.stop_step_cap)) stood_s_ += step_s;
    if (averaged_ < centre_fixes) {
        ++averaged_;
        centre_.lat += (moment.fix.where.lat - centre_.lat) / averaged_;
        centre_.lon += (moment.fix.where.lon - centre_.lon) / averaged_;
    }
    gather(moment, lock_is_open, rules);
    return judge(moment.fix.at, trip);
}

void Stop::begin(const Moment& moment) {
    *this = Stop{};
    begun_ = true;
    centre_ = moment.fix.where;
    averaged_ = 1;
    since_ = moment.fix.at;
}

bool Stop::breaks(const Moment& moment, Metres distance, const RuleSet& rules) const {
    if (distance <= rules.stop_radius) return false;
    return strayed_ || distance > rules.stop_break || moment.fix.speed > rules.stop_speed;
}

void Stop::gather(const Moment& moment, bool lock_is_open, const RuleSet& rules) {
    last_ = moment.fix.at;
    track_.add(moment.fix);
    allowed_ = allowed_ || moment.stops_allowed;
    lock_open_ = lock_open_ || lock_is_open;
    if (moment.is_off_corridor() && is_night(moment.fix.at, rules)) {
        off_at_night_ = true;
    }
    if (const Presence* zone = nearest_protected(moment, rules.dump_protected_reach)) {
        if (!to_protected_ || zone->distance < *to_protected_) {
            to_protected_ = zone->distance;
            zone_ = zone->site->name;
        }
    }
    in_protected_ = in_protected_ || moment.protects != nullptr;
}

void Stop::hear_open_lock(const LockEvent& event) {
    if (!begun_) return;
    lock_open_ = true;
    if (locks_.size() < most_locks) locks_.push_back(event);
}

bool Stop::has_second_sign() const { return lock_open_ || off_at_night_ || to_protected_; }

Episodes Stop::judge(Instant at, const Trip& trip) {
    if (allowed_) return {};
    const RuleSet& rules = *trip.rules;
    Episodes ended;
    if (!dumping_ && has_second_sign() && stood_s_ >= seconds(rules.dump_stop)) {
        dumping_ = OpenEpisode{
            .kind = Kind::suspected_dumping, .grade = 0, .since = since_, .shown = nullptr};
        if (unplanned_) {
            ended.push_back(unplanned_->closed(at, evidence(Kind::unplanned_stop, trip)));
            unplanned_.reset();
        }
    }
    if (!dumping_ && !unplanned_ && stood_s_ >= seconds(rules.stop_unplanned)) {
        unplanned_ = OpenEpisode{
            .kind = Kind::unplanned_stop, .grade = 0, .since = since_, .shown = nullptr};
    }
    if (dumping_ && dumping_->is_due(at, 1)) {
        dumping_->show(at, 1, evidence(Kind::suspected_dumping, trip));
    }
    const std::uint8_t grade = in_protected_ ? graver(3) : 3;
    if (unplanned_ && unplanned_->is_due(at, grade)) {
        unplanned_->show(at, grade, evidence(Kind::unplanned_stop, trip));
    }
    return ended;
}

Episodes Stop::end(Instant at, const Trip& trip) {
    Episodes ended;
    for (const auto* one : {&unplanned_, &dumping_}) {
        if (*one) ended.push_back((*one)->closed(at, evidence((*one)->kind, trip)));
    }
    *this = Stop{};
    return ended;
}

Evidence Stop::evidence(Kind kind, const Trip& trip) const {
    const RuleSet& rules = *trip.rules;
    const bool dumping = kind == Kind::suspected_dumping;
    Evidence evidence;
    evidence.path = track_.path();
    evidence.fixes_total = track_.total();
    evidence.locks = locks_;
    evidence.where = centre_;
    evidence.place = zone_;
    evidence.terms.push_back({.name = "stopped_s",
                              .value = stood_s_,
                              .limit = seconds(dumping ? rules.dump_stop : rules.stop_unplanned),
                              .share = 1});
    if (lock_open_) {
        evidence.terms.push_back({.name = "lock_open", .value = 1, .limit = 1, .share = 1});
    }
    if (off_at_night_) {
        const Metres along = trip.corridor->locate(centre_).along;
        const Metres off = geodesic_distance(centre_, trip.corridor->point_at(along));
        evidence.terms.push_back({.name = "night_offset_m",
                                  .value = off.value,
                                  .limit = trip.corridor->half_width(along).value,
                                  .share = 1});
    }
    if (to_protected_) {
        evidence.terms.push_back({.name = "protected_zone_m",
                                  .value = to_protected_->value,
                                  .limit = rules.dump_protected_reach.value,
                                  .share = 1});
    }
    if (dumping) {
        for (Term& term : evidence.terms) {
            term.share = 1 / static_cast<double>(evidence.terms.size());
        }
    } else {
        for (Term& term : evidence.terms) term.share = &term == &evidence.terms.front() ? 1 : 0;
    }
    evidence.would_clear =
        dumping ? "A known rest place, yard or receiver around the place, or no second sign beside "
                  "the stop."
                : "A known site where trucks may stand around the place, or a shorter stop.";
    return evidence;
}

}  // namespace liuhen::geofence
