// Areas and routes that the terminal watches itself: 0x8600 to 0x8608 and 0x0608. Coordinates are
// in 1e-6 degree, unsigned, with the hemisphere in the flags, as in a position.
#pragma once

#include "telematics/jtt808/fields.hpp"

namespace liuhen::telematics::jtt808 {

/// Bits of an area's flags; a route has the first and 2 to 5.
namespace area_flag {
inline constexpr std::uint16_t timed = 1U << 0U;  ///< start and end follow
inline constexpr std::uint16_t speed = 1U << 1U;  ///< a speed limit follows
inline constexpr std::uint16_t tell_entry_to_driver = 1U << 2U;
inline constexpr std::uint16_t tell_entry_to_platform = 1U << 3U;
inline constexpr std::uint16_t tell_exit_to_driver = 1U << 4U;
inline constexpr std::uint16_t tell_exit_to_platform = 1U << 5U;
inline constexpr std::uint16_t south = 1U << 6U;
inline constexpr std::uint16_t west = 1U << 7U;
inline constexpr std::uint16_t doors_shut = 1U << 8U;     ///< 2013 on
inline constexpr std::uint16_t no_reports = 1U << 14U;    ///< 2013 on: silent inside
inline constexpr std::uint16_t gnss_details = 1U << 15U;  ///< 2013 on: collected inside
}  // namespace area_flag
/// Bits of a route segment's flags.
namespace segment_flag {
inline constexpr std::uint8_t travel_time = 1U << 0U;
inline constexpr std::uint8_t speed = 1U << 1U;
inline constexpr std::uint8_t south = 1U << 2U;
inline constexpr std::uint8_t west = 1U << 3U;
}  // namespace segment_flag

/// When an area or route holds, packed YYMMDDhhmmss in GMT+8. A date of zeros means every day.
struct Hours {
    Octets<6> start{};
    Octets<6> end{};
    friend bool operator==(const Hours&, const Hours&) = default;

    static void describe(auto& fields, auto& m) {
        fields.digits("start", m.start);
        fields.digits("end", m.end);
    }
};
/// A speed limit: exceeded when driven longer than `seconds`. At night 2019 only.
struct SpeedLimit {
    std::uint16_t highest_kmh{};
    std::uint8_t seconds{};
    std::uint16_t highest_at_night_kmh{};
    friend bool operator==(const SpeedLimit&, const SpeedLimit&) = default;

    static void describe(auto& fields, auto& m, Layout layout) {
        fields.number("highest_kmh", m.highest_kmh);
        fields.number("seconds", m.seconds);
        if (layout == Layout::v2019) fields.number("highest_at_night_kmh", m.highest_at_night_kmh);
    }
};
struct Point {
    std::uint32_t latitude{};
    std::uint32_t longitude{};
    friend bool operator==(const Point&, const Point&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("latitude", m.latitude);
        fields.number("longitude", m.longitude);
    }
};
struct Disc {
    Point centre{};
    std::uint32_t radius_m{};
    friend bool operator==(const Disc&, const Disc&) = default;

    static void describe(auto& fields, auto& m) {
        Point::describe(fields, m.centre);
        fields.number("radius_m", m.radius_m);
    }
};
struct Box {
    Point upper_left{};
    Point lower_right{};
    friend bool operator==(const Box&, const Box&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("upper_left_latitude", m.upper_left.latitude);
        fields.number("upper_left_longitude", m.upper_left.longitude);
        fields.number("lower_right_latitude", m.lower_right.latitude);
        fields.number("lower_right_longitude", m.lower_right.longitude);
    }
};

/// A circle or rectangle.
template <class Shape>
struct Area {
    std::uint32_t area{};
    std::uint16_t flags{};  ///< see area_flag: hours and limit are sent only with their bits
    Shape shape{};
    Hours hours{};
    SpeedLimit limit{};
    Text name{};  ///< 2019 only
    friend bool operator==(const Area&, const Area&) = default;

    static void describe(auto& fields, auto& m, Layout layout) {
        fields.number("area", m.area);
        fields.bits("flags", m.flags);
        Shape::describe(fields, m.shape);
        if ((m.flags & area_flag::timed) != 0) Hours::describe(fields, m.hours);
        if ((m.flags & area_flag::speed) != 0) SpeedLimit::describe(fields, m.limit, layout);
        if (layout == Layout::v2019) fields.template text_after<std::uint16_t>("name", m.name);
    }
};
using Circle = Area<Disc>;
using Rectangle = Area<Box>;

/// The body of 0x8600 and 0x8602: what to do with these areas: 0 replace all, 1 add, 2 change.
template <class Shape>
struct AreaSetting {
    std::uint8_t action{};
    std::uint8_t total{};  ///< 2011 only: areas of all messages of this setting
    std::vector<Area<Shape>> areas{};
    friend bool operator==(const AreaSetting&, const AreaSetting&) = default;

