#include "server/vehicle_watches.hpp"

#include "server/store/alerts.hpp"
#include "server/tasking.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace liuhen::server {
namespace {

using geofence::Outcome;
using geofence::Trip;
using geofence::Watch;

// A roaming watch folds a window of its vehicle's life. What it does not find again because the
// window is shorter than the life is no reason to withdraw an alert.
void keep_older_alerts(Outcome& outcome, Instant window_from) {
    std::erase_if(outcome.changes, [&](const geofence::AlertChange& change) {
        return change.what == geofence::AlertChange::What::withdrawn &&
               change.alert.since < window_from;
    });
}

// Until when silence counts in a watch that is made again: to its end when it is over; else to now
// if a silence was told that still lasts. Otherwise the next tick is soon enough, which gives
// trucks the time to come back to a server that was away itself.
std::optional<Instant> silence_judged_until(const std::vector<geofence::Alert>& told,
                                            const Trip& trip, Instant now) {
    if (is_roaming(trip.id)) return std::nullopt;
    if (trip.ended_at) return trip.ended_at;
    const bool silent = std::any_of(told.begin(), told.end(), [](const geofence::Alert& alert) {
        return alert.kind == geofence::Kind::terminal_silent && !alert.withdrawn && !alert.until;
    });
    return silent ? std::optional{now} : std::nullopt;
}

Instant oldest_of(const std::vector<Sighting>& seen) {
    const auto oldest = std::min_element(
        seen.begin(), seen.end(),
        [](const auto& a, const auto& b) { return time_of(a.what) < time_of(b.what); });
    return time_of(oldest->what);
}

}  // namespace

void Judgement::add(Outcome outcome) {
    add(Judgement{std::move(outcome.changes), std::move(outcome.milestones)});
}

void Judgement::add(Judgement next) {
    std::move(next.changes.begin(), next.changes.end(), std::back_inserter(changes));
    std::move(next.milestones.begin(), next.milestones.end(), std::back_inserter(milestones));
}

awaitable<Life> VehicleWatches::read_life(LifePart part, Instant now) {
    const auto directory = board_.read();
    const auto* known = directory->vehicle(vehicle_);
    return lives_.ask(
        {.vehicle = vehicle_, .key = known == nullptr ? -1 : known->key, .now = now, .part = part});
}

awaitable<std::vector<geofence::Alert>> VehicleWatches::read_alerts(TripId trip) {
    auto work = [trip = std::move(trip)](pqxx::work& transaction) {
        std::vector<geofence::Alert> alerts;
        for (const auto& row : store::newest_revisions(transaction, trip.text)) {
            alerts.push_back(store::to_alert(row));
        }
        return alerts;
    };
    auto reading = database_.transact(std::move(work));
    co_return co_await std::move(reading);
}

awaitable<store::HistoryPage> VehicleWatches::read_page(Window window,
                                                        std::optional<store::HistoryPlace> after) {
    const auto directory = board_.read();
    const auto* known = directory->vehicle(vehicle_);
    const store::HistoryAsked asked{.vehicle_key = known == nullptr ? -1 : known->key,
                                    .from = window.from,
                                    .until = window.until};
    auto work = [asked, after](pqxx::work& transaction) {
        return store::history(transaction, asked, after, history_page);
    };
    auto reading = database_.transact(std::move(work));
    co_return co_await std::move(reading);
}

// Folds all that is stored of the window, and what came just now, a page at a time: however long
// the history, nothing of it is left out, and other vehicles wait for one page at most.
awaitable<Outcome> VehicleWatches::refold(Watch& watch, Window window, std::vector<Sighting> fresh,
                                          Instant received,
                                          std::optional<store::HistoryPage> first) {
    const auto time = [](const Sighting& one) { return time_of(one.what); };
    std::ranges::sort(fresh, {}, time);
    watch.begin_refold();
    auto next = fresh.begin();
    std::optional<store::HistoryPlace> after;
    do {
        store::HistoryPage page;
        if (first) {
            page = std::move(*first);
            first.reset();
        } else {
            auto reading = read_page(window, after);
            page = co_await std::move(reading);
        }
        auto piece = moving(std::move(page.seen));
        const auto end = page.next
                             ? std::ranges::lower_bound(next, fresh.end(), page.next->at, {}, time)
                             : fresh.end();
        piece.insert(piece.end(), next, end);
        next = end;
        watch.fold_more(piece);
        after = page.next;
    } while (after);
    co_return watch.end_refold(received);
}

