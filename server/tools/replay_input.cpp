#include "server/tools/replay_input.hpp"

#include "base/hash.hpp"
#include "server/json/alert_json.hpp"
#include "server/tools/replay_csv.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace liuhen::server::replay {
namespace {

using nlohmann::json;

/// Thrown inside this file only; every public function turns it into a FileFault.
struct Unreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The value, or the fault as an exception that `guarded` catches.
template <class T>
T take(Result<T, std::string> result) {
    if (!result) throw Unreadable(result.error());
    return std::move(*result);
}

template <class Read>
auto guarded(const std::filesystem::path& file, const Read& read)
    -> Result<std::invoke_result_t<Read>, FileFault> {
    try {
        return read();
    } catch (const Unreadable& fault) {
        return fail(FileFault{fault.what()});
    } catch (const json::exception& fault) {  // its text has the line and column
        return fail(FileFault{file.string() + ": " + fault.what()});
    }
}

json geojson_of(const std::filesystem::path& file) { return json::parse(take(read_file(file))); }

/// Every geometry of a document with the properties it stands under.
void each_geometry(const json& node, const json& properties,
                   const std::function<void(const json&, const json&)>& see) {
    const std::string type = node.at("type").get<std::string>();
    if (type == "FeatureCollection") {
        for (const json& feature : node.at("features")) each_geometry(feature, properties, see);
    } else if (type == "Feature") {
        each_geometry(node.at("geometry"), node.value("properties", json::object()), see);
    } else if (type == "GeometryCollection") {
        for (const json& one : node.at("geometries")) each_geometry(one, properties, see);
    } else {
        see(node, properties);
    }
}

LatLon place_of(const json& position) {
    return {.lat = position.at(1).get<double>(), .lon = position.at(0).get<double>()};
}
Path path_of(const json& positions) {
    Path path;
    for (const json& position : positions) path.push_back(place_of(position));
    return path;
}
std::vector<Path> paths_of(const json& lines) {
    std::vector<Path> paths;
    for (const json& line : lines) paths.push_back(path_of(line));
    return paths;
}

/// Half widths by vertex as `liuhen route` writes them; the same for each where it did not.
std::vector<Metres> widths_of(const json& properties, std::size_t vertices, Metres usual) {
    if (!properties.is_object() || !properties.contains("widths_m"))
        return std::vector<Metres>(vertices, usual);
    std::vector<Metres> widths;
    for (const json& width : properties.at("widths_m")) widths.push_back({width.get<double>()});
    return widths;
}

/// The factory's value, or its fault with the file's name and the vertex.
template <class T>
T built(Result<T, geofence::GeoFault> result, const std::filesystem::path& file,
        const std::string& what) {
    if (result) return std::move(*result);
    throw Unreadable(file.string() + ": " + what + ": " + result.error().detail + " (" +
                     std::string(code(result.error().code)) + " at " +
                     std::to_string(result.error().index) + ")");
}

std::vector<geofence::Shape> shapes_of(const json& geometry, const json& properties,
                                       const std::filesystem::path& file, const std::string& name) {
    const std::string type = geometry.at("type").get<std::string>();
    const json& coordinates = geometry.at("coordinates");
    const auto polygon = [&](const json& rings) {
        return built(geofence::Shape::polygon(paths_of(rings)), file, name);
    };
    if (type == "Polygon") return {polygon(coordinates)};
    if (type == "Point") {
        const Metres radius{properties.at("radius_m").get<double>()};
        return {built(geofence::Shape::circle(place_of(coordinates), radius), file, name)};
    }
    if (type != "MultiPolygon") {
        throw Unreadable(file.string() + ": " + name + ": a site is a polygon or a point, not " +
                         type.substr(0, 40));
    }
    std::vector<geofence::Shape> shapes;
    for (const json& rings : coordinates) shapes.push_back(polygon(rings));
    return shapes;
}

std::uint64_t hash_of(const CsvRow& row) {
    std::string text;
    for (const std::string& cell : row.cells) text += cell + ",";
    return hash64(std::as_bytes(std::span{text}));
}

/// Names with a blank between: "power_cut body_lifted".
Signals named_signals(const Csv& csv, const CsvRow& row) {
    Signals signals;
    std::string_view rest = csv.cell(row, "signals");
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const auto signal = signal_from_code(rest.substr(0, end));
        if (!signal && end > 0) throw Unreadable(csv.fault(row, "signals", "is no signal"));
        if (signal) signals.set(*signal);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return signals;
}

/// What the truck's own sensors and its terminal say, where there are such columns.
void take_sensors(Fix& fix, const Csv& csv, const CsvRow& row) {
    constexpr double longest_m = 1e10, heaviest_kg = 1e6, grams = 1000;
    fix.signals = named_signals(csv, row);
    if (const auto on = take(csv.number(row, "ignition", 0, 1))) {
        fix.signals.set(Signal::ignition_told);
        fix.signals.set(Signal::ignition_on, *on != 0);
    }
    if (const auto kmh = take(csv.number(row, "recorder_speed_kmh", 0, 1000)))
        fix.recorder_speed = from_kmh(*kmh);
    if (const auto metres = take(csv.number(row, "odometer_m", 0, longest_m)))
        fix.odometer = Metres{*metres};
    if (const auto kg = take(csv.number(row, "mass_kg", 0, heaviest_kg)))
        fix.mass = Grams{std::llround(*kg * grams)};
    if (const auto source = csv.cell(row, "source"); !source.empty()) {
        const auto known = fix_source_from_code(source);
        if (!known) throw Unreadable(csv.fault(row, "source", "is no source of positions"));
        fix.source = *known;
    }
}

Sighting fix_of(const Csv& csv, const CsvRow& row) {
    Fix fix;
    fix.at = take(csv.instant(row, "time"));
    const auto lat = take(csv.number(row, "lat", -90, 90));
    const auto lon = take(csv.number(row, "lon", -180, 180));
    if (!lat) throw Unreadable(csv.fault(row, "lat", "is missing"));
    if (!lon) throw Unreadable(csv.fault(row, "lon", "is missing"));
    fix.where = {.lat = *lat, .lon = *lon};
    fix.speed = from_kmh(take(csv.number(row, "speed_kmh", 0, 1000)).value_or(0));
    fix.heading = {std::fmod(take(csv.number(row, "direction_deg", 0, 360)).value_or(0), 360)};
    if (const auto used = take(csv.number(row, "satellites", 0, 255))) {
        fix.satellites = static_cast<std::uint8_t>(*used);
    }
    take_sensors(fix, csv, row);
    Sighting one;
    one.what = fix;
    one.hash = hash_of(row);
    return one;
}

Sighting lock_of(const Csv& csv, const CsvRow& row) {
    LockEvent event;
    event.at = take(csv.instant(row, "time"));
    event.lock = {std::string(csv.cell(row, "lock"))};
    const auto action = lock_action_from_code(csv.cell(row, "action"));
    if (!action) throw Unreadable(csv.fault(row, "action", "is no action of a lock"));
    event.action = *action;
    const auto lat = take(csv.number(row, "lat", -90, 90));
    const auto lon = take(csv.number(row, "lon", -180, 180));
    if (lat && lon) event.where = {.lat = *lat, .lon = *lon};
    Sighting one;
    one.what = event;
    one.hash = hash_of(row);
    return one;
}

using ReadRow = Sighting (*)(const Csv&, const CsvRow&);
std::vector<Sighting> table_of(const std::filesystem::path& file,
                               std::span<const std::string_view> columns, ReadRow read_row) {
    const Csv csv = take(Csv::parse(file.string(), take(read_file(file)), columns));
    std::vector<Sighting> seen;
    seen.reserve(csv.rows().size());
    for (const CsvRow& row : csv.rows()) seen.push_back(read_row(csv, row));
    return seen;
}

}  // namespace

