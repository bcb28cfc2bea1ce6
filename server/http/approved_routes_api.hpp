// Approved routes: drawn or proposed, approved, withdrawn, diverted; and which one a manifest has.
#pragma once

#include "server/http/message.hpp"
#include "server/json/fields.hpp"
#include "server/store/routes.hpp"

#include <pqxx/pqxx>

#include <string>

namespace liuhen::server::http {

/// A Feature of a long road is longer than other bodies may be.
inline constexpr std::size_t max_route_bytes = std::size_t{5} * 1024 * 1024;
inline constexpr std::size_t max_route_values = 500'000;  ///< of JSON in such a body
inline constexpr int max_route_versions = 200;
inline constexpr int max_route_diversions = 50;  ///< of a route, not over yet
inline constexpr int max_route_proposals = 20;   ///< of a carrier, not decided
inline constexpr double farthest_site_m = 500;   ///< from a route to the sites it leads between

Reply show_route(pqxx::work& db, const Call& call);
Reply add_route_version(pqxx::work& db, const Call& call);
Reply show_route_version(pqxx::work& db, const Call& call);
Reply approve_route_version(pqxx::work& db, const Call& call);
Reply withdraw_route_version(pqxx::work& db, const Call& call);
Reply add_route_diversion(pqxx::work& db, const Call& call);
Reply end_route_diversion(pqxx::work& db, const Call& call);
Reply learn_route(pqxx::work& db, const Call& call);
Reply manifest_routes(pqxx::work& db, const Call& call);

/// Who calls, as a route remembers it.
store::RouteHand route_hand(const Call& call);
/// Sites that the route leads between: both or none, each known and near the lines.
struct RouteEnds {
    std::string origin, destination;
};
RouteEnds read_route_ends(Fields& form, Need need = Need::optional);
/// The carrier of a new route: its own for a carrier, whoever is named, or nobody.
std::string read_route_carrier(Fields& form, const Call& call);
/// 409 when the caller has too many proposals, or the route too many versions; nullopt otherwise.
/// `route` is empty for a new one.
std::optional<Reply> too_many_routes(pqxx::work& db, const Call& call, const std::string& route);
/// 201 with the route as it now stands.
Reply route_made(pqxx::work& db, const Call& call, const std::string& route);

}  // namespace liuhen::server::http
