#include "server/store/directory.hpp"

#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server {
namespace {

std::optional<Instant> instant_of(const pqxx::row& row, const char* column) {
    if (row[column].is_null()) return std::nullopt;
    return store::instant_from_ms(row[column].as<std::int64_t>());
}

bool is_within(const std::vector<Interval>& times, Instant at) {
    return std::any_of(times.begin(), times.end(),
                       [at](const Interval& during) { return during.contains(at); });
}

const Binding* binding_at(const std::vector<Binding>& bindings, Instant at) {
    const auto found = std::find_if(bindings.begin(), bindings.end(),
                                    [at](const Binding& one) { return one.during.contains(at); });
    return found == bindings.end() ? nullptr : &*found;
}

}  // namespace

std::shared_ptr<const Directory> Directory::read(pqxx::transaction_base& transaction,
                                                 std::shared_ptr<const Ground> ground, Instant now,
                                                 Secrets secrets) {
    auto directory = std::make_shared<Directory>();
    directory->ground_ = std::move(ground);
    directory->read_vehicles(transaction);
    directory->read_terminals(transaction, secrets);
    directory->read_bindings(transaction);
    directory->tell_plates(now);
    return directory;
}

void Directory::read_vehicles(pqxx::transaction_base& transaction) {
    for (const auto& row : transaction.exec("SELECT id, key, plate, carrier_id FROM vehicles")) {
        const VehicleId id{row["id"].c_str()};
        vehicles_[id] = {.id = id,
                         .key = row["key"].as<std::int32_t>(),
                         .plate = row["plate"].c_str(),
                         .carrier_id = row["carrier_id"].c_str()};
    }
}

void Directory::read_terminals(pqxx::transaction_base& transaction, Secrets secrets) {
    const std::string code = secrets == Secrets::read ? "auth_code" : "'' AS auth_code";
    const auto rows =
        transaction.exec("SELECT key, number, protocol, profile, time_zone_minutes, datum, " +
                         code + " FROM terminals");
    for (const auto& row : rows) {
        const std::string number = row["number"].c_str();
        KnownTerminal terminal;
        terminal.key = row["key"].as<std::int32_t>();
        terminal.protocol = row["protocol"].c_str();
        terminal.enrolled.terminal = {number};
        terminal.enrolled.auth_code = row["auth_code"].c_str();
        auto& profile = terminal.enrolled.profile;
        profile.name = row["profile"].c_str();
        profile.time_zone = std::chrono::minutes{row["time_zone_minutes"].as<int>()};
        profile.datum = std::string_view{row["datum"].c_str()} == "gcj02"
                            ? telematics::Datum::gcj02
                            : telematics::Datum::wgs84;
        is_tracker_[terminal.key] = terminal.protocol == "jt808";
        terminals_.emplace(number, std::move(terminal));
    }
}

void Directory::read_bindings(pqxx::transaction_base& transaction) {
    const auto rows = transaction.exec(
        "SELECT t.number, b.vehicle_id, b.lock_id IS NOT NULL AS by_lock, "
        "(extract(epoch FROM lower(b.during)) * 1000)::bigint AS from_ms, "
        "(extract(epoch FROM upper(b.during)) * 1000)::bigint AS until_ms "
        "FROM bindings b LEFT JOIN locks l ON l.id = b.lock_id "
        "JOIN terminals t ON t.id = coalesce(b.terminal_id, l.terminal_id) "
        "ORDER BY lower(b.during) NULLS FIRST");
    for (const auto& row : rows) {
        const auto found = terminals_.find(row["number"].c_str());
        if (found == terminals_.end()) continue;
        KnownTerminal& terminal = found->second;
        Binding binding{.during = {instant_of(row, "from_ms"), instant_of(row, "until_ms")},
                        .vehicle = {row["vehicle_id"].c_str()}};
        if (row["by_lock"].as<bool>()) {
            terminal.of_locks.push_back(std::move(binding));
            continue;
        }
        if (is_tracker_[terminal.key]) tracked_[binding.vehicle].push_back(binding.during);
        terminal.bindings.push_back(std::move(binding));
    }
}

void Directory::tell_plates(Instant now) {
    for (auto& [number, terminal] : terminals_) {
        if (const auto* vehicle = carrier_of(terminal, now)) {
            terminal.enrolled.plate = vehicle->plate;
        }
    }
}

const KnownTerminal* Directory::terminal(std::string_view number) const {
    const auto found = terminals_.find(std::string{number});
    return found == terminals_.end() ? nullptr : &found->second;
}

const KnownVehicle* Directory::vehicle(const VehicleId& id) const {
    const auto found = vehicles_.find(id);
    return found == vehicles_.end() ? nullptr : &found->second;
}

const KnownVehicle* Directory::carrier_of(const KnownTerminal& terminal, Instant at) const {
    if (const auto* own = binding_at(terminal.bindings, at)) return vehicle(own->vehicle);
    if (const auto* lock = binding_at(terminal.of_locks, at)) return vehicle(lock->vehicle);
    return nullptr;
}

bool Directory::moves(const VehicleId& id, std::int32_t terminal_key, Instant at) const {
    const auto tracker = is_tracker_.find(terminal_key);
    if (tracker != is_tracker_.end() && tracker->second) return true;
    const auto tracked = tracked_.find(id);
    return tracked == tracked_.end() || !is_within(tracked->second, at);
}

std::shared_ptr<const geofence::Corridor> Directory::corridor(const RouteId& route,
                                                              int version) const {
    const auto found = ground_->corridors.find({route, version});
    return found == ground_->corridors.end() ? nullptr : found->second;
}

std::vector<geofence::Diversion> Directory::diversions(const RouteId& route,
                                                       const Interval& during) const {
    std::vector<geofence::Diversion> found;
    const auto published = ground_->diversions.find(route);
    if (published == ground_->diversions.end()) return found;
    for (const PublishedDiversion& one : published->second) {
        const bool known = !during.until || one.published_at < *during.until;
        const bool begun = !during.until || *one.during.from < *during.until;
        const bool lasts = !during.from || *during.from < *one.during.until;
        if (known && begun && lasts) found.push_back({one.during, one.corridor});
    }
    return found;
}

}  // namespace liuhen::server
