#include "server/http/manifest_route.hpp"

#include "server/device_route.hpp"
#include "server/json/fields.hpp"
#include "server/store/manifest_routes.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <cmath>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

// Lines of which each begins where the one before ended, as one; empty when there is a gap.
Path one_line(const json& lines) {
    Path line;
    for (const json& piece : lines) {
        for (const json& corner : piece) {
            const LatLon place{corner.at(1).get<double>(), corner.at(0).get<double>()};
            const bool first = &corner == &piece.front();
            if (first && !line.empty() && line.back() != place) return {};
            if (line.empty() || line.back() != place) line.push_back(place);
        }
    }
    return line;
}

json points_of(const DeviceRoute& route) {
    constexpr double micro = 1e6;
    const auto rounded = [](double degrees) { return std::round(degrees * micro) / micro; };
    json points = json::array();
    for (const LatLon corner : route.points) {
        points.push_back(
            {{"at", {rounded(corner.lon), rounded(corner.lat)}}, {"width_m", route.width_m}});
    }
    return points;
}

}  // namespace

Result<json, Faults> manifest_route_command(pqxx::work& db, const Call& call,
                                            const std::string& terminal, const json& asked) {
    Faults faults;
    Fields form{asked, "", faults};
    const ManifestId id{form.uuid("manifest", Need::required)};
    form.finish();
    if (!faults.empty()) return fail(std::move(faults));
    const auto refused = [](std::string_view code) {
        return fail(Faults{fault(code, "/manifest")});
    };
    const auto manifest = store::find_manifest(db, id);
    if (!manifest) return refused("UNKNOWN_REFERENCE");
    const auto* const leg = manifest::current_leg(*manifest);
    const RouteId route_id = leg == nullptr       ? RouteId{}
                             : leg->route.empty() ? store::route_of_trip(db, id)
                                                  : leg->route;
    const auto stored = store::find_route(db, route_id, call.now);
    if (!stored) return refused("NO_ROUTE");
    if (leg->vehicle.empty() || leg->vehicle != store::vehicle_of(db, terminal, call.now))
        return refused("OTHER_VEHICLE");
    const Path line = one_line(json::parse(stored->lines));
    if (line.size() < 2) return refused("ROUTE_IN_PIECES");
    const DeviceRoute route = make_device_route(line, stored->half_width);
    json command{{"manifest", id.text},
                 {"route", device_route_number(id)},
                 {"points", points_of(route)},
                 {"tell_driver_on_exit", true},
                 {"tell_platform_on_exit", true}};
    if (!manifest->no.empty()) command["name"] = manifest->no;
    return command;
}

}  // namespace liuhen::server::http
