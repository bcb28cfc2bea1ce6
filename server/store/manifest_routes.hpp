// Routes of manifests that terminals watch themselves: where they come from, and their end.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

#include <pqxx/transaction>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// The approved route of a manifest as stored: the version in force at `at`, or the last one.
struct ApprovedRoute {
    std::string lines;  ///< coordinates of a GeoJSON MultiLineString
    Metres half_width;  ///< the greatest along it
};
std::optional<ApprovedRoute> find_route(pqxx::transaction_base& db, const RouteId& route,
                                        Instant at);

/// The route that the running leg of a manifest is watched by; empty: none.
RouteId route_of_trip(pqxx::transaction_base& db, const ManifestId& manifest);

/// The vehicle that a terminal was on; empty: none.
VehicleId vehicle_of(pqxx::transaction_base& db, const std::string& terminal, Instant at);

/// A route that was given for a manifest which is over, or has gone to another vehicle, is taken
/// back: not said any more, and deleted where it was said. Of one manifest, or of all of the last
/// sixty days. The terminals that have something to be told now.
std::vector<TerminalId> end_manifest_routes(pqxx::work& db,
                                            const std::optional<ManifestId>& manifest, Instant now);

}  // namespace liuhen::server::store