// Fixes that are the vehicle's own, and every word of a lock.
std::vector<Sighting> VehicleWatches::moving(std::vector<store::StoredSighting> seen) const {
    const auto directory = board_.read();
    std::vector<Sighting> out;
    out.reserve(seen.size());
    for (auto& one : seen) {
        const bool counts = kind_of(one.seen.what) == ObservationKind::lock ||
                            directory->moves(vehicle_, one.terminal_key, time_of(one.seen.what));
        if (counts) out.push_back(std::move(one.seen));
    }
    return out;
}

Watch& VehicleWatches::place_for(const Trip& trip) {
    auto shared = std::make_shared<const Trip>(trip);
    if (is_roaming(trip.id)) return roaming_.emplace(std::move(shared));
    if (trip.ended_at) return reopened_.emplace(std::move(shared));
    return open_.insert_or_assign(trip.id, Watch{std::move(shared)}).first->second;
}

awaitable<Judgement> VehicleWatches::begin_watch(std::shared_ptr<const Trip> trip, Window window,
                                                 Instant now) {
    Beginning beginning;
    beginning.window = window;
    auto alerts = read_alerts(trip->id);
    beginning.told = co_await std::move(alerts);
    auto reading = read_page(window, std::nullopt);
    beginning.first = co_await std::move(reading);
    auto watching = begin_watch(std::move(trip), std::move(beginning), now);
    co_return co_await std::move(watching);
}

// A watch as it would be had it seen everything stored, with what was told of it.
awaitable<Judgement> VehicleWatches::begin_watch(std::shared_ptr<const Trip> trip,
                                                 Beginning beginning, Instant now) {
    Watch& watch = place_for(*trip);
    const auto judged_until = silence_judged_until(beginning.told, *trip, now);
    watch.remember(std::move(beginning.told));
    if (judged_until) watch.tick(*judged_until);  // nothing is folded yet: `refold` tells it all
    auto folding = refold(watch, beginning.window, {}, now, std::move(beginning.first));
    auto outcome = co_await std::move(folding);
    if (is_roaming(trip->id)) keep_older_alerts(outcome, beginning.window.from);
    Judgement judgement;
    judgement.add(std::move(outcome));
    co_return judgement;
}

awaitable<Judgement> VehicleWatches::load(Instant now) {
    const auto directory = board_.read();
    auto reading = read_life(LifePart::whole, now);
    auto life = co_await std::move(reading);
    legs_ = std::move(life.legs);
    Judgement all;
    try {
        for (const auto& leg : legs_) {
            if (!leg.is_open()) continue;
            auto with = std::move(life.begun.at(leg.id));
            auto beginning = begin_watch(make_trip(leg, *directory), std::move(with), now);
            auto found = co_await std::move(beginning);
            all.add(std::move(found));
        }
        auto with = std::move(life.begun.at(roaming_trip(vehicle_)));
        auto beginning =
            begin_watch(make_roaming(vehicle_, legs_, *directory), std::move(with), now);
        auto found = co_await std::move(beginning);
        all.add(std::move(found));
    } catch (...) {
        unload();
        throw;
    }
    co_return all;
}

void VehicleWatches::unload() {
    roaming_.reset();
    reopened_.reset();
    open_.clear();
    legs_.clear();
}

awaitable<Judgement> VehicleWatches::observe_one(Watch& watch, std::vector<Sighting> seen,
                                                 Instant received) {
    Judgement judgement;
    auto outcome = watch.observe(seen, received);
    if (outcome.needs_history) {
        const Trip& trip = watch.trip();
        const bool roaming = is_roaming(trip.id);
        const Instant from =
            roaming ? std::min(oldest_of(seen), received) - roaming_memory : trip.armed_at;
        const Window window{from, trip.ended_at.value_or(received + store::newest_plausible)};
        const auto begun = monotonic();
        auto folding = refold(watch, window, std::move(seen), received);
        outcome = co_await std::move(folding);
        refold_time_ += monotonic() - begun;
        if (roaming) keep_older_alerts(outcome, from);
    }
    judgement.add(std::move(outcome));
    co_return judgement;
}

// Late data of a closed trip: the watch is made again from storage, and dropped when another is
// asked for.
awaitable<Judgement> VehicleWatches::observe_closed(std::vector<Sighting> seen, Instant received) {
    Judgement all;
    for (const auto& leg : legs_) {
        if (leg.is_open()) continue;
        std::vector<Sighting> of_leg;
        std::copy_if(seen.begin(), seen.end(), std::back_inserter(of_leg),
                     [&](const Sighting& one) { return leg.covers(time_of(one.what)); });
        if (of_leg.empty()) continue;
        if (!reopened_ || reopened_->trip().id != leg.id) {
            const auto directory = board_.read();
            const Window window{leg.armed_at, *leg.ended_at};
            auto beginning = begin_watch(make_trip(leg, *directory), window, received);
            auto found = co_await std::move(beginning);
            all.add(std::move(found));
        }
        auto observing = observe_one(*reopened_, std::move(of_leg), received);
        auto found = co_await std::move(observing);
        all.add(std::move(found));
    }
    co_return all;
}

