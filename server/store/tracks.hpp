// SQL of tracks: a vehicle's fixes and lock events in device time.
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// A vehicle that the caller may see.
struct SeenVehicle {
    VehicleId id;
    int key{};
    std::string plate;
    int plate_colour{};
    PartyId carrier;
    std::string carrier_name;
};
std::optional<SeenVehicle> find_vehicle(pqxx::transaction_base& db, const VehicleId& id);
/// Those with a plate, of any colour.
std::vector<SeenVehicle> vehicles_with_plate(pqxx::transaction_base& db, const std::string& plate);

struct TrackPoint {
    Instant at;
    LatLon where;
    double speed_kmh{};
};
struct LockMoment {
    Instant at;
    std::string lock;
    int action{};  ///< LockAction
};
/// Satellite fixes in [from, until) by device time: those of the vehicle's JT/T 808 terminal while
/// one was bound, else of its locks. Implausible times are left out. At most `limit`.
std::vector<TrackPoint> fixes(pqxx::transaction_base& db, const SeenVehicle& vehicle, Instant from,
                              Instant until, int limit);
std::vector<LockMoment> lock_moments(pqxx::transaction_base& db, const SeenVehicle& vehicle,
                                     Instant from, Instant until, int limit);
/// The newest fix, not older than a month.
std::optional<TrackPoint> last_fix(pqxx::transaction_base& db, const SeenVehicle& vehicle,
                                   Instant now);

/// Every look-up at the roadside is written down.
struct Lookup {
    std::string token_id, role, plate;
    Instant at;
};
enum class Found : std::uint8_t { no, yes };
void log_lookup(pqxx::transaction_base& db, const Lookup& lookup, Found found);

}  // namespace liuhen::server::store
