#include "geofence/fold.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace liuhen::geofence {
namespace {

void keep(State& state, const Episodes& ended) {
    state.closed.insert(state.closed.end(), ended.begin(), ended.end());
    while (state.closed.size() > max_closed_episodes) {
        const Instant until = *state.closed.front().until;
        state.forgotten_until = std::max(state.forgotten_until.value_or(until), until);
        state.closed.erase(state.closed.begin());
    }
}

void add(Findings& found, const Findings& more) {
    found.insert(found.end(), more.begin(), more.end());
}

/// True when a truck cannot have come from `a` to `b` in the time between.
bool is_impossible(const Fix& a, const Fix& b, const RuleSet& rules) {
    const Metres moved = flat_distance(a.where, b.where);
    const double reach = rules.impossible.value * std::abs(seconds_between(a.at, b.at));
    return moved.value > reach + rules.outlier_allowance.value;
}

/// What lasts ends with the trip: nothing after arrival is judged.
void end_all(State& state, Instant at, const Trip& trip) {
    keep(state, state.off_route.end(at, trip));
    keep(state, state.stop.end(at, trip));
    keep(state, state.locks.end(at));
    keep(state, state.lock_silence.end(at));
    keep(state, state.zones.end(at, trip));
    keep(state, state.fusion.end(at, trip));
    keep(state, state.integrity.end(at));
    keep(state, state.overdue.end(at, trip));
    keep(state, state.wrong_place.end(at, trip));
}

bool told(const Findings& found, std::initializer_list<Sign> signs) {
    return std::ranges::any_of(found, [&](const Finding& one) {
        return std::ranges::find(signs, one.sign) != signs.end();
    });
}

/// What the devices and the plan say of a fix under way.
void judge_devices(State& state, const Moment& moment, const Trip& trip, Findings& found) {
    keep(state, state.integrity.see(moment, trip, found));
    state.lock_silence.found(found, moment.fix.at);
    state.overdue.see(moment, state.journey.departed, trip, found);
    const bool unloads =
        state.locks.is_any_open(moment.fix.at, trip) ||
        told(found, {Sign::load_fell, Sign::load_leaks, Sign::body_lifted, Sign::lock_cut});
    const bool can_tell = state.locks.knows_any() || moment.fix.mass.has_value();
    keep(state, state.wrong_place.see(moment, {unloads, can_tell}, trip, found));
}

/// Slow driving says little by itself, and more than creeping where load goes.
void add_slowness(Findings& found) {
    const auto slow = std::ranges::find(found, Sign::creeping, &Finding::sign);
    if (slow == found.end()) return;
    const Finding also{.sign = Sign::slow, .at = slow->at, .amount = slow->amount};
    found.push_back(also);
}

void accept(State& state, const Fix& fix, const Trip& trip) {
    state.motion.see(fix, *trip.rules);
    Moment moment = moment_of(fix, state.motion, trip, state.route);
    moment.step_s = state.last ? seconds_between(state.last->at, fix.at) : 0;
    const bool was_under_way = state.journey.is_under_way();
    state.journey.see(moment, trip);
    state.last = fix;
    state.route = moment.route;

    if (trip.carrying.empty()) {
        keep(state, state.unmanifested.see(moment, trip));
        keep(state, state.zones.see(moment, 0, trip));
        return;
    }
    if (moment.under_way || (was_under_way && state.journey.arrived)) {
        keep(state, state.silence.see(moment, state.journey.departed, trip));
    } else if (!state.journey.arrived) {
        state.silence.see(moment, std::nullopt, trip);
    }
    if (was_under_way && state.journey.arrived) end_all(state, *state.journey.arrived, trip);
    Findings found;
    state.load.see(moment, trip, found);
    if (!moment.under_way) return;
    keep(state, state.off_route.see(moment, trip));
    add(found, state.off_route.found(moment));
    state.detour.see(moment, is_standing(moment.gait));
    state.detour.found(found, fix.at, *trip.rules);
    state.locks.see(moment, trip);
    add(found, state.locks.found(fix.at));
    state.lock_silence.see(moment, state.journey.departed, trip);
    keep(state, state.stop.see(moment, trip));
    add(found, state.stop.found());
    keep(state, state.zones.see(moment, state.stop.stood_s(), trip));
    state.zones.found(found, fix.at);
    state.motion.found(found, fix.at, *trip.rules);
    state.wiring.see(moment, state.stop.stood_s(), found);
    add_slowness(found);
    judge_devices(state, moment, trip, found);
    keep(state, state.fusion.see(std::move(found), moment, state.stop.middle(), trip));
    keep(state, state.stop.judge(fix.at, state.fusion, trip));
}

/// A report without a position: the truck is taken to be where it was last seen.
void see_blind(State& state, const Fix& blind, const Trip& trip) {
    if (trip.carrying.empty() || !state.last) return;
    Findings found;
    const bool under_way = state.journey.is_under_way();
    keep(state, state.integrity.hear_blind(blind, under_way, trip, found));
    if (!under_way) return;
    state.load.see_blind(blind, trip, found);
    if (found.empty()) return;
    Fix here = *state.last;
    here.at = blind.at;
    Moment moment = moment_of(here, state.motion, trip, state.route);
    moment.under_way = true;
    keep(state, state.fusion.see(std::move(found), moment, state.stop.middle(), trip));
}

/// A single fix that lies impossibly far from both its neighbours moves nothing. The first of a
/// pair waits; when the next agrees with it and not with the past, both are taken.
void see_fix(State& state, const Fix& told, const Trip& trip) {
    if (told.source != FixSource::satellite) {
        state.silence.hear_without_position();
        see_blind(state, told, trip);
        return;
    }
    const Fix fix = state.integrity.placed(told, state.route, trip);
    if (!state.last || !is_impossible(*state.last, fix, *trip.rules)) {
        state.doubtful.reset();
        accept(state, fix, trip);
        return;
    }
    if (state.doubtful && !is_impossible(*state.doubtful, fix, *trip.rules)) {
        const Fix confirmed = *state.doubtful;
        state.doubtful.reset();
        state.integrity.jump(*state.last, confirmed, *trip.rules);
        accept(state, confirmed, trip);
        accept(state, fix, trip);
        return;
    }
    state.doubtful = fix;
    state.integrity.doubt(fix, *state.last, *trip.rules);
}

void see_lock(State& state, const LockEvent& event, const Trip& trip) {
    if (trip.carrying.empty()) {
        state.unmanifested.hear(event);
        return;
    }
    const bool was_under_way = state.journey.is_under_way();
    state.journey.hear(event.at, trip);
    if (was_under_way && state.journey.arrived) end_all(state, *state.journey.arrived, trip);
    if (state.journey.arrived) return;
    const bool under_way = state.journey.is_under_way();
    state.integrity.hear(event, trip);
    keep(state, state.lock_silence.hear(event, trip));
    keep(state, state.locks.hear(event, state.last, under_way, trip));
    if (!under_way) return;
    Findings found;
    add(found, state.locks.found(event.at));
    std::optional<LatLon> place = state.stop.middle();
    if (!place) place = event.where;
    if (!place && state.last) place = state.last->where;
    state.fusion.hear(found, event, place, trip);
}

void add(Episodes& all, const std::optional<OpenEpisode>& open) {
    if (open) all.push_back(open->lasting());
}

/// The end that people gave the trip, or that its fences did, whichever is first.
std::optional<Instant> end_of(const State& state, const Trip& trip) {
    std::optional<Instant> end;
    for (const auto& one : {state.journey.arrived, trip.arrived_at, trip.ended_at}) {
        if (one && (!end || *one < *end)) end = one;
    }
    return end;
}

}  // namespace

