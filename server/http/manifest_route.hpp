// The order that makes a terminal watch the approved route of its manifest.
#pragma once

#include "base/result.hpp"
#include "server/http/message.hpp"
#include "server/json/fault.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction>

#include <string>
#include <string_view>

namespace liuhen::server::http {

inline constexpr std::string_view manifest_route_kind = "manifest_route";

/// From `{"manifest": id}` the command that is stored and said: the approved route of the manifest,
/// drawn with few points (device_route.hpp). Faults: no such manifest, no route, a route in pieces,
/// a terminal on another vehicle.
Result<nlohmann::json, Faults> manifest_route_command(pqxx::work& db, const Call& call,
                                                      const std::string& terminal,
                                                      const nlohmann::json& asked);

}  // namespace liuhen::server::http
