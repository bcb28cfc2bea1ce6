// Restricted zones of the sites register that a route cuts.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <pqxx/transaction_base>

#include <string>
#include <vector>

namespace liuhen::server::store {

/// Names of the zones closed to hazardous loads (`geofence::SiteKind::restricted`) that are in
/// force at some time from `from` to `until` and that the route's line touches; at most 20, by
/// name.
std::vector<std::string> zones_cut(pqxx::transaction_base& db, const RouteId& route, Instant from,
                                   Instant until);

}  // namespace liuhen::server::store
