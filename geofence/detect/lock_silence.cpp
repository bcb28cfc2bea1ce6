#include "geofence/detect/lock_silence.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr std::size_t most_locks = 16;  // on one truck
constexpr std::uint8_t grade = 3;

double median_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

}  // namespace

Episodes LockSilence::hear(const LockEvent& event, const Trip& trip) {
    if (!is_watched(event.lock, trip)) return {};
    rules_ = trip.rules;
    const auto found =
        std::ranges::find(locks_, event.lock, [](const Heard& one) { return one.last.lock; });
    if (found == locks_.end()) {
        if (locks_.size() == most_locks) locks_.erase(locks_.begin());
        locks_.emplace_back(event);
        return {};
    }
    if (event.at == found->last.at) return {};  // several events of one report
    Episodes ended;
    if (found->lost)
        ended.push_back(found->lost->closed(event.at, evidence(*found, event.at, *rules_)));
    Heard next{event};
    next.intervals = std::move(found->intervals);
    if (next.intervals.size() == rules_->lock_lost_window)
        next.intervals.erase(next.intervals.begin());
    next.intervals.push_back(seconds_between(found->last.at, event.at));
    *found = std::move(next);
    return ended;
}

void LockSilence::see(const Moment& moment, const std::optional<Instant>& departed,
                      const Trip& trip) {
    if (!moment.under_way) return;
    const Fix& fix = moment.fix;
    for (Heard& one : locks_) {
        const auto allowed = limit(one, *trip.rules);
        const Instant since = departed ? std::max(one.last.at, *departed) : one.last.at;
        if (!allowed || seconds_between(since, fix.at) <= *allowed) continue;
        if (!one.overdue) one.overdue = fix;
        one.newest = fix;
        ++one.fixes;
        if (fix.at == one.overdue->at) continue;
        if (!one.lost) {
            one.lost =
                OpenEpisode{.kind = Kind::lock_lost, .grade = 0, .since = since, .shown = nullptr};
        }
        if (one.lost->is_due(fix.at, grade))
            one.lost->show(fix.at, grade, evidence(one, fix.at, *trip.rules));
    }
}

Episodes LockSilence::end(Instant at) {
    Episodes ended;
    for (Heard& one : locks_) {
        if (one.lost) ended.push_back(one.lost->closed(at, evidence(one, at, *rules_)));
        one.lost.reset();
    }
    return ended;
}

void LockSilence::found(Findings& found, Instant at) const {
    for (const Heard& one : locks_) {
        if (one.lost)
            found.push_back({Sign::lock_silent, at, seconds_between(one.lost->since, at)});
    }
}

Episodes LockSilence::lasting() const {
    Episodes lasting;
    for (const Heard& one : locks_) {
        if (one.lost) lasting.push_back(one.lost->lasting());
    }
    return lasting;
}

std::optional<double> LockSilence::limit(const Heard& one, const RuleSet& rules) {
    if (one.intervals.size() < rules.lock_lost_known) return std::nullopt;
    return std::max(rules.lock_lost_factor * median_of(one.intervals),
                    seconds(rules.lock_lost_least));
}

Evidence LockSilence::evidence(const Heard& one, Instant at, const RuleSet& rules) {
    Evidence evidence;
    evidence.path = {*one.overdue};
    if (one.newest->at != one.overdue->at) evidence.path.push_back(*one.newest);
    evidence.fixes_total = one.fixes;
    evidence.locks = {one.last};
    evidence.where = one.last.where ? *one.last.where : one.overdue->where;
    evidence.gaps = {{.from = one.last.at, .until = at}};
    evidence.terms = {
        {.name = "silent_s",
         .value = seconds_between(one.last.at, at),
         .limit = limit(one, rules).value_or(0),
         .share = 1},
        {.name = "usual_interval_s", .value = median_of(one.intervals), .limit = 0, .share = 0}};
    evidence.would_clear = "Reports of the lock from the silent time, sent late from its memory.";
    return evidence;
}

}  // namespace liuhen::geofence
