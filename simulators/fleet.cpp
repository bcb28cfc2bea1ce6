#include "simulators/fleet.hpp"

#include "simulators/model.hpp"
#include "simulators/registers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace liuhen::simulators {
namespace {

constexpr Duration bound_before = std::chrono::hours{24};

json position(LatLon where) { return json::array({where.lon, where.lat}); }

json shape_of(const SitePlan& site) {
    if (site.centre) return {{"type", "Point"}, {"coordinates", position(*site.centre)}};
    json ring = json::array();
    for (const LatLon corner : site.area) ring.push_back(position(corner));
    if (site.area.front() != site.area.back()) ring.push_back(position(site.area.front()));
    return {{"type", "Polygon"}, {"coordinates", json::array({ring})}};
}

json line_of(const Path& path) {
    json line = json::array();
    for (const LatLon where : path) line.push_back(position(where));
    return line;
}

json shape_of(const RoutePlan& route) {
    if (route.also.empty()) return {{"type", "LineString"}, {"coordinates", line_of(route.line)}};
    json lines = json::array({line_of(route.line)});
    for (const Path& path : route.also) lines.push_back(line_of(path));
    return {{"type", "MultiLineString"}, {"coordinates", lines}};
}

std::string zone_text(std::chrono::minutes zone) {
    const auto minutes = std::abs(zone.count());
    return fmt::format("{}{:02}:{:02}", zone.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/// What one list of the server already holds, by one of its fields.
using Known = std::map<std::string, std::string>;

awaitable<Known> known(Api api, std::string target, std::string field) {
    Known found;
    const auto items = co_await api.list(std::move(target));
    for (const json& item : items) {
        if (item.contains(field) && item[field].is_string()) {
            found.emplace(item[field].get<std::string>(), item.at("id").get<std::string>());
        }
    }
    co_return found;
}

/// The id of `name` in `found`, or of what `body` makes.
awaitable<std::string> find_or_make(Api api, std::string target, const Known& found,
                                    std::string name, json body) {
    const auto there = found.find(name);
    if (there != found.end()) co_return there->second;
    const json made = co_await api.post(std::move(target), std::move(body), fresh_key());
    co_return made.at("id").get<std::string>();
}

class Clerk {
public:
    Clerk(const Scenario& scenario, const Endpoints& endpoints, Instant now, Instant bound_since)
        : scenario_{scenario},
          endpoints_{endpoints},
          now_{now},
          since_{to_iso(bound_since)},
          desk_{endpoints.http, endpoints.tokens.at("operator")} {}

    awaitable<Fleet> enlist() {
        co_await parties();
        co_await places();
        co_await vehicles();
        co_await devices();
        co_await bindings();
        co_await tokens();
        co_await enter_papers(scenario_, fleet_, desk_, now_);
        co_return std::move(fleet_);
    }

private:
    awaitable<void> parties() {
        const Known found = co_await known(desk_, "/v1/parties", "uscc");
        for (const PartyPlan& party : scenario_.parties) {
            json body{{"name", party.name},
                      {"uscc", party.uscc},
                      {"roles", json::array({party.role})},
                      {"division", party.division}};
            fleet_.parties[party.key] =
                co_await find_or_make(desk_, "/v1/parties", found, party.uscc, std::move(body));
        }
    }

    awaitable<void> places() {
        const Known sites = co_await known(desk_, "/v1/sites", "name");
        for (const SitePlan& site : scenario_.sites) {
            json body{{"name", site.name}, {"kind", site.kind}, {"geometry", shape_of(site)}};
            if (site.centre) body["radius_m"] = site.radius.value;
            if (!site.party.empty()) body["party"] = fleet_.parties.at(site.party);
            fleet_.sites[site.key] =
                co_await find_or_make(desk_, "/v1/sites", sites, site.name, std::move(body));
        }
        const Known routes = co_await known(desk_, "/v1/routes", "name");
        for (const RoutePlan& route : scenario_.routes) {
            json body{{"name", route.name},
                      {"geometry", shape_of(route)},
                      {"width_m", route.width.value}};
            fleet_.routes[route.key] =
                co_await find_or_make(desk_, "/v1/routes", routes, route.name, std::move(body));
        }
    }

    awaitable<void> vehicles() {
        const Known found = co_await known(desk_, "/v1/vehicles", "plate");
        for (const TruckPlan& truck : scenario_.trucks) {
            json body{{"plate", truck.plate},
                      {"plate_colour", 2},
                      {"carrier", fleet_.parties.at(truck.carrier)}};
            fleet_.trucks[truck.key].vehicle =
                co_await find_or_make(desk_, "/v1/vehicles", found, truck.plate, std::move(body));
        }
    }

    awaitable<void> devices() {
        const Known terminals = co_await known(desk_, "/v1/terminals", "number");
        const Known locks = co_await known(desk_, "/v1/locks", "number");
        for (const TruckPlan& truck : scenario_.trucks) {
            Enlisted& enlisted = fleet_.trucks[truck.key];
            const Model& model = *find_model(truck.model);
            json terminal{{"number", truck.terminal},
                          {"protocol", "jt808"},
                          {"profile", model.name},
                          {"time_zone", zone_text(model.zone)},
                          {"datum", model.datum == telematics::Datum::gcj02 ? "gcj02" : "wgs84"}};
            enlisted.terminal = co_await find_or_make(desk_, "/v1/terminals", terminals,
                                                      truck.terminal, std::move(terminal));
            if (truck.lock.empty()) continue;
            std::string speaks = enlisted.terminal;
            if (truck.lock != truck.terminal) {
                json line{{"number", truck.lock}, {"protocol", "jt701"}, {"time_zone", "+00:00"}};
                speaks = co_await find_or_make(desk_, "/v1/terminals", terminals, truck.lock,
                                               std::move(line));
            }
            json lock{{"number", truck.lock}, {"terminal", speaks}};
            enlisted.lock =
                co_await find_or_make(desk_, "/v1/locks", locks, truck.lock, std::move(lock));
        }
    }

    awaitable<void> bind(std::string vehicle, std::string device, std::string id) {
        json body{{"vehicle", vehicle}, {device, id}, {"from", since_}};
        co_await desk_.post("/v1/bindings", std::move(body), fresh_key());
    }

    awaitable<void> bindings() {
        const Known terminals = co_await known(desk_, "/v1/bindings", "terminal");
        const Known locks = co_await known(desk_, "/v1/bindings", "lock");
        for (const auto& [key, enlisted] : fleet_.trucks) {
            if (!terminals.contains(enlisted.terminal)) {
                co_await bind(enlisted.vehicle, "terminal", enlisted.terminal);
            }
            if (!enlisted.lock.empty() && !locks.contains(enlisted.lock)) {
                co_await bind(enlisted.vehicle, "lock", enlisted.lock);
            }
        }
    }

    awaitable<Api> token(std::string role, std::string party, std::string person) {
        json body{{"role", role}, {"label", "simulation"}};
        if (!party.empty()) body["party"] = party;
        if (!person.empty()) body["person"] = person;
        const json made = co_await desk_.post("/v1/tokens", std::move(body), fresh_key());
        fleet_.tokens.push_back(made.at("id").get<std::string>());
        co_return Api{endpoints_.http, made.at("token").get<std::string>()};
    }

    awaitable<void> tokens() {
        for (const PartyPlan& party : scenario_.parties) {
            auto api = co_await token(party.role, fleet_.parties.at(party.key), "");
            fleet_.desks.emplace(party.key, std::move(api));
        }
        for (const TruckPlan& truck : scenario_.trucks) {
            auto api = co_await token("driver", fleet_.parties.at(truck.carrier), truck.driver);
            fleet_.drivers.emplace(truck.key, std::move(api));
        }
        fleet_.police = co_await token("police", "", "");
    }

    const Scenario& scenario_;
    const Endpoints& endpoints_;
    Instant now_;
    std::string since_;
    Api desk_;
    Fleet fleet_;
};

}  // namespace

awaitable<Fleet> enlist(const Scenario& scenario, const Endpoints& endpoints, Instant now,
                        std::optional<Instant> bound_since) {
    Clerk clerk{scenario, endpoints, now, bound_since.value_or(now - bound_before)};
    co_return co_await clerk.enlist();
}

awaitable<void> revoke(const Fleet& fleet, const Endpoints& endpoints) {
    const Api desk{endpoints.http, endpoints.tokens.at("operator")};
    for (const std::string& id : fleet.tokens) co_await desk.remove("/v1/tokens/" + id);
}

}  // namespace liuhen::simulators