    static void describe(auto& fields, auto& m, Layout layout) {
        fields.number("action", m.action);
        if (layout == Layout::v2011) fields.number("total", m.total);
        const auto n = fields.template count<std::uint8_t>("count", m.areas.size());
        fields.items("areas", m.areas, n, layout);
    }
};
/// 0x8600 and 0x8602.
template <std::uint16_t Id, class Shape>
struct SetAreas {
    static constexpr std::uint16_t id = Id;
    Layout layout = Layout::v2013;
    AreaSetting<Shape> setting{};
    friend bool operator==(const SetAreas&, const SetAreas&) = default;

    static void describe(auto& fields, auto& m) {
        AreaSetting<Shape>::describe(fields, m.setting, m.layout);
    }
};
using SetCircles = SetAreas<0x8600, Disc>;
using SetRectangles = SetAreas<0x8602, Box>;

/// The number of corners that follow. 2011 sends the number of all of them first, then in one byte
/// how many are in this message.
std::size_t count_of(auto& fields, auto& total, std::size_t size, Layout layout) {
    if (layout != Layout::v2011) return fields.template count<std::uint16_t>("count", size);
    fields.number("total", total);
    return fields.template count<std::uint8_t>("count", size);
}

/// A polygon. Its speed limit stands before its corners, the one at night behind them.
struct Polygon {
    std::uint32_t area{};
    std::uint16_t flags{};
    Hours hours{};
    SpeedLimit limit{};
    std::uint16_t total{};  ///< 2011 only: of all messages of this setting
    std::vector<Point> corners{};
    Text name{};  ///< 2019 only
    friend bool operator==(const Polygon&, const Polygon&) = default;

    static void describe(auto& fields, auto& m, Layout layout) {
        fields.number("area", m.area);
        fields.bits("flags", m.flags);
        const bool limited = (m.flags & area_flag::speed) != 0;
        if ((m.flags & area_flag::timed) != 0) Hours::describe(fields, m.hours);
        if (limited) SpeedLimit::describe(fields, m.limit, Layout::v2013);
        const auto n = count_of(fields, m.total, m.corners.size(), layout);
        fields.items("corners", m.corners, n);
        if (layout != Layout::v2019) return;
        if (limited) fields.number("highest_at_night_kmh", m.limit.highest_at_night_kmh);
        fields.template text_after<std::uint16_t>("name", m.name);
    }
};

/// How long a segment may take.
struct TravelTime {
    std::uint16_t longest_s{};
    std::uint16_t shortest_s{};
    friend bool operator==(const TravelTime&, const TravelTime&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("longest_s", m.longest_s);
        fields.number("shortest_s", m.shortest_s);
    }
};
/// A corner of a route and the segment that leads from it.
struct RoutePoint {
    std::uint32_t point{};
    std::uint32_t segment{};
    Point place{};
    std::uint8_t width_m{};
    std::uint8_t flags{};  ///< see segment_flag: times and limit are sent only with their bits
    TravelTime times{};
    SpeedLimit limit{};
    friend bool operator==(const RoutePoint&, const RoutePoint&) = default;

    static void describe(auto& fields, auto& m, Layout layout) {
        fields.number("point", m.point);
        fields.number("segment", m.segment);
        Point::describe(fields, m.place);
        fields.number("width_m", m.width_m);
        fields.bits("flags", m.flags);
        if ((m.flags & segment_flag::travel_time) != 0) TravelTime::describe(fields, m.times);
        if ((m.flags & segment_flag::speed) != 0) SpeedLimit::describe(fields, m.limit, layout);
    }
};
struct Route {
    std::uint32_t route{};
    std::uint16_t flags{};  ///< see area_flag
    Hours hours{};
    std::uint16_t total{};  ///< 2011 only: of all messages of this setting
    std::vector<RoutePoint> points{};
    Text name{};  ///< 2019 only
    friend bool operator==(const Route&, const Route&) = default;

