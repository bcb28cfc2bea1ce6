#include "server/json/geojson.hpp"

#include "geofence/zone.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server {

// The pointer leads to the list of points, the words are the factory's; which of them is at fault
// (or which edge, ring or line) is counted through all lists, from 0.
Fault shape_fault(const geofence::GeoFault& found, const std::string& pointer) {
    Fault one = fault("BAD_GEOMETRY", pointer, code(found.code));
    one.message = found.detail + " (number " + std::to_string(found.index) + ", from 0)";
    return one;
}

namespace {

using nlohmann::json;

constexpr double max_radius_m = 50'000;  // of the sites table
constexpr std::size_t max_parts = 200;   // rings of a polygon, lines of a route

std::optional<LatLon> read_point(const json& value) {
    if (!value.is_array() || value.size() < 2 || value.size() > 3) return std::nullopt;
    if (!value[0].is_number() || !value[1].is_number()) return std::nullopt;
    const LatLon point{value[1].get<double>(), value[0].get<double>()};
    return is_on_earth(point) ? std::optional{point} : std::nullopt;
}

// A list of positions. All faults are gathered, up to a handful.
Path read_path(const json& value, const std::string& pointer, Faults& faults) {
    constexpr std::size_t most_faults = 20;
    Path path;
    if (!value.is_array()) faults.push_back(fault("WRONG_TYPE", pointer));
    if (!value.is_array()) return path;
    for (std::size_t k = 0; k < value.size() && faults.size() < most_faults; ++k) {
        const auto point = read_point(value[k]);
        if (point)
            path.push_back(*point);
        else
            faults.push_back(fault("BAD_GEOMETRY", pointer_to(pointer, k), value[k].dump()));
    }
    return path;
}

// A list of lists of positions.
std::vector<Path> read_paths(const json& value, const std::string& pointer, Faults& faults) {
    std::vector<Path> paths;
    if (!value.is_array() || value.empty() || value.size() > max_parts) {
        faults.push_back(fault("BAD_GEOMETRY", pointer));
        return paths;
    }
    for (std::size_t i = 0; i < value.size(); ++i)
        paths.push_back(read_path(value[i], pointer_to(pointer, i), faults));
    return paths;
}

json positions(const Path& path) {
    json list = json::array();
    for (const LatLon point : path) list.push_back({point.lon, point.lat});
    return list;
}

std::string polygon_text(std::vector<Path> rings) {
    json outline = json::array();
    for (Path& ring : rings) {
        if (!ring.empty() && ring.front() != ring.back()) ring.push_back(ring.front());
        outline.push_back(positions(ring));
    }
    return json{{"type", "MultiPolygon"}, {"coordinates", json::array({outline})}}.dump();
}

// `type` and `coordinates` of a geometry whose type is one of those allowed.
struct Geometry {
    std::string type;
    const json* coordinates = nullptr;
};
std::optional<Geometry> read_geometry(Fields& form, std::span<const std::string_view> types) {
    const json* value = form.any("geometry", Need::required);
    if (value == nullptr) return std::nullopt;
    const std::size_t before = form.faults().size();
    Fields geometry{*value, form.pointer("geometry"), form.faults()};
    Geometry found{geometry.one_of("type", types, Need::required),
                   geometry.any("coordinates", Need::required)};
    geometry.any("bbox");
    geometry.finish();
    if (form.faults().size() != before) return std::nullopt;
    return found;
}

std::optional<SiteShape> read_circle(Fields& form, const json& coordinates,
                                     std::optional<double> radius) {
    const auto centre = read_point(coordinates);
    if (!centre) {
        form.faults().push_back(
            fault("BAD_GEOMETRY", form.pointer("geometry") + "/coordinates", coordinates.dump()));
    }
    if (!radius && !form.has("radius_m")) form.add("MISSING", "radius_m");
    if (!centre || !radius) return std::nullopt;
    const auto shape = geofence::Shape::circle(*centre, Metres{*radius});
    if (!shape) form.faults().push_back(shape_fault(shape.error(), form.pointer("radius_m")));
    if (!shape) return std::nullopt;
    return SiteShape{"", centre, Metres{*radius}};
}

}  // namespace

std::optional<SiteShape> read_site_shape(Fields& form) {
    static constexpr std::string_view types[] = {"Polygon", "MultiPolygon", "Point"};
    const auto radius = form.number("radius_m", 1, max_radius_m);
    const auto geometry = read_geometry(form, types);
    if (!geometry) return std::nullopt;
    const json* coordinates = geometry->coordinates;
    if (geometry->type == "Point") return read_circle(form, *coordinates, radius);
    if (form.has("radius_m")) form.add("EXCLUSIVE", "radius_m");
    std::string pointer = form.pointer("geometry") + "/coordinates";
    if (geometry->type == "MultiPolygon") {
        if (!coordinates->is_array() || coordinates->size() != 1) {
            form.faults().push_back(fault("BAD_GEOMETRY", pointer));
            return std::nullopt;
        }
        coordinates = &coordinates->front();
        pointer += "/0";
    }
    const std::size_t before = form.faults().size();
    auto rings = read_paths(*coordinates, pointer, form.faults());
    if (form.faults().size() != before) return std::nullopt;
    const auto shape = geofence::Shape::polygon(rings);
    if (!shape) form.faults().push_back(shape_fault(shape.error(), pointer));
    if (!shape) return std::nullopt;
    return SiteShape{polygon_text(std::move(rings)), std::nullopt, std::nullopt};
}

std::optional<DrawnLines> read_lines(Fields& form) {
    static constexpr std::string_view types[] = {"LineString", "MultiLineString"};
    const auto geometry = read_geometry(form, types);
    if (!geometry) return std::nullopt;
    DrawnLines lines;
    lines.pointer = form.pointer("geometry") + "/coordinates";
    lines.several = geometry->type == "MultiLineString";
    const json& coordinates = *geometry->coordinates;
    const std::size_t before = form.faults().size();
    if (lines.several)
        lines.paths = read_paths(coordinates, lines.pointer, form.faults());
    else
        lines.paths.push_back(read_path(coordinates, lines.pointer, form.faults()));
    if (form.faults().size() != before) return std::nullopt;
    return lines;
}

std::string multi_line_text(const std::vector<Path>& paths) {
    json coordinates = json::array();
    for (const Path& path : paths) coordinates.push_back(positions(path));
    return json{{"type", "MultiLineString"}, {"coordinates", std::move(coordinates)}}.dump();
}

}  // namespace liuhen::server
