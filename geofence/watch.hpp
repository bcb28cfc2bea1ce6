// One trip under watch: a fold over the trip's observations in device time.
#pragma once

#include "base/observation.hpp"
#include "geofence/alert.hpp"
#include "geofence/trip.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace liuhen::geofence {

/// A fact that the fold found and the manifest records (transitions T12 and T18).
struct Milestone {
    enum class What : std::uint8_t { departed, arrived } what{};
    TripId trip;
    Instant at;  ///< device time
};

/// What came of new data. `needs_history`: the data is older than what is remembered, nothing was
/// folded; call `refold` with the trip's whole stored history and the new data.
struct Outcome {
    std::vector<AlertChange> changes;
    std::vector<Milestone> milestones;
    bool needs_history = false;
};

/// Folds observations of one trip, in any order of arrival, into alerts. The final alerts are a
/// function of the set of observations, the trip and the newest `tick` alone. A value: copyable,
/// without clock, threads or I/O.
class Watch {
public:
    explicit Watch(std::shared_ptr<const Trip> trip);
    Watch(const Watch&);
    Watch(Watch&&) noexcept;
    Watch& operator=(const Watch&);
    Watch& operator=(Watch&&) noexcept;
    ~Watch();

    /// Alerts already published for this trip (newest revision each, withdrawn ones too), so that
    /// folding again after a restart amends them instead of raising them twice. Until `refold` is
    /// called everything else then answers `needs_history`.
    void remember(std::vector<Alert> published);

    /// Takes sightings that belong to the trip's vehicle; those outside the trip's time and those
    /// already taken change nothing. `received` stamps `detected_at` and decides `late`.
    Outcome observe(std::span<const Sighting> seen, Instant received);

    /// Forgets what it folded and folds `history` (any order, duplicates allowed) instead.
    Outcome refold(std::span<const Sighting> history, Instant received);
    /// The same for a history that is too long to hold: `begin_refold`, every piece of it by device
    /// time, oldest first, then `end_refold`. In between everything else answers `needs_history`.
    void begin_refold();
    void fold_more(std::span<const Sighting> piece);
    Outcome end_refold(Instant received);

    /// The trip's facts changed (a person said "departed", a new route): folds again under them, or
    /// answers `needs_history` when not everything needed is remembered; then `refold` is due.
    Outcome retask(std::shared_ptr<const Trip> trip, Instant received);

    /// Silence is evidence too: judges the time since the newest observation. Never goes back.
    Outcome tick(Instant now);

    [[nodiscard]] const Trip& trip() const;
    [[nodiscard]] std::optional<Instant> departed_at() const;
    [[nodiscard]] std::optional<Instant> arrived_at() const;
    /// Alerts that stand now (not withdrawn), by (since, kind).
    [[nodiscard]] std::vector<Alert> standing() const;
    /// Observations before this instant need history. Nullopt: everything is remembered.
    [[nodiscard]] std::optional<Instant> horizon() const;

private:
    struct Memory;
    std::unique_ptr<Memory> memory_;
};

}  // namespace liuhen::geofence
