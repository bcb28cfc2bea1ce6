// Areas that the terminal watches itself, and what it is asked and made to forget of them: 0x8600
// to 0x8605, 0x8607, 0x8608.
#include "server/json/command_shapes.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace liuhen::server::commands {
namespace {

using jtt808::Message;
using nlohmann::json;

constexpr std::size_t most_areas = 20;  // of one setting
constexpr std::size_t most_ids = 125;   // 2013, 8601
constexpr HemisphereBits area_hemisphere{jtt808::area_flag::south, jtt808::area_flag::west};

constexpr std::array actions{Named{"replace", 0}, Named{"add", 1}, Named{"change", 2}};
constexpr std::array shapes{
    Named{"circles", jtt808::area_kind::circle}, Named{"rectangles", jtt808::area_kind::rectangle},
    Named{"polygons", jtt808::area_kind::polygon}, Named{"routes", jtt808::area_kind::route}};

constexpr std::array inside{FlagField{"doors_shut", jtt808::area_flag::doors_shut},
                            FlagField{"no_reports", jtt808::area_flag::no_reports},
                            FlagField{"gnss_details", jtt808::area_flag::gnss_details}};

// What circles, rectangles and polygons have in common.
template <class Area>
Area read_area(Fields& form) {
    Area area;
    area.area = number_of<std::uint32_t>(form, "area", 0, UINT32_MAX);
    area.flags = static_cast<std::uint16_t>(flags_of(form, told_flags) | flags_of(form, inside));
    area.name = gbk_text(form, "name", 0, area_name_bytes);
    if (const auto hours = read_hours(form)) {
        area.hours = *hours;
        area.flags |= jtt808::area_flag::timed;
    }
    if (const auto limit = read_limit(form)) {
        area.limit = *limit;
        area.flags |= jtt808::area_flag::speed;
    }
    return area;
}

jtt808::Circle read_circle(Fields& form) {
    auto circle = read_area<jtt808::Circle>(form);
    const LatLon centre = place_of(form, "centre");
    circle.shape = {wire_point(centre), number_of<std::uint32_t>(form, "radius_m", 1, 100'000)};
    circle.flags |= hemisphere(form, "centre", std::span{&centre, 1}, area_hemisphere);
    return circle;
}

jtt808::Rectangle read_rectangle(Fields& form) {
    auto rectangle = read_area<jtt808::Rectangle>(form);
    const LatLon corners[] = {place_of(form, "upper_left"), place_of(form, "lower_right")};
    const bool apart = corners[0].lat > corners[1].lat && corners[0].lon < corners[1].lon;
    if (form.has("upper_left") && form.has("lower_right") && !apart)
        form.add("BAD_GEOMETRY", "lower_right");
    rectangle.shape = {wire_point(corners[0]), wire_point(corners[1])};
    rectangle.flags |= hemisphere(form, "lower_right", corners, area_hemisphere);
    return rectangle;
}

template <class Set, class Area>
Command read_setting(Fields& form, std::string_view name, Area (*read)(Fields&)) {
    Set m;
    m.setting.action = static_cast<std::uint8_t>(choice(form, "action", actions, 1));
    m.setting.areas = each<Area>(form, name, most_areas, read);
    if (form.has(name) && m.setting.areas.empty()) form.add("TOO_SHORT", name);
    return Message{std::move(m)};
}

// Ids named, or `"all": true`: that nothing named means all must not happen by oversight.
std::vector<std::uint32_t> read_ids(Fields& form) {
    if (form.flag("all", false)) {
        if (form.any("areas") != nullptr) form.add("EXCLUSIVE", "areas");
        return {};
    }
    std::vector<std::uint32_t> ids;
    const json* const list = form.array("areas", most_ids, Need::required);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const json& one = list->at(i);
        const auto id = one.is_number_integer() ? one.get<std::int64_t>() : -1;
        const bool fits = id >= 0 && id <= std::int64_t{UINT32_MAX};
        if (fits)
            ids.push_back(one.get<std::uint32_t>());
        else
            form.faults().push_back(
                fault("OUT_OF_RANGE", pointer_to(form.pointer("areas"), i), one.dump()));
    }
    if (list != nullptr && list->empty()) form.add("TOO_SHORT", "areas");
    return ids;
}

}  // namespace

Command read_set_circles(Fields& form) {
    return read_setting<jtt808::SetCircles>(form, "circles", read_circle);
}

Command read_set_rectangles(Fields& form) {
    return read_setting<jtt808::SetRectangles>(form, "rectangles", read_rectangle);
}

Command read_set_polygon(Fields& form) {
    jtt808::SetPolygon m;
    m.shape = read_area<jtt808::Polygon>(form);
    std::vector<LatLon> corners;
    const json* const list = form.array("corners", most_corners, Need::required);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const auto place =
            place_in(list->at(i), pointer_to(form.pointer("corners"), i), form.faults());
        if (place) corners.push_back(*place);
    }
    if (list != nullptr && list->size() < 3) form.add("TOO_SHORT", "corners");
    for (const LatLon corner : corners) m.shape.corners.push_back(wire_point(corner));
    m.shape.flags |= hemisphere(form, "corners", corners, area_hemisphere);
    return Message{std::move(m)};
}

Command read_delete_areas(Fields& form) {
    const std::uint32_t shape = choice(form, "shape", shapes);
    auto ids = read_ids(form);
    if (shape == jtt808::area_kind::circle) return Message{jtt808::DeleteCircles{std::move(ids)}};
    if (shape == jtt808::area_kind::rectangle)
        return Message{jtt808::DeleteRectangles{std::move(ids)}};
    if (shape == jtt808::area_kind::polygon) return Message{jtt808::DeletePolygons{std::move(ids)}};
    return Message{jtt808::DeleteRoutes{std::move(ids)}};
}

Command read_query_areas(Fields& form) {
    const auto shape = static_cast<std::uint8_t>(choice(form, "shape", shapes));
    return Message{jtt808::QueryAreas{.kind = shape, .areas = read_ids(form)}};
}

}  // namespace liuhen::server::commands
