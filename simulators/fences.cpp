#include "simulators/fences.hpp"

#include <algorithm>
#include <vector>

namespace liuhen::simulators {
namespace {

using namespace telematics::jtt808;

template <class Shape>
using Kept = std::map<Fences::Number, Shape>;

template <class Shape, class Setting>
void keep(Kept<Shape>& kept, const Setting& setting) {
    constexpr std::uint8_t replace = 0;
    if (setting.action == replace) kept.clear();
    for (const Shape& one : setting.areas) kept[one.area] = one;
}

template <class Shape>
void forget(Kept<Shape>& kept, const std::vector<Fences::Number>& numbers) {
    if (numbers.empty()) kept.clear();
    for (const Fences::Number one : numbers) kept.erase(one);
}

template <class Shape>
std::vector<Shape> those(const Kept<Shape>& kept, const std::vector<Fences::Number>& numbers) {
    std::vector<Shape> found;
    for (const auto& [number, shape] : kept) {
        const bool is_asked = numbers.empty() || std::ranges::count(numbers, number) > 0;
        if (is_asked) found.push_back(shape);
    }
    return found;
}

}  // namespace

void Fences::take(const SetCircles& order) { keep(circles_, order.setting); }
void Fences::take(const SetRectangles& order) { keep(rectangles_, order.setting); }
void Fences::take(const SetPolygon& order) { polygons_[order.shape.area] = order.shape; }
void Fences::take(const SetRoute& order) { routes_[order.shape.route] = order.shape; }
void Fences::take(const DeleteCircles& order) { forget(circles_, order.areas); }
void Fences::take(const DeleteRectangles& order) { forget(rectangles_, order.areas); }
void Fences::take(const DeletePolygons& order) { forget(polygons_, order.areas); }
void Fences::take(const DeleteRoutes& order) { forget(routes_, order.areas); }

AreasReply Fences::tell(const QueryAreas& query) const {
    AreasReply reply;
    reply.kind = query.kind;
    if (query.kind == area_kind::circle) reply.circles = those(circles_, query.areas);
    if (query.kind == area_kind::rectangle) reply.rectangles = those(rectangles_, query.areas);
    if (query.kind == area_kind::polygon) reply.polygons = those(polygons_, query.areas);
    if (query.kind == area_kind::route) reply.routes = those(routes_, query.areas);
    return reply;
}

}  // namespace liuhen::simulators
