#include "geofence/detect/motion.hpp"

#include "geofence/flat.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr double seconds(Seconds duration) { return static_cast<double>(duration.count()); }

constexpr double least_step_s = 4;    // fixes nearer to each other are judged as one
constexpr double window_slack_s = 1;  // devices are not punctual
constexpr int anchor_fixes = 20;      // that make the place of a stand
constexpr double stirring = 0.8;      // m/s told: a truck in a queue takes a step
constexpr double resting = 0.5;       // m/s told: it stands again
constexpr std::uint8_t most_fixes = 5;

float told_speed(const Fix& fix, bool speaks) {
    if (fix.recorder_speed) return static_cast<float>(fix.recorder_speed->value);
    return speaks ? static_cast<float>(fix.speed.value) : -1.0F;
}

}  // namespace

void Motion::see(const Fix& fix, const RuleSet& rules) {
    settled_n_ = 0;
    newest_ = fix.where;
    speaks_ = speaks_ || fix.speed.value >= 1;
    const bool crowded =
        size_ > 0 && seconds_between(samples_[size_ - 1].at, fix.at) < least_step_s;
    if (crowded && samples_[size_ - 1].fixes < most_fixes) {
        ++samples_[size_ - 1].fixes;
        return;
    }
    if (size_ == ring) {
        if (pending_ == 0) settle_first_pending(rules);
        std::shift_left(samples_.begin(), samples_.end(), 1);
        --size_;
        --pending_;
    }
    push(fix);
    const auto known = [&](std::size_t i) {
        return seconds_between(samples_[i].at, fix.at) >= seconds(rules.gait_ahead);
    };
    while (pending_ + 1 < size_ && known(pending_)) settle_first_pending(rules);
    now_ = sure_;
    for (std::size_t i = pending_; i < size_; ++i) advance(now_, i, rules);
    queues_ = now_.queue.lasts(fix.at, rules);
}

void Motion::Queue::see(Instant at, bool stirs, bool rests, const RuleSet& rules) {
    const double pause = seconds(rules.queue_pause);
    if (stirs && !stepping) {
        stepping = true;
        stirred_at = at;
    } else if (rests && stepping) {
        stepping = false;
        const bool small = seconds_between(stirred_at, at) <= pause;
        const bool soon = seconds_between(rested_at, stirred_at) <= pause;
        steps = small && soon ? static_cast<std::uint8_t>(std::min(steps + 1, 100)) : 0;
        rested_at = at;
    }
}

bool Motion::Queue::lasts(Instant at, const RuleSet& rules) const {
    const double since_step = seconds_between(std::max(rested_at, stirred_at), at);
    return steps >= rules.queue_steps && since_step <= seconds(rules.queue_pause);
}

void Motion::push(const Fix& fix) {
    samples_[size_++] = {.at = fix.at,
                         .where = fix.where,
                         .told = told_speed(fix, speaks_),
                         .ignition_off = fix.signals.has(Signal::ignition_told) &&
                                         !fix.signals.has(Signal::ignition_on),
                         .fixes = 1};
}

void Motion::settle_first_pending(const RuleSet& rules) {
    advance(sure_, pending_, rules);
    for (int i = 0; i < samples_[pending_].fixes && settled_n_ < settled_.size(); ++i) {
        settled_[settled_n_++] = sure_.gait;
    }
    ++pending_;
}

std::span<const Gait> Motion::settle_all(const RuleSet& rules) {
    settled_n_ = 0;
    while (pending_ < size_) settle_first_pending(rules);
    return settled();
}

LatLon Motion::held() const { return now_.gait == Gait::parked ? now_.anchor : newest_; }

std::optional<LatLon> Motion::stands_at() const {
    if (!is_standing(now_.gait)) return std::nullopt;
    return now_.anchor;
}

void Motion::found(Findings& into, Instant at, const RuleSet& rules) const {
    if (queues_ || now_.slow_s < seconds(rules.creep_least)) return;
    into.push_back({.sign = Sign::creeping, .at = at, .amount = now_.slow_s});
}

/// Metres from fix to fix, without the one that strays farthest from its neighbours.
double Motion::way(std::size_t from, std::size_t to) const {
    double whole = 0;
    double strayed = 0;
    double before = 0;  // the step that led to the sample
    for (std::size_t k = from; k < to; ++k) {
        const double step = flat_distance(samples_[k].where, samples_[k + 1].where).value;
        if (k > from) {
            const LatLon past = samples_[k - 1].where;
            const double direct = flat_distance(past, samples_[k + 1].where).value;
            strayed = std::max(strayed, before + step - direct);
        }
        whole += step;
        before = step;
    }
    return whole - strayed;
}

