// Routes that the terminal watches itself: 0x8606.
#include "server/json/command_shapes.hpp"

namespace liuhen::server::commands {
namespace {

jtt808::RoutePoint read_corner(Fields& form) {
    constexpr HemisphereBits bits{jtt808::segment_flag::south, jtt808::segment_flag::west};
    jtt808::RoutePoint corner;
    const LatLon place = place_of(form, "at");
    corner.place = wire_point(place);
    corner.point = number_or<std::uint32_t>(form, "point", 0, UINT32_MAX, 0);
    corner.segment = number_or<std::uint32_t>(form, "segment", 0, UINT32_MAX, 0);
    corner.width_m = number_of<std::uint8_t>(form, "width_m", 1, 255);
    corner.flags = static_cast<std::uint8_t>(hemisphere(form, "at", std::span{&place, 1}, bits));
    if (form.has("longest_s") || form.has("shortest_s")) {
        corner.times = {number_of<std::uint16_t>(form, "longest_s", 0, UINT16_MAX),
                        number_of<std::uint16_t>(form, "shortest_s", 0, UINT16_MAX)};
        corner.flags |= jtt808::segment_flag::travel_time;
    }
    if (const auto limit = read_limit(form)) {
        corner.limit = *limit;
        corner.flags |= jtt808::segment_flag::speed;
    }
    return corner;
}

// Named by their place in the list unless named otherwise.
void number_corners(std::vector<jtt808::RoutePoint>& corners) {
    std::uint32_t number = 0;
    for (auto& corner : corners) {
        ++number;
        if (corner.point == 0) corner.point = number;
        if (corner.segment == 0) corner.segment = number;
    }
}

}  // namespace

Command read_set_route(Fields& form) {
    jtt808::SetRoute m;
    m.shape.route = number_of<std::uint32_t>(form, "route", 0, UINT32_MAX);
    m.shape.flags = flags_of(form, told_flags);
    m.shape.name = gbk_text(form, "name", 0, area_name_bytes);
    if (const auto hours = read_hours(form)) {
        m.shape.hours = *hours;
        m.shape.flags |= jtt808::area_flag::timed;
    }
    m.shape.points = each<jtt808::RoutePoint>(form, "points", most_corners, read_corner);
    if (form.has("points") && m.shape.points.size() < 2) form.add("TOO_SHORT", "points");
    number_corners(m.shape.points);
    return jtt808::Message{std::move(m)};
}

Command read_manifest_route(Fields& form) {
    form.uuid("manifest", Need::required);
    return read_set_route(form);
}

}  // namespace liuhen::server::commands
