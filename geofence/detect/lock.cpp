#include "geofence/detect/lock.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr std::size_t most_events = 12;  // kept as evidence
constexpr std::size_t most_locks = 16;   // on one truck when the trip names none

enum class Means : std::uint8_t { nothing, shut, open, broken };

Means meaning_of(LockAction action) {
    switch (action) {
        case LockAction::sealed:
            return Means::shut;
        case LockAction::unsealed:
        case LockAction::left_open:
            return Means::open;
        case LockAction::cut:
        case LockAction::shell_opened:
            return Means::broken;
        case LockAction::refused:
        case LockAction::battery_low:
        case LockAction::motor_fault:
        case LockAction::reported:
            break;
    }
    return Means::nothing;
}

/// True while the lock may be open by a window that was granted.
bool is_granted(const LockId& lock, Instant at, const Trip& trip) {
    const Duration slack = trip.rules->lock_granted_slack;
    return std::ranges::any_of(trip.granted, [&](const GrantedOpening& one) {
        const auto& [from, until] = one.during;
        return (one.lock.text.empty() || one.lock == lock) && (!from || *from - slack <= at) &&
               (!until || at <= *until + slack);
    });
}

}  // namespace

Episodes Locks::hear(const LockEvent& event, const std::optional<Fix>& last, bool under_way,
                     const Trip& trip) {
    Means means = meaning_of(event.action);
    if (!is_watched(event.lock, trip) || (means == Means::nothing && !event.cuts)) return {};
    Watched& one = watched(event.lock);
    LockEvent told = event;
    const bool counted_one_more = event.cuts && one.cuts && *event.cuts > *one.cuts;
    if (event.cuts) one.cuts = event.cuts;
    if (counted_one_more) told.action = LockAction::cut;
    if (counted_one_more) means = Means::broken;
    if (means == Means::nothing) return {};
    if (means == Means::shut) {
        if (!one.open && !one.broken) return {};
        if (one.events.size() == most_events) one.events.pop_back();
        one.events.push_back(event);
        Episodes ended = close(one, event.at);
        Watched shut{event.lock};
        shut.cuts = one.cuts;
        one = std::move(shut);
        return ended;
    }
    const bool news = means == Means::open ? !one.open : !one.broken;
    if (means == Means::open) one.open = true;
    if (means == Means::broken) one.broken = true;
    if (news && one.events.size() < most_events) one.events.push_back(told);
    std::optional<LatLon> where = event.where;
    if (!where && last) where = last->where;
    if (under_way) judge(one, event.at, where, trip);
    return {};
}

void Locks::see(const Moment& moment, const Trip& trip) {
    if (!moment.under_way) return;
    for (Watched& one : locks_) {
        if (one.opened || one.tampered) one.track.add(moment.fix);
        if (one.open || one.broken) judge(one, moment.fix.at, moment.fix.where, trip);
    }
}

void Locks::judge(Watched& one, Instant at, std::optional<LatLon> where, const Trip& trip) {
    const bool allowed = where && lock_may_open(*where, at, trip);
    const bool may_be_open = allowed || is_granted(one.lock, at, trip);
    const auto consider = [&](bool holds, bool excused, std::optional<OpenEpisode>& episode,
                              Kind kind) {
        if (!holds) return;
        if (!episode && !excused) {
            if (!one.place) one.place = where;
            episode = OpenEpisode{.kind = kind, .grade = 0, .since = at, .shown = nullptr};
        }
        if (episode && episode->is_due(at, 1)) {
            episode->show(at, 1, evidence(one, kind, episode->since, at));
        }
    };
    consider(one.open, may_be_open, one.opened, Kind::lock_opened_en_route);
    consider(one.broken, allowed, one.tampered, Kind::lock_tamper);
}

Locks::Watched& Locks::watched(const LockId& lock) {
    const auto found = std::ranges::find(locks_, lock, &Watched::lock);
    if (found != locks_.end()) return *found;
    if (locks_.size() == most_locks) locks_.erase(locks_.begin());
    return locks_.emplace_back(lock);
}

Episodes Locks::close(Watched& one, Instant at) {
    Episodes ended;
    for (auto* episode : {&one.opened, &one.tampered}) {
        if (!*episode) continue;
        ended.push_back(
            (*episode)->closed(at, evidence(one, (*episode)->kind, (*episode)->since, at)));
        episode->reset();
    }
    return ended;
}

Episodes Locks::end(Instant at) {
    Episodes ended;
    for (Watched& one : locks_) {
        Episodes closed = close(one, at);
        ended.insert(ended.end(), closed.begin(), closed.end());
    }
    return ended;
}

Findings Locks::found(Instant at) const {
    Findings found;
    for (const Watched& one : locks_) {
        if (one.opened) {
            const double open_s = seconds_between(one.opened->since, at);
            found.push_back({.sign = Sign::lock_open, .at = at, .amount = open_s});
        }
        if (one.tampered) found.push_back({.sign = Sign::lock_cut, .at = at, .amount = 1});
    }
    return found;
}

bool Locks::is_any_open(Instant at, const Trip& trip) const {
    return std::ranges::any_of(locks_, [&](const Watched& one) {
        return one.broken || (one.open && !is_granted(one.lock, at, trip));
    });
}

Episodes Locks::lasting() const {
    Episodes lasting;
    for (const Watched& one : locks_) {
        if (one.opened) lasting.push_back(one.opened->lasting());
        if (one.tampered) lasting.push_back(one.tampered->lasting());
    }
    return lasting;
}

Evidence Locks::evidence(const Watched& one, Kind kind, Instant since, Instant at) {
    Evidence evidence;
    evidence.path = one.track.path();
    evidence.fixes_total = one.track.total();
    evidence.locks = one.events;
    evidence.where = one.place;
    evidence.terms = {
        {.name = kind == Kind::lock_tamper ? "lock_broken" : "lock_open",
         .value = 1,
         .limit = 1,
         .share = 1},
        {.name = "open_s", .value = seconds_between(since, at), .limit = 0, .share = 0}};
    evidence.would_clear =
        "The lock opened inside the origin, the destination or a known loading place, or in a time "
        "that was granted.";
    return evidence;
}

}  // namespace liuhen::geofence
