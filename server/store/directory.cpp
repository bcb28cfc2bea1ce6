#include "server/store/directory.hpp"

#include "server/log.hpp"
#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server {
namespace {

using nlohmann::json;

Path path_of(const json& coordinates) {
    Path path;
    path.reserve(coordinates.size());
    for (const json& point : coordinates) {
        path.push_back({.lat = point.at(1).get<double>(), .lon = point.at(0).get<double>()});
    }
    return path;
}

std::vector<Path> paths_of(const json& lines) {
    std::vector<Path> paths;
    for (const json& line : lines) paths.push_back(path_of(line));
    return paths;
}

std::optional<Instant> instant_of(const pqxx::row& row, const char* column) {
    if (row[column].is_null()) return std::nullopt;
    return store::instant_from_ms(row[column].as<std::int64_t>());
}

void left_out(std::string_view what, const char* id, const std::string& why) {
    log::warn("directory.left_out", {{"what", what}, {"id", id}, {"why", why}});
}

Result<geofence::Shape, geofence::GeoFault> shape_of(const pqxx::row& row) {
    if (row["fence"].is_null()) {
        const LatLon centre{.lat = row["lat"].as<double>(), .lon = row["lon"].as<double>()};
        return geofence::Shape::circle(centre, {row["radius_m"].as<double>()});
    }
    const auto fence = json::parse(row["fence"].c_str());
    return geofence::Shape::polygon(paths_of(fence.at("coordinates").at(0)));
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

geofence::Places read_places(pqxx::transaction_base& transaction, const std::vector<SiteId>& only) {
    std::string wanted;
    for (const SiteId& id : only) wanted += (wanted.empty() ? "{" : ",") + id.text;
    if (!wanted.empty()) wanted += '}';
    std::vector<geofence::Site> sites;
    const auto rows = transaction.exec_params(
        "SELECT id, name, kind, ST_AsGeoJSON(fence) AS fence, ST_Y(centre) AS lat, "
        "ST_X(centre) AS lon, radius_m, (extract(epoch FROM valid_from) * 1000)::bigint AS "
        "from_ms, (extract(epoch FROM valid_until) * 1000)::bigint AS until_ms "
        "FROM sites WHERE $1 = '' OR id = ANY (NULLIF($1, '')::uuid[]) ORDER BY created_at, id",
        wanted);
    for (const auto& row : rows) {
        auto shape = shape_of(row);
        if (!shape) {
            left_out("site", row["id"].c_str(), shape.error().detail);
            continue;
        }
        const auto kind = geofence::site_kind_from_code(row["kind"].c_str());
        geofence::Site site{.id = {row["id"].c_str()},
                            .name = row["name"].c_str(),
                            .kind = kind.value_or(geofence::SiteKind::other),
                            .shape = std::move(*shape),
                            .valid = {instant_of(row, "from_ms"), instant_of(row, "until_ms")}};
        sites.push_back(std::move(site));
    }
    auto places = geofence::Places::from(std::move(sites));
    if (!places) throw std::runtime_error{"sites cannot be used: " + places.error().detail};
    return std::move(*places);
}

std::shared_ptr<const Ground> Ground::read(pqxx::transaction_base& transaction) {
    auto ground = std::make_shared<Ground>();
    ground->places = std::make_shared<const geofence::Places>(read_places(transaction));
    const auto rows =
        transaction.exec("SELECT id, ST_AsGeoJSON(line) AS line, width_m FROM routes");
    for (const auto& row : rows) {
        const auto line = json::parse(row["line"].c_str());
        auto corridor = geofence::Corridor::from_lines(paths_of(line.at("coordinates")),
                                                       {row["width_m"].as<double>()});
        if (!corridor) {
            left_out("route", row["id"].c_str(), corridor.error().detail);
            continue;
        }
        ground->corridors.emplace(RouteId{row["id"].c_str()},
                                  std::make_shared<const geofence::Corridor>(std::move(*corridor)));
    }
    ground->rules = RuleHistory::read(transaction);
    return ground;
}

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

std::shared_ptr<const geofence::Corridor> Directory::corridor(const RouteId& route) const {
    const auto found = ground_->corridors.find(route);
    return found == ground_->corridors.end() ? nullptr : found->second;
}

}  // namespace liuhen::server