bool VehicleWatches::asks_storage(const std::vector<store::StoredSighting>& seen) const {
    const auto is_older = [&](const Watch& watch, Instant at) {
        const auto horizon = watch.horizon();
        return horizon && at <= *horizon;
    };
    return std::ranges::any_of(seen, [&](const store::StoredSighting& one) {
        const Instant at = time_of(one.seen.what);
        return is_older(*roaming_, at) ||
               std::ranges::any_of(open_,
                                   [&](const auto& trip) { return is_older(trip.second, at); }) ||
               std::ranges::any_of(
                   legs_, [&](const auto& leg) { return !leg.is_open() && leg.covers(at); });
    });
}

// What is stored was folded then, and says nothing new: a device that repeats its past costs one
// look and no fold.
awaitable<std::vector<store::StoredSighting>> VehicleWatches::without_known(
    std::vector<store::StoredSighting> seen) {
    auto work = [seen = std::move(seen)](pqxx::work& transaction) {
        return store::not_stored(transaction, seen);
    };
    auto reading = database_.transact(std::move(work));
    co_return co_await std::move(reading);
}

awaitable<Judgement> VehicleWatches::observe(std::vector<store::StoredSighting> seen,
                                             Instant received) {
    if (asks_storage(seen)) {
        auto looking = without_known(std::move(seen));
        seen = co_await std::move(looking);
    }
    const auto mine = moving(std::move(seen));
    Judgement all;
    if (mine.empty()) co_return all;
    for (auto& [trip, watch] : open_) {
        auto observing = observe_one(watch, mine, received);
        auto found = co_await std::move(observing);
        all.add(std::move(found));
    }
    auto closed = observe_closed(mine, received);
    auto late = co_await std::move(closed);
    all.add(std::move(late));
    auto roaming = observe_one(*roaming_, mine, received);
    auto between = co_await std::move(roaming);
    all.add(std::move(between));
    co_return all;
}

Judgement VehicleWatches::observe_newest(std::vector<store::StoredSighting> seen,
                                         Instant received) {
    const auto mine = moving(std::move(seen));
    Judgement all;
    if (mine.empty()) return all;
    const auto observe = [&](Watch& watch) {
        auto outcome = watch.observe(mine, received);
        assert(!outcome.needs_history);  // as `asks_storage` said
        all.add(std::move(outcome));
    };
    for (auto& [trip, watch] : open_) observe(watch);
    observe(*roaming_);
    return all;
}

awaitable<Judgement> VehicleWatches::retask_one(Watch& watch, std::shared_ptr<const Trip> trip,
                                                Instant now) {
    Judgement judgement;
    if (same_task(watch.trip(), *trip)) co_return judgement;
    const bool roaming = is_roaming(trip->id);
    const Instant from = roaming ? now - roaming_memory : trip->armed_at;
    const Window window{from, trip->ended_at.value_or(now + store::newest_plausible)};
    auto outcome = watch.retask(std::move(trip), now);
    if (outcome.needs_history) {
        auto folding = refold(watch, window, {}, now);
        outcome = co_await std::move(folding);
    }
    if (roaming) keep_older_alerts(outcome, from);
    judgement.add(std::move(outcome));
    co_return judgement;
}

awaitable<Judgement> VehicleWatches::retask(Instant now) {
    const auto directory = board_.read();
    auto reading = read_life(LifePart::legs, now);
    auto life = co_await std::move(reading);
    auto legs = std::move(life.legs);
    Judgement all;
    for (const auto& leg : legs) {
        const auto known = open_.find(leg.id);
        if (known == open_.end() && !leg.is_open()) continue;
        auto trip = make_trip(leg, *directory);
        if (known == open_.end()) {
            const Window window{leg.armed_at, now + store::newest_plausible};
            auto beginning = begin_watch(std::move(trip), window, now);
            auto found = co_await std::move(beginning);
            all.add(std::move(found));
            continue;
        }
        auto retasking = retask_one(known->second, std::move(trip), now);
        auto found = co_await std::move(retasking);
        all.add(std::move(found));
        if (!leg.is_open()) open_.erase(leg.id);
    }
    reopened_.reset();
    legs_ = std::move(legs);
    auto retasking = retask_one(*roaming_, make_roaming(vehicle_, legs_, *directory), now);
    auto found = co_await std::move(retasking);
    all.add(std::move(found));
    co_return all;
}

Judgement VehicleWatches::tick(Instant now) {
    Judgement all;
    for (auto& [trip, watch] : open_) all.add(watch.tick(now));
    return all;
}

}  // namespace liuhen::server
