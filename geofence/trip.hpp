// What a vehicle may do: corridor, places, window, limits. Immutable; a change makes a new Trip.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "geofence/corridor.hpp"
#include "geofence/rules.hpp"
#include "geofence/zone.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::geofence {

/// A published way round a part of the route. Who is on it while it is in force is on the route.
struct Diversion {
    Interval during;
    std::shared_ptr<const Corridor> corridor;  ///< never null
    friend bool operator==(const Diversion&, const Diversion&) = default;
};

/// A time in which a lock may be open wherever the truck is: somebody was granted it, or an
/// authority's inspection is on record. A cut is not granted by it.
struct GrantedOpening {
    LockId lock;  ///< empty: every lock of the truck
    Interval during;
    friend bool operator==(const GrantedOpening&, const GrantedOpening&) = default;
};

/// One leg of one load under watch, or (with `carrying` empty and no corridor) a vehicle between
/// trips. A trip is armed when the load is signed; the fold itself finds departure and arrival from
/// the fences, so that they depend on observations and not on their order of arrival.
struct Trip {
    TripId id;
    VehicleId vehicle;
    std::string plate;
    std::vector<ManifestId> carrying;          ///< empty: a vehicle without a trip
    std::vector<std::string> manifest_nos;     ///< 14 digits each, same order as `carrying`
    std::shared_ptr<const Corridor> corridor;  ///< null: off-route is not judged
    std::vector<Diversion> diversions;         ///< of the route; not read without a corridor
    std::shared_ptr<const Places> places;      ///< every known site and zone; never null
    SiteId origin;                             ///< empty: unknown, under way from the first fix
    SiteId destination;                        ///< empty: unknown, never arrives by fence
    Instant armed_at;                          ///< observations before it are not of this trip
    std::optional<Instant>
        departed_at;  ///< said by a person; the earlier of it and the fence exit counts
    std::optional<Instant>
        arrived_at;                   ///< said by a person; the earlier of it and the fence counts
    std::optional<Instant> ended_at;  ///< closed or voided: nothing from here on is of this trip
    std::optional<Instant> due_at;    ///< planned arrival
    std::optional<Grams> declared;    ///< what was loaded, by the manifests
    std::vector<Interval> covered;    ///< vehicle without a trip: times for which a load was signed
    std::vector<LockId> locks;        ///< locks that must stay shut
    std::vector<GrantedOpening> granted;   ///< when they need not
    std::shared_ptr<const RuleSet> rules;  ///< never null
};

}  // namespace liuhen::geofence
