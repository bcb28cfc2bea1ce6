#include "server/tasking.hpp"

namespace liuhen::server {
namespace {

constexpr std::string_view roaming_prefix = "vehicle-";

std::string plate_of(const VehicleId& vehicle, const Directory& directory) {
    const auto* known = directory.vehicle(vehicle);
    return known == nullptr ? std::string{} : known->plate;
}

}  // namespace

std::shared_ptr<const geofence::Trip> make_trip(const store::Leg& leg, const Directory& directory) {
    auto trip = std::make_shared<geofence::Trip>();
    trip->id = leg.id;
    trip->vehicle = leg.vehicle;
    trip->plate = plate_of(leg.vehicle, directory);
    trip->carrying = {leg.manifest};
    trip->manifest_nos = {leg.manifest_no};
    trip->corridor = directory.corridor(leg.route, leg.route_version);
    trip->diversions = directory.diversions(leg.route, {leg.armed_at, leg.ended_at});
    trip->places = directory.places();
    trip->origin = leg.origin;
    trip->destination = leg.destination;
    trip->armed_at = leg.armed_at;
    trip->departed_at = leg.departed_at;
    trip->arrived_at = leg.arrived_at;
    trip->ended_at = leg.ended_at;
    trip->due_at = leg.due_at;
    trip->declared = leg.declared;
    trip->locks = leg.locks;
    trip->granted = leg.granted;
    trip->rules = directory.rules(leg.ended_at);  // over: as it was judged then
    return trip;
}

std::shared_ptr<const geofence::Trip> make_roaming(const VehicleId& vehicle,
                                                   std::span<const store::Leg> legs,
                                                   const Directory& directory) {
    auto trip = std::make_shared<geofence::Trip>();
    trip->id = roaming_trip(vehicle);
    trip->vehicle = vehicle;
    trip->plate = plate_of(vehicle, directory);
    trip->places = directory.places();
    trip->rules = directory.rules(std::nullopt);
    for (const auto& leg : legs) trip->covered.push_back({leg.armed_at, leg.ended_at});
    return trip;
}

bool same_task(const geofence::Trip& a, const geofence::Trip& b) {
    return a.id == b.id && a.vehicle == b.vehicle && a.plate == b.plate &&
           a.carrying == b.carrying && a.manifest_nos == b.manifest_nos &&
           a.corridor == b.corridor && a.diversions == b.diversions && a.places == b.places &&
           a.origin == b.origin && a.destination == b.destination && a.armed_at == b.armed_at &&
           a.departed_at == b.departed_at && a.arrived_at == b.arrived_at &&
           a.ended_at == b.ended_at && a.due_at == b.due_at && a.declared == b.declared &&
           a.covered == b.covered && a.locks == b.locks && a.granted == b.granted &&
           a.rules == b.rules;
}

TripId roaming_trip(const VehicleId& vehicle) {
    return {std::string{roaming_prefix} + vehicle.text};
}

bool is_roaming(const TripId& trip) { return trip.text.starts_with(roaming_prefix); }

}  // namespace liuhen::server