/// Metres a second in the window around a sample; positions are believed against a told speed only
/// when they say that the truck went far.
double Motion::speed_around(std::size_t i, const RuleSet& rules) const {
    std::size_t from = i;
    std::size_t to = i;
    const auto within = [&](std::size_t a, std::size_t b, Seconds limit) {
        return seconds_between(samples_[a].at, samples_[b].at) <= seconds(limit) + window_slack_s;
    };
    while (from > 0 && within(from - 1, i, rules.gait_back)) --from;
    while (to + 1 < size_ && within(i, to + 1, rules.gait_ahead)) ++to;
    if (i > 0 && (from == i || i + 1 == size_)) from = i - 1;  // nothing ahead: the last step
    if (to == i && i + 1 < size_) ++to;
    double told = 0;
    int telling = 0;
    for (std::size_t k = from; k <= to; ++k) {
        if (samples_[k].told < 0) continue;
        told += static_cast<double>(samples_[k].told);
        ++telling;
    }
    const bool knows = telling > 0;
    if (knows && told / telling > rules.fast.value) return told / telling;
    const double moved = flat_distance(samples_[from].where, samples_[to].where).value;
    const double passed = seconds_between(samples_[from].at, samples_[to].at);
    if (!knows) return passed > 0 ? (moved + way(from, to)) / 2 / passed : 0;
    const bool far = moved > rules.fast.value * passed && moved > 2 * rules.parked_drift.value;
    return far ? moved / passed : told / telling;
}

/// True when a standing truck drives again. Who is parked wakes by speed, or by a place that no
/// drift explains, told twice.
bool Motion::wakes(Pace& pace, std::size_t i, double speed, const RuleSet& rules) const {
    if (pace.gait != Gait::parked) return speed > rules.going.value;
    const bool by_place = samples_[i].told < 0;
    const bool beyond = flat_distance(pace.anchor, samples_[i].where) > rules.parked_drift;
    const bool again = beyond && pace.strayed;
    pace.strayed = beyond;
    if (again || !by_place) return again || speed > rules.going.value;
    // One place alone may be a stray one: two have to lead away.
    if (speed <= rules.waking.value || i + 1 == size_) return false;
    const Metres here = flat_distance(pace.anchor, samples_[i].where);
    return here > rules.parked_leave && flat_distance(pace.anchor, samples_[i + 1].where) > here;
}

void Motion::advance(Pace& pace, std::size_t i, const RuleSet& rules) const {
    const Sample& sample = samples_[i];
    const double speed = speed_around(i, rules);
    const double step_s = pace.begun ? seconds_between(pace.at, sample.at) : 0;
    const bool stood = pace.begun && is_standing(pace.gait);
    const bool stands = stood ? !wakes(pace, i, speed, rules) : speed < rules.still.value;
    pace.begun = true;
    pace.at = sample.at;
    const auto told = static_cast<double>(sample.told);
    const bool stirs = told >= 0 ? told > stirring : !stands;
    const bool rests = told >= 0 ? told < resting : stands;
    pace.queue.see(sample.at, stirs, rests, rules);
    if (!stands) {
        const bool slow = speed < rules.creep_most.value;
        pace.slow_s = slow ? pace.slow_s + std::min(step_s, seconds(rules.dwell_step_cap)) : 0;
        pace.stood_s = 0;
        pace.gait = speed > rules.fast.value ? Gait::moving : Gait::creeping;
        pace.strayed = false;
        return;
    }
    pace.slow_s = 0;
    if (!stood) {
        pace.averaged = 0;
        pace.stood_s = 0;
        pace.anchor = sample.where;
        pace.gait = Gait::stopped;
    } else if (step_s <= seconds(rules.stop_step_cap)) {
        pace.stood_s += step_s;
    }
    if (pace.averaged < anchor_fixes) {
        ++pace.averaged;
        pace.anchor.lat += (sample.where.lat - pace.anchor.lat) / pace.averaged;
        pace.anchor.lon += (sample.where.lon - pace.anchor.lon) / pace.averaged;
    }
    if (sample.ignition_off || pace.stood_s >= seconds(rules.parked_after)) {
        pace.gait = Gait::parked;
    }
}

std::vector<Gait> gaits_of(std::span<const Fix> drive, const RuleSet& rules) {
    std::vector<Gait> gaits;
    gaits.reserve(drive.size());
    Motion motion;
    for (const Fix& fix : drive) {
        motion.see(fix, rules);
        gaits.insert(gaits.end(), motion.settled().begin(), motion.settled().end());
    }
    const auto last = motion.settle_all(rules);
    gaits.insert(gaits.end(), last.begin(), last.end());
    return gaits;
}

}  // namespace liuhen::geofence
