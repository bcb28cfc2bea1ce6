#include "geofence/watch.hpp"

#include "geofence/fold.hpp"
#include "geofence/ledger.hpp"
#include "geofence/timeline.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace liuhen::geofence {
namespace {

bool belongs(Instant at, const Trip& trip) {
    return at >= trip.armed_at && (!trip.ended_at || at < *trip.ended_at);
}

/// The part of the sightings that is of this trip, as the timeline wants it.
std::vector<Seen> part_of_trip(std::span<const Sighting> seen, const Trip& trip) {
    std::vector<Seen> mine;
    mine.reserve(seen.size());
    for (const Sighting& one : seen) {
        if (belongs(time_of(one.what), trip)) mine.push_back({one.what, one.hash});
    }
    return mine;
}

Outcome history_needed() {
    Outcome outcome;
    outcome.needs_history = true;
    return outcome;
}

/// True when the new facts admit observations that the old ones kept out.
bool admits_more(const Trip& before, const Trip& after) {
    const bool earlier = after.armed_at < before.armed_at;
    const bool later = before.ended_at && (!after.ended_at || *after.ended_at > *before.ended_at);
    return earlier || later;
}

}  // namespace

struct Watch::Memory {
    std::shared_ptr<const Trip> trip;
    Timeline<State> timeline;
    Ledger ledger;
    std::optional<Instant> now;       ///< newest tick
    std::optional<Instant> newest;    ///< newest device time ever taken
    std::optional<Instant> departed;  ///< as last told by a milestone
    std::optional<Instant> arrived;
    bool awaits_history = false;  ///< nothing may be judged before `refold`

    auto fold() const {
        return [facts = trip.get()](State& state, const Observation& seen) {
            step(state, seen, *facts);
        };
    }
    Outcome publish(const Receipt& receipt);
    void tell(Outcome& outcome, Milestone::What what, std::optional<Instant>& told,
              std::optional<Instant> found, std::optional<Instant> said) const;
};

Outcome Watch::Memory::publish(const Receipt& receipt) {
    const State& state = timeline.state();
    Outcome outcome;
    outcome.changes =
        ledger.publish(episodes_of(state, *trip, now), *trip, state.forgotten_until, receipt);
    tell(outcome, Milestone::What::departed, departed, state.journey.departed, trip->departed_at);
    tell(outcome, Milestone::What::arrived, arrived, state.journey.arrived, trip->arrived_at);
    const auto seen = timeline.newest();
    if (seen && (!newest || *newest < *seen)) newest = seen;
    return outcome;
}

/// What the fences found is told once, and again when late data moves it; what a person said
/// need not be told.
void Watch::Memory::tell(Outcome& outcome, Milestone::What what, std::optional<Instant>& told,
                         std::optional<Instant> found, std::optional<Instant> said) const {
    if (!found || found == told || found == said) return;
    told = found;
    outcome.milestones.push_back({.what = what, .trip = trip->id, .at = *found});
}

Watch::Watch(std::shared_ptr<const Trip> trip) : memory_(std::make_unique<Memory>()) {
    assert(trip && trip->places && trip->rules);
    memory_->trip = std::move(trip);
}
Watch::Watch(const Watch& other) : memory_(std::make_unique<Memory>(*other.memory_)) {}
Watch::Watch(Watch&&) noexcept = default;
Watch& Watch::operator=(const Watch& other) {
    if (this != &other) memory_ = std::make_unique<Memory>(*other.memory_);
    return *this;
}
Watch& Watch::operator=(Watch&&) noexcept = default;
Watch::~Watch() = default;

void Watch::remember(std::vector<Alert> published) {
    memory_->awaits_history = memory_->awaits_history || !published.empty();
    memory_->ledger.remember(std::move(published));
}

Outcome Watch::observe(std::span<const Sighting> seen, Instant received) {
    if (memory_->awaits_history) return history_needed();
    const auto mine = part_of_trip(seen, *memory_->trip);
    const Taken taken = memory_->timeline.take(mine, memory_->fold());
    if (taken.too_old) return history_needed();
    if (taken.fresh == 0) return {};
    const bool late = memory_->newest && *taken.since < *memory_->newest;
    return memory_->publish(
        {.received = received, .late_before = late ? memory_->newest : std::nullopt});
}

Outcome Watch::refold(std::span<const Sighting> history, Instant received) {
    begin_refold();
    fold_more(history);
    return end_refold(received);
}

void Watch::begin_refold() {
    memory_->timeline = {};
    memory_->awaits_history = true;
}

void Watch::fold_more(std::span<const Sighting> piece) {
    const Taken taken =
        memory_->timeline.take(part_of_trip(piece, *memory_->trip), memory_->fold());
    assert(!taken.too_old);
    static_cast<void>(taken);
}

Outcome Watch::end_refold(Instant received) {
    memory_->awaits_history = false;
    return memory_->publish({.received = received, .late_before = memory_->newest});
}

Outcome Watch::retask(std::shared_ptr<const Trip> trip, Instant received) {
    Memory& memory = *memory_;
    const bool incomplete = memory.timeline.horizon() || admits_more(*memory.trip, *trip);
    const auto before = std::exchange(memory.trip, std::move(trip));  // alive until folded again
    if (incomplete) {
        memory.timeline = {};
        memory.awaits_history = true;
        return history_needed();
    }
    memory.timeline.again(memory.fold(), [&](const Observation& seen) {
        return belongs(time_of(seen), *memory.trip);
    });
    return memory.publish({.received = received, .late_before = std::nullopt});
}

Outcome Watch::tick(Instant now) {
    if (memory_->now && now <= *memory_->now) return {};
    memory_->now = now;
    if (memory_->awaits_history) return history_needed();
    return memory_->publish({.received = now, .late_before = std::nullopt});
}

const Trip& Watch::trip() const { return *memory_->trip; }

std::optional<Instant> Watch::departed_at() const {
    const auto found = memory_->timeline.state().journey.departed;
    return found ? found : memory_->trip->departed_at;
}

std::optional<Instant> Watch::arrived_at() const {
    const auto found = memory_->timeline.state().journey.arrived;
    return found ? found : memory_->trip->arrived_at;
}

std::vector<Alert> Watch::standing() const { return memory_->ledger.standing(); }

std::optional<Instant> Watch::horizon() const { return memory_->timeline.horizon(); }

}  // namespace liuhen::geofence