Result<Route, FileFault> read_route(const std::filesystem::path& file, Metres half_width) {
    return guarded(file, [&] {
        std::vector<geofence::Stretch> stretches;
        const auto see = [&](const json& geometry, const json& properties) {
            const std::string type = geometry.at("type").get<std::string>();
            if (type == "LineString") {
                Path line = path_of(geometry.at("coordinates"));
                auto widths = widths_of(properties, line.size(), half_width);
                stretches.push_back({std::move(line), std::move(widths)});
            } else if (type == "MultiLineString") {
                for (Path& one : paths_of(geometry.at("coordinates"))) {
                    const std::size_t vertices = one.size();
                    stretches.push_back(
                        {std::move(one), std::vector<Metres>(vertices, half_width)});
                }
            } else {
                throw Unreadable(file.string() +
                                 ": a route is a LineString or MultiLineString, not " +
                                 type.substr(0, 40));
            }
        };
        each_geometry(geojson_of(file), json::object(), see);
        auto corridor = built(geofence::Corridor::from_stretches(stretches), file, "the route");
        std::vector<Path> lines;
        for (auto& stretch : stretches) lines.push_back(std::move(stretch.line));
        return Route{std::move(lines), std::move(corridor)};
    });
}

Result<std::vector<geofence::Site>, FileFault> read_sites(const std::filesystem::path& file) {
    return guarded(file, [&] {
        std::vector<geofence::Site> sites;
        const auto see = [&](const json& geometry, const json& properties) {
            const std::string name = properties.at("name").get<std::string>();
            const std::string kind_code = properties.at("kind").get<std::string>();
            const auto kind = geofence::site_kind_from_code(kind_code);
            if (!kind) {
                throw Unreadable(file.string() + ": " + name +
                                 ": no kind of site: " + kind_code.substr(0, 40));
            }
            const std::string level_code = properties.value("protection", "");
            const auto level = geofence::protection_from_code(level_code);
            if (!level) {
                throw Unreadable(file.string() + ": " + name +
                                 ": no protection level: " + level_code.substr(0, 40));
            }
            for (auto& shape : shapes_of(geometry, properties, file, name)) {
                sites.push_back({.id = {"site-" + std::to_string(sites.size() + 1)},
                                 .name = name,
                                 .kind = *kind,
                                 .shape = std::move(shape),
                                 .valid = {},
                                 .hysteresis = {30},
                                 .protection = *level});
            }
        };
        each_geometry(geojson_of(file), json::object(), see);
        if (sites.size() > geofence::max_sites) {
            throw Unreadable(file.string() + ": more than 100000 sites");
        }
        return sites;
    });
}

Result<std::vector<Sighting>, FileFault> read_track(const std::filesystem::path& file) {
    static constexpr std::array<std::string_view, 3> columns{"time", "lat", "lon"};
    return guarded(file, [&] { return table_of(file, columns, fix_of); });
}

Result<std::vector<Sighting>, FileFault> read_locks(const std::filesystem::path& file) {
    static constexpr std::array<std::string_view, 3> columns{"time", "lock", "action"};
    return guarded(file, [&] { return table_of(file, columns, lock_of); });
}

}  // namespace liuhen::server::replay
