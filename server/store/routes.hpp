// SQL of approved routes: their versions, who approved them, and diversions.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "server/json/route_shape.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Who does it, and when by the server's clock.
struct RouteHand {
    std::string role, party, token, person;
    Instant at;
};

struct NewRoute {
    std::string id, name;
    std::string carrier;              ///< empty: open to every carrier
    std::string origin, destination;  ///< sites; both empty: not said
};
void insert_route(pqxx::work& db, const NewRoute& route);

struct NewVersion {
    std::string route, kind, source;
    RouteShape shape;
    Interval valid;
    std::vector<std::string> learnt_from;  ///< trips
};
/// Its number. The route's row must be held (`hold_route`).
int insert_version(pqxx::work& db, const NewVersion& version, const RouteHand& by);

/// Holds the route against other changes until the transaction ends; false: the caller sees none.
bool hold_route(pqxx::work& db, const std::string& route);
/// `proposed`, `approved` or `withdrawn`; nullopt: there is no such version.
std::optional<std::string> version_state(pqxx::work& db, const std::string& route, int version);
enum class RouteAct : std::uint8_t { approve, withdraw };
void decide_route(pqxx::work& db, const std::string& route, int version, RouteAct act,
                  const std::string& why, const RouteHand& by);

struct NewDiversion {
    std::string id, route, why;
    RouteShape shape;
    Instant from, until;
};
void insert_diversion(pqxx::work& db, const NewDiversion& diversion, const RouteHand& by);
/// False: no such diversion of the route, or it has ended already.
bool end_diversion(pqxx::work& db, const std::string& route, const std::string& diversion,
                   const std::string& why, const RouteHand& by);

/// What is counted against limits.
struct RouteCounts {
    int versions{};        ///< of the route
    int diversions{};      ///< of the route, not over yet
    int open_proposals{};  ///< of the party, not decided
};
RouteCounts count_routes(pqxx::work& db, const std::string& route, const std::string& party,
                         Instant now);

/// Metres from the lines to the site, 0 inside; nullopt: there is no such site.
std::optional<double> metres_to_site(pqxx::work& db, const RouteShape& shape,
                                     const std::string& site);

/// One version whole; nullopt when the caller sees none.
std::optional<nlohmann::json> show_version(pqxx::work& db, const std::string& route, int version);
/// The route with its versions (without lines) and its diversions of the last year.
std::optional<nlohmann::json> show_route(pqxx::work& db, const std::string& route, Instant now);
/// The legs of a manifest, each with the version that it is held against and the diversions that
/// were in force under way.
nlohmann::json routes_of_manifest(pqxx::work& db, const ManifestId& manifest);

}  // namespace liuhen::server::store
