// All watches of one vehicle: one for each open trip, one for the time between trips, and the last
// closed trip that late data asked for.
#pragma once

#include "geofence/watch.hpp"
#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/store/directory.hpp"
#include "server/store/legs.hpp"
#include "server/store/observations.hpp"
#include "server/turnstile.hpp"

#include <map>
#include <memory>
#include <optional>
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
    VehicleWatches(VehicleId vehicle, Database& database, const DirectoryBoard& board)
        : vehicle_(std::move(vehicle)), database_(database), board_(board) {}

    /// Reads legs, published alerts and observations, once, and folds them.
    awaitable<Judgement> load(Instant now);
    /// Judges what was seen, in every watch whose time it falls into.
    awaitable<Judgement> observe(std::vector<store::StoredSighting> seen, Instant received);
    /// Legs, places or routes changed: arms, retasks and ends watches.
    awaitable<Judgement> retask(Instant now);
    /// Judges silence.
    Judgement tick(Instant now);
    /// Forgets everything; the next call must be `load`.
    void unload();

    [[nodiscard]] bool is_loaded() const { return roaming_.has_value(); }
    [[nodiscard]] std::size_t open_trips() const { return open_.size(); }
    [[nodiscard]] const VehicleId& vehicle() const { return vehicle_; }

    Turnstile turnstile;
    Monotonic used{};                         ///< when it was last asked for
    std::vector<geofence::Milestone> untold;  ///< found, and not yet told to the desk

private:
    struct Window {
        Instant from, until;
    };
    struct Stored {  // what a watch starts from
        std::vector<geofence::Alert> alerts;
        std::vector<store::StoredSighting> history;
    };

    awaitable<std::vector<store::Leg>> read_legs();
    awaitable<Stored> read_stored(TripId trip, Window window);
    awaitable<std::vector<Sighting>> read_history(Window window);
    awaitable<Judgement> begin_watch(std::shared_ptr<const geofence::Trip> trip, Window window,
                                     Instant now);
    awaitable<Judgement> observe_one(geofence::Watch& watch, std::vector<Sighting> seen,
                                     Instant received);
    awaitable<Judgement> observe_closed(std::vector<Sighting> seen, Instant received);
    awaitable<Judgement> retask_one(geofence::Watch& watch,
                                    std::shared_ptr<const geofence::Trip> trip, Instant now);
    [[nodiscard]] std::vector<Sighting> moving(std::vector<store::StoredSighting> seen) const;
    geofence::Watch& place_for(const geofence::Trip& trip);

    VehicleId vehicle_;
    Database& database_;
    const DirectoryBoard& board_;
    std::vector<store::Leg> legs_;
    std::optional<geofence::Watch> roaming_;
    std::map<TripId, geofence::Watch> open_;
    std::optional<geofence::Watch> reopened_;  ///< of a closed trip, kept for the next late chunk
};

/// The watch between trips begins with what was seen this long before.
inline constexpr Duration roaming_memory = std::chrono::hours{24};
/// Observations of one trip that a fold from storage takes; the newest ones.
inline constexpr std::size_t max_history = 500'000;

}  // namespace liuhen::server
