// The fleet and the places as of one moment: immutable, shared by all threads, swapped whole.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "geofence/trip.hpp"
#include "server/store/ground.hpp"
#include "telematics/turn.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace liuhen::server {

struct KnownVehicle {
    VehicleId id;
    std::int32_t key{};  ///< short name in observation rows
    std::string plate;
    std::string carrier_id;
};

/// A device on a vehicle for a time.
struct Binding {
    Interval during;
    VehicleId vehicle;
};

struct KnownTerminal {
    std::int32_t key{};    ///< short name in observation rows
    std::string protocol;  ///< "jt808" or "jt701"
    telematics::Enrolled enrolled;
    std::vector<Binding> bindings;  ///< its own, by time, without overlap
    std::vector<Binding> of_locks;  ///< of locks that speak through it
};

/// One reading of the registers.
class Directory {
public:
    /// An empty one: nobody is enrolled.
    Directory() : ground_(std::make_shared<Ground>()) {}

    /// Codes of terminals are for the device side; who only looks may not read them.
    enum class Secrets : std::uint8_t { read, left_out };
    /// Reads the fleet. `now` decides which plate a terminal is told.
    static std::shared_ptr<const Directory> read(pqxx::transaction_base& transaction,
                                                 std::shared_ptr<const Ground> ground, Instant now,
                                                 Secrets secrets = Secrets::read);

    /// By the number it sends, leading zeros stripped; null when the operator never entered it.
    [[nodiscard]] const KnownTerminal* terminal(std::string_view number) const;
    [[nodiscard]] const KnownVehicle* vehicle(const VehicleId& id) const;
    /// The vehicle that a device was on at `at`: by its own binding, or else (a lock that dials in
    /// itself) by that of the lock which speaks through it. Null: on none.
    [[nodiscard]] const KnownVehicle* carrier_of(const KnownTerminal& terminal, Instant at) const;
    /// True when a fix of this device, at `at`, is one of the vehicle: its JT/T 808 terminal's
    /// always, a lock's only while the vehicle has no such terminal.
    [[nodiscard]] bool moves(const VehicleId& vehicle, std::int32_t terminal_key, Instant at) const;

    [[nodiscard]] const std::shared_ptr<const Ground>& ground() const { return ground_; }
    [[nodiscard]] std::shared_ptr<const geofence::Places> places() const { return ground_->places; }
    /// The rules that held, or hold, at an instant; without one, those in force.
    [[nodiscard]] std::shared_ptr<const geofence::RuleSet> rules(std::optional<Instant> at) const {
        return at ? ground_->rules.at(*at) : ground_->rules.newest();
    }
    /// Null when there is no such version, it was never approved, or it cannot be used.
    [[nodiscard]] std::shared_ptr<const geofence::Corridor> corridor(const RouteId& route,
                                                                     int version) const;
    /// Diversions of the route that were published before `until` and in force at some time of the
    /// interval, in the order of their publishing.
    [[nodiscard]] std::vector<geofence::Diversion> diversions(const RouteId& route,
                                                              const Interval& during) const;
    [[nodiscard]] std::size_t vehicles() const { return vehicles_.size(); }
    [[nodiscard]] std::size_t terminals() const { return terminals_.size(); }

private:
    void read_vehicles(pqxx::transaction_base& transaction);
    void read_terminals(pqxx::transaction_base& transaction, Secrets secrets);
    void read_bindings(pqxx::transaction_base& transaction);
    void tell_plates(Instant now);

    std::shared_ptr<const Ground> ground_;
    std::unordered_map<VehicleId, KnownVehicle> vehicles_;
    std::unordered_map<std::string, KnownTerminal> terminals_;      ///< by number
    std::unordered_map<VehicleId, std::vector<Interval>> tracked_;  ///< has an 808 terminal
    std::unordered_map<std::int32_t, bool> is_tracker_;             ///< by terminal key
};

/// Where the newest reading hangs. Safe from any thread.
class DirectoryBoard {
public:
    [[nodiscard]] std::shared_ptr<const Directory> read() const { return newest_.load(); }
    void post(std::shared_ptr<const Directory> directory) {
        newest_.store(std::move(directory));
        ++edition_;
    }
    /// Grows with every reading that is posted: what is read after it is at least as new.
    [[nodiscard]] std::uint64_t edition() const { return edition_; }

private:
    std::atomic<std::uint64_t> edition_ = 0;
    std::atomic<std::shared_ptr<const Directory>> newest_{std::make_shared<const Directory>()};
};

}  // namespace liuhen::server
