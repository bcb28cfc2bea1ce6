// What was published of a trip, and how it has to change so that it says what the fold says.
#pragma once

#include "geofence/alert.hpp"
#include "geofence/episode.hpp"
#include "geofence/trip.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace liuhen::geofence {

/// When the data came that a change is made from.
struct Receipt {
    Instant received;
    std::optional<Instant> late_before;  ///< set when older data came than the newest known by then
};

/// Published alerts of one trip, newest revision each. An episode is matched with the alert of its
/// kind and subject that began at the same instant, else with the first one it overlaps.
class Ledger {
public:
    void remember(std::vector<Alert> published);

    /// Changes after which the published alerts are the episodes, no more and no fewer. Alerts that
    /// ended by `forgotten_until` are final and left alone.
    std::vector<AlertChange> publish(const Episodes& episodes, const Trip& trip,
                                     std::optional<Instant> forgotten_until,
                                     const Receipt& receipt);

    [[nodiscard]] std::vector<Alert> standing() const;

private:
    struct Entry {
        Alert alert;
        std::shared_ptr<const Evidence>
            from;  ///< the very evidence it was published from, if known
    };
    [[nodiscard]] std::vector<std::optional<std::size_t>> match(const Episodes& episodes) const;
    AlertChange raise(const Episode& episode, const Trip& trip, const Receipt& receipt);
    [[nodiscard]] std::string next_key(const TripId& trip, Kind kind) const;

    std::vector<Entry> entries_;
    std::optional<Episodes>
        published_;  ///< as last published, to see at a glance that nothing changed
};

}  // namespace liuhen::geofence
