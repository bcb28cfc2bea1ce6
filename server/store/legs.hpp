// Rows of `trips` with what the watch needs of their manifests.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "geofence/trip.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace liuhen::server::store {

/// One leg of one load, as people said it is.
struct Leg {
    TripId id;
    ManifestId manifest;
    std::string manifest_no;
    VehicleId vehicle;
    RouteId route;        ///< empty: none
    int route_version{};  ///< which it is held against; 0: none
    SiteId origin;        ///< empty: none
    SiteId destination;   ///< empty: none
    Instant armed_at;
    std::optional<Instant> departed_at, arrived_at, ended_at;
    std::optional<Instant> due_at;  ///< planned arrival, or handover to the next leg
    std::optional<Grams> declared;  ///< sent, as far as signed for, else planned: all lines
    std::vector<LockId> locks;
    /// Windows that were granted and inspections on record that touch the leg's time, by begin.
    std::vector<geofence::GrantedOpening> granted;
    std::string rule_set;
    friend bool operator==(const Leg&, const Leg&) = default;
    [[nodiscard]] bool is_open() const { return !ended_at; }
    [[nodiscard]] bool covers(Instant t) const {
        return armed_at <= t && (!ended_at || t < *ended_at);
    }
};

/// A vehicle's legs, oldest first; the newest `max_legs` of them.
std::vector<Leg> legs_of(pqxx::transaction_base& transaction, const VehicleId& vehicle);
/// The same of many vehicles, in their order, by one statement.
std::vector<std::vector<Leg>> legs_of(pqxx::transaction_base& transaction,
                                      const std::vector<VehicleId>& vehicles);
inline constexpr int max_legs = 1'000;
inline constexpr int max_granted = 2'000;  ///< openings of a vehicle that are looked at, the newest

/// Vehicles with a leg that is not ended.
std::vector<VehicleId> vehicles_under_way(pqxx::transaction_base& transaction);
/// Vehicles that carried for a manifest.
std::vector<VehicleId> vehicles_of(pqxx::transaction_base& transaction, const ManifestId& manifest);
/// The manifest of a trip; empty: there is no such trip.
ManifestId manifest_of(pqxx::transaction_base& transaction, const TripId& trip);

}  // namespace liuhen::server::store
