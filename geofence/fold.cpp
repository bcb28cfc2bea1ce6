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
}

void accept(State& state, const Fix& fix, const Trip& trip) {
    state.motion.see(fix, *trip.rules);
    Moment moment = moment_of(fix, state.motion, trip, state.progress);
    moment.step_s = state.last ? seconds_between(state.last->at, fix.at) : 0;
    const bool was_under_way = state.journey.is_under_way();
    state.journey.see(moment, trip);
    state.last = fix;
    if (moment.route) state.progress = moment.route->along;

    if (trip.carrying.empty()) {
        keep(state, state.unmanifested.see(moment, trip));
        keep(state, state.zones.see(moment, 0, trip));
        return;
    }
    if (moment.under_way || (was_under_way && state.journey.arrived)) {
        keep(state, state.silence.see(fix, state.journey.departed, trip));
    } else if (!state.journey.arrived) {
        state.silence.see(fix, std::nullopt, trip);
    }
    if (was_under_way && state.journey.arrived) end_all(state, *state.journey.arrived, trip);
    if (!moment.under_way) return;
    Findings found;
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
    keep(state, state.fusion.see(std::move(found), moment, state.stop.middle(), trip));
    keep(state, state.stop.judge(fix.at, state.fusion.suspicion(), trip));
}

/// A single fix that lies impossibly far from both its neighbours moves nothing. The first of a
/// pair waits; when the next agrees with it and not with the past, both are taken.
void see_fix(State& state, const Fix& fix, const Trip& trip) {
    if (fix.source != FixSource::satellite) {
        state.silence.hear_without_position();
        return;
    }
    if (!state.last || !is_impossible(*state.last, fix, *trip.rules)) {
        state.doubtful.reset();
        accept(state, fix, trip);
        return;
    }
    if (state.doubtful && !is_impossible(*state.doubtful, fix, *trip.rules)) {
        const Fix confirmed = *state.doubtful;
        state.doubtful.reset();
        accept(state, confirmed, trip);
        accept(state, fix, trip);
        return;
    }
    state.doubtful = fix;
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
    for (Episode& one : state.zones.lasting()) all.push_back(std::move(one));

    const auto end = end_of(state, trip);
    const auto until = end && (!now || *end < *now) ? end : now;
    if (until && !trip.carrying.empty() && !state.journey.arrived) {
        const auto departed = state.journey.departed ? state.journey.departed : trip.departed_at;
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
