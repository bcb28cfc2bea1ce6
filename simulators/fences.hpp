// The areas and routes that a terminal was told to watch.
#pragma once

#include "telematics/jtt808/areas.hpp"

#include <cstdint>
#include <map>

namespace liuhen::simulators {

class Fences {
public:
    void take(const telematics::jtt808::SetCircles& order);
    void take(const telematics::jtt808::SetRectangles& order);
    void take(const telematics::jtt808::SetPolygon& order);
    void take(const telematics::jtt808::SetRoute& order);
    void take(const telematics::jtt808::DeleteCircles& order);
    void take(const telematics::jtt808::DeleteRectangles& order);
    void take(const telematics::jtt808::DeletePolygons& order);
    void take(const telematics::jtt808::DeleteRoutes& order);

    /// Those of a kind that are asked for; one that is not there is left out.
    [[nodiscard]] telematics::jtt808::AreasReply tell(
        const telematics::jtt808::QueryAreas& query) const;

    using Number = std::uint32_t;
    [[nodiscard]] const std::map<Number, telematics::jtt808::Circle>& circles() const {
        return circles_;
    }
    [[nodiscard]] const std::map<Number, telematics::jtt808::Rectangle>& rectangles() const {
        return rectangles_;
    }
    [[nodiscard]] const std::map<Number, telematics::jtt808::Polygon>& polygons() const {
        return polygons_;
    }
    [[nodiscard]] const std::map<Number, telematics::jtt808::Route>& routes() const {
        return routes_;
    }

private:
    std::map<Number, telematics::jtt808::Circle> circles_;
    std::map<Number, telematics::jtt808::Rectangle> rectangles_;
    std::map<Number, telematics::jtt808::Polygon> polygons_;
    std::map<Number, telematics::jtt808::Route> routes_;
};

}  // namespace liuhen::simulators