    static void describe(auto& fields, auto& m, Layout layout) {
        fields.number("route", m.route);
        fields.bits("flags", m.flags);
        if ((m.flags & area_flag::timed) != 0) Hours::describe(fields, m.hours);
        const auto n = count_of(fields, m.total, m.points.size(), layout);
        fields.items("points", m.points, n, layout);
        if (layout == Layout::v2019) fields.template text_after<std::uint16_t>("name", m.name);
    }
};

/// 0x8604 (one polygon) and 0x8606 (one route).
template <std::uint16_t Id, class Shape>
struct SetShape {
    static constexpr std::uint16_t id = Id;
    Layout layout = Layout::v2013;
    Shape shape{};
    friend bool operator==(const SetShape&, const SetShape&) = default;

    static void describe(auto& fields, auto& m) { Shape::describe(fields, m.shape, m.layout); }
};
using SetPolygon = SetShape<0x8604, Polygon>;
using SetRoute = SetShape<0x8606, Route>;

/// 0x8601, 0x8603, 0x8605, 0x8607: forget these circles, rectangles, polygons, routes; none named
/// means all. At most 125.
template <std::uint16_t Id>
struct DeleteAreas {
    static constexpr std::uint16_t id = Id;
    std::vector<std::uint32_t> areas{};
    friend bool operator==(const DeleteAreas&, const DeleteAreas&) = default;

    static void describe(auto& fields, auto& m) {
        const auto n = fields.template count<std::uint8_t>("count", m.areas.size());
        fields.items("areas", m.areas, n);
    }
};
using DeleteCircles = DeleteAreas<0x8601>;
using DeleteRectangles = DeleteAreas<0x8603>;
using DeletePolygons = DeleteAreas<0x8605>;
using DeleteRoutes = DeleteAreas<0x8607>;

/// What 0x8608 and 0x0608 are about.
namespace area_kind {
inline constexpr std::uint8_t circle = 1;
inline constexpr std::uint8_t rectangle = 2;
inline constexpr std::uint8_t polygon = 3;
inline constexpr std::uint8_t route = 4;
}  // namespace area_kind

/// 0x8608 (2019): tell which areas you have; none named means all of the kind.
struct QueryAreas {
    static constexpr std::uint16_t id = 0x8608;
    std::uint8_t kind{};  ///< see area_kind
    std::vector<std::uint32_t> areas{};
    friend bool operator==(const QueryAreas&, const QueryAreas&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("kind", m.kind);
        const auto n = fields.template count<std::uint32_t>("count", m.areas.size());
        fields.items("areas", m.areas, n);
    }
};

/// The printed table of 0x0608 cannot be used. Terminals send circles and rectangles either one by
/// one or as whole bodies of 0x8600 and 0x8602; what fits neither is kept as it is.
enum class AreasReplyLayout : std::uint8_t { one_by_one, settings, other };

/// 0x0608 (2019): the areas or routes that were asked for, in the form of 2019.
struct AreasReply {
    static constexpr std::uint16_t id = 0x0608;
    AreasReplyLayout layout = AreasReplyLayout::one_by_one;
    std::uint8_t kind{};    ///< see area_kind
    std::uint32_t count{};  ///< for `other` only; else it follows from the lists
    std::vector<Circle> circles{};
    std::vector<AreaSetting<Disc>> circle_settings{};
    std::vector<Rectangle> rectangles{};
    std::vector<AreaSetting<Box>> rectangle_settings{};
    std::vector<Polygon> polygons{};
    std::vector<Route> routes{};
    Bytes other{};
    friend bool operator==(const AreasReply&, const AreasReply&) = default;

    static constexpr std::array<AreasReplyLayout, 3> layouts(Edition) {
        using enum AreasReplyLayout;
        return {one_by_one, settings, other};
    }
    static void describe(auto& fields, auto& m) {
        fields.number("kind", m.kind);
        if (m.layout == AreasReplyLayout::other) {
            fields.number("count", m.count);
            fields.bytes("other", m.other);
        } else if (m.layout == AreasReplyLayout::settings) {
            if (m.kind == area_kind::circle) list(fields, "settings", m.circle_settings);
            if (m.kind == area_kind::rectangle) list(fields, "settings", m.rectangle_settings);
        } else {
            if (m.kind == area_kind::circle) list(fields, "areas", m.circles);
            if (m.kind == area_kind::rectangle) list(fields, "areas", m.rectangles);
            if (m.kind == area_kind::polygon) list(fields, "areas", m.polygons);
            if (m.kind == area_kind::route) list(fields, "routes", m.routes);
        }
    }

private:
    static void list(auto& fields, std::string_view name, auto& shapes) {
        const auto n = fields.template count<std::uint32_t>("count", shapes.size());
        fields.items(name, shapes, n, Layout::v2019);
    }
};

}  // namespace liuhen::telematics::jtt808
