#include "server/json/route_shape.hpp"

#include "server/json/geojson.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace liuhen::server {
namespace {

using geofence::GeoFault;
using geofence::GeoFaultCode;
using geofence::Stretch;
using nlohmann::json;

constexpr Metres standard_half_width{50};
constexpr std::size_t max_tunnels = 500;

// Of a vertex that is counted through all lines: its line, and its number there.
struct VertexPlace {
    std::size_t line{}, vertex{};
};
VertexPlace place_of(const std::vector<Path>& paths, std::size_t index) {
    VertexPlace place;
    for (const Path& path : paths) {
        if (index < path.size()) break;
        index -= path.size();
        ++place.line;
    }
    place.vertex = index;
    return place;
}

std::string line_pointer(const DrawnLines& lines, std::size_t line) {
    return lines.several ? pointer_to(lines.pointer, line) : lines.pointer;
}

// What the factory says of no vertex in particular is said of the line.
bool has_two_places(const Path& path) {
    return std::ranges::any_of(path, [&](LatLon place) { return place != path.front(); });
}

std::size_t vertices_of(const std::vector<Path>& paths) {
    return std::accumulate(paths.begin(), paths.end(), std::size_t{0},
                           [](std::size_t sum, const Path& path) { return sum + path.size(); });
}

Fault placed(const GeoFault& found, const DrawnLines& lines, const Fields& words) {
    constexpr std::array of_vertices{GeoFaultCode::too_many_points, GeoFaultCode::off_earth,
                                     GeoFaultCode::antimeridian};
    if (found.code == GeoFaultCode::bad_width)
        return shape_fault(found, pointer_to(words.pointer("widths_m"), found.index));
    if (found.code == GeoFaultCode::bad_tunnel) return shape_fault(found, words.pointer("tunnels"));
    if (std::ranges::find(of_vertices, found.code) == of_vertices.end())
        return shape_fault(found, lines.pointer);
    const auto [line, vertex] = place_of(lines.paths, found.index);
    return shape_fault(found, pointer_to(line_pointer(lines, line), vertex));
}

std::vector<Metres> read_widths(Fields& words, std::size_t vertices) {
    const auto plain =
        words.number("width_m", geofence::min_half_width.value, geofence::max_half_width.value);
    std::vector<Metres> widths(vertices, plain ? Metres{*plain} : standard_half_width);
    const json* const list = words.array("widths_m", geofence::max_route_vertices);
    if (list == nullptr) return widths;
    if (list->size() != vertices) {
        words.add("OUT_OF_RANGE", "widths_m", std::to_string(list->size()));
        return widths;
    }
    for (std::size_t i = 0; i < vertices; ++i) {
        if ((*list)[i].is_number()) {
            widths[i] = {(*list)[i].get<double>()};
            continue;
        }
        words.faults().push_back(
            fault("WRONG_TYPE", pointer_to(words.pointer("widths_m"), i), (*list)[i].dump()));
        break;
    }
    return widths;
}

std::optional<std::size_t> vertex_in(const json& value, std::size_t vertices) {
    if (!value.is_number_unsigned() || value.get<std::size_t>() >= vertices) return std::nullopt;
    return value.get<std::size_t>();
}

// Each into the line that it lies in; one that leads from line to line is refused by the factory.
void read_tunnels(Fields& words, const std::vector<Path>& paths, std::vector<Stretch>& stretches) {
    const json* const list = words.array("tunnels", max_tunnels);
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const json& pair = (*list)[i];
        const bool two = pair.is_array() && pair.size() == 2;
        const auto first = two ? vertex_in(pair[0], vertices_of(paths)) : std::nullopt;
        const auto last = two ? vertex_in(pair[1], vertices_of(paths)) : std::nullopt;
        if (!first || !last) {
            words.faults().push_back(
                fault("WRONG_TYPE", pointer_to(words.pointer("tunnels"), i), pair.dump()));
            return;
        }
        const auto [line, vertex] = place_of(paths, *first);
        const std::size_t line_begin = *first - vertex;
        stretches[line].tunnels.push_back({vertex, std::max(*last, line_begin) - line_begin});
    }
}

std::string number(double value) {
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), "%.7g", value);
    return digits.data();
}

}  // namespace

RouteShape route_shape_of(std::span<const Stretch> stretches) {
    RouteShape shape;
    std::vector<Path> paths;
    std::size_t first = 0;
    const auto join = [](std::string& list, const std::string& one) {
        list += (list.empty() ? "{" : ",") + one;
    };
    for (const Stretch& stretch : stretches) {
        paths.push_back(stretch.line);
        for (const Metres width : stretch.half_widths) join(shape.half_widths, number(width.value));
        for (const auto& [from, to] : stretch.tunnels) {
            join(shape.tunnels, std::to_string(first + from));
            join(shape.tunnels, std::to_string(first + to));
        }
        first += stretch.line.size();
    }
    shape.lines = multi_line_text(paths);
    shape.half_widths += '}';
    shape.tunnels += shape.tunnels.empty() ? "{}" : "}";
    return shape;
}

std::optional<RouteShape> read_route_shape(Fields& words, Fields& form) {
    const std::size_t before = form.faults().size();
    const auto lines = read_lines(form);
    if (!lines) {  // the rest of the form is known all the same
        for (const char* const name : {"width_m", "widths_m", "tunnels"}) words.any(name);
        return std::nullopt;
    }
    const auto widths = read_widths(words, vertices_of(lines->paths));
    std::vector<Stretch> stretches;
    std::size_t first = 0;
    for (std::size_t i = 0; i < lines->paths.size(); ++i) {
        const Path& path = lines->paths[i];
        const auto begin = widths.begin() + static_cast<std::ptrdiff_t>(first);
        stretches.push_back({path, {begin, begin + static_cast<std::ptrdiff_t>(path.size())}, {}});
        first += path.size();
        if (has_two_places(path)) continue;
        form.faults().push_back(
            shape_fault({GeoFaultCode::too_few_points, "a line needs two different points", i},
                        line_pointer(*lines, i)));
    }
    read_tunnels(words, lines->paths, stretches);
    if (form.faults().size() != before) return std::nullopt;
    const auto corridor = geofence::Corridor::from_stretches(stretches);
    if (!corridor) form.faults().push_back(placed(corridor.error(), *lines, words));
    if (!corridor) return std::nullopt;
    return route_shape_of(stretches);
}

}  // namespace liuhen::server