bool Crowd::admits(Instant time) {
    if (time != at) *this = {.at = time, .fixes = 0};
    return ++fixes <= max_fixes_an_instant;
}

void step(State& state, const Observation& seen, const Trip& trip) {
    if (const auto* fix = std::get_if<Fix>(&seen)) {
        if (state.crowd.admits(fix->at)) see_fix(state, *fix, trip);
    } else {
        see_lock(state, std::get<LockEvent>(seen), trip);
    }
}

Episodes episodes_of(const State& state, const Trip& trip, std::optional<Instant> now) {
    Episodes all = state.closed;
    const std::size_t closed = all.size();
    add(all, state.off_route.open());
    add(all, state.stop.unplanned());
    add(all, state.fusion.open());
    add(all, state.unmanifested.open());
    for (Episode& one : state.locks.lasting()) all.push_back(std::move(one));
    for (Episode& one : state.lock_silence.lasting()) all.push_back(std::move(one));
    add(all, state.overdue.open());
    add(all, state.wrong_place.open());
    for (Episode& one : state.integrity.lasting()) all.push_back(std::move(one));
    for (Episode& one : state.zones.lasting()) all.push_back(std::move(one));

    const auto end = end_of(state, trip);
    const auto until = end && (!now || *end < *now) ? end : now;
    if (until && !trip.carrying.empty() && !state.journey.arrived) {
        const auto departed = state.journey.departed ? state.journey.departed : trip.departed_at;
        if (auto late = state.overdue.unseen(*until, departed, trip))
            all.push_back(std::move(*late));
        if (auto silence = state.silence.lasting(*until, departed, trip)) {
            all.push_back(std::move(*silence));
        }
    }
    for (std::size_t i = closed; end && i < all.size(); ++i) {
        all[i].until = std::max(*end, all[i].since);
    }
    std::ranges::stable_sort(all, {}, [](const Episode& one) {
        return std::tuple{one.since, one.kind};
    });
    return all;
}

}  // namespace liuhen::geofence
