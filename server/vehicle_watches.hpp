// All watches of one vehicle: one for each open trip, one for the time between trips, and the last
// closed trip that late data asked for.
#pragma once

#include "geofence/watch.hpp"
#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/lives.hpp"
#include "server/store/directory.hpp"
#include "server/store/legs.hpp"
#include "server/store/observations.hpp"
#include "server/turnstile.hpp"

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace liuhen::server {

/// What the watches came to: to be stored in the same transaction as what caused it.
struct Judgement {
    std::vector<geofence::AlertChange> changes;
    std::vector<geofence::Milestone> milestones;
    void add(geofence::Outcome outcome);
    void add(Judgement next);
};

/// Belongs to its shard's thread; every call but `open_trips` is made inside the turnstile. Where
/// storage is read, DatabaseDown is thrown and the watches are as before or unloaded.
class VehicleWatches {
public:
    VehicleWatches(VehicleId vehicle, Database& database, Lives& lives, const DirectoryBoard& board)
        : vehicle_(std::move(vehicle)), database_(database), lives_(lives), board_(board) {}

    /// Reads legs, published alerts and observations, once, and folds them.
    awaitable<Judgement> load(Instant now);
    /// True for what would be looked up in storage: older than what a watch remembers, or of a
    /// closed trip.
    [[nodiscard]] bool asks_storage(const std::vector<store::StoredSighting>& seen) const;
    /// Judges what was seen, in every watch whose time it falls into.
    awaitable<Judgement> observe(std::vector<store::StoredSighting> seen, Instant received);
    /// The same at once, for what does not ask storage.
    Judgement observe_newest(std::vector<store::StoredSighting> seen, Instant received);
    /// Legs, places or routes changed: arms, retasks and ends watches.
    awaitable<Judgement> retask(Instant now);
    /// Judges silence.
    Judgement tick(Instant now);
    /// Forgets everything; the next call must be `load`.
    void unload();

    /// Time that folding from storage has taken since last asked, without `load` and `retask`.
    [[nodiscard]] Monotonic::duration take_refold_time() { return std::exchange(refold_time_, {}); }
    [[nodiscard]] bool is_loaded() const { return roaming_.has_value(); }
    [[nodiscard]] std::size_t open_trips() const { return open_.size(); }
    [[nodiscard]] const VehicleId& vehicle() const { return vehicle_; }

    Turnstile turnstile;
    Monotonic used{};                         ///< when it was last asked for
    Monotonic rests_until{};                  ///< what it reports waits until then
    std::vector<geofence::Milestone> untold;  ///< found, and not yet told to the desk

private:
    awaitable<Life> read_life(LifePart part, Instant now);
    awaitable<std::vector<geofence::Alert>> read_alerts(TripId trip);
    awaitable<store::HistoryPage> read_page(Window window,
                                            std::optional<store::HistoryPlace> after);
    awaitable<geofence::Outcome> refold(geofence::Watch& watch, Window window,
                                        std::vector<Sighting> fresh, Instant received,
                                        std::optional<store::HistoryPage> first = std::nullopt);
    awaitable<std::vector<store::StoredSighting>> without_known(
        std::vector<store::StoredSighting> seen);
    awaitable<Judgement> begin_watch(std::shared_ptr<const geofence::Trip> trip, Window window,
                                     Instant now);
    awaitable<Judgement> begin_watch(std::shared_ptr<const geofence::Trip> trip,
                                     Beginning beginning, Instant now);
    awaitable<Judgement> observe_one(geofence::Watch& watch, std::vector<Sighting> seen,
                                     Instant received);
    awaitable<Judgement> observe_closed(std::vector<Sighting> seen, Instant received);
    awaitable<Judgement> retask_one(geofence::Watch& watch,
                                    std::shared_ptr<const geofence::Trip> trip, Instant now);
    [[nodiscard]] std::vector<Sighting> moving(std::vector<store::StoredSighting> seen) const;
    geofence::Watch& place_for(const geofence::Trip& trip);

    VehicleId vehicle_;
    Database& database_;
    Lives& lives_;
    const DirectoryBoard& board_;
    std::vector<store::Leg> legs_;
    std::optional<geofence::Watch> roaming_;
    std::map<TripId, geofence::Watch> open_;
    std::optional<geofence::Watch> reopened_;  ///< of a closed trip, kept for the next late chunk
    Monotonic::duration refold_time_{};
};

/// Observations that are folded from storage in one go; then other vehicles of the shard have
/// their turn.
inline constexpr std::size_t history_page = 4'000;

}  // namespace liuhen::server
