// What the operator reads of a terminal in doubt.
#pragma once

#include "server/store/device_faults.hpp"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>

namespace liuhen::server {

/// `+08:00` for 480.
std::string zone_text(std::chrono::minutes zone);

/// Bytes in hex, at most 64 of them, then `…`. The body of an authentication, which holds the code,
/// and of anything that is not sure to be something else is `*`.
std::string shown_bytes(std::span<const std::byte> bytes);

/// Register entry, faults, last place, `clock` when its times show another zone than the entered
/// one, and the known profiles by how much sense its frames make in each. `best` is the best of
/// them; `change` the request that sets it and the zone, absent when nothing would change. In a
/// lock's own protocol profiles make no difference, zones do.
nlohmann::json diagnosis_json(const store::TerminalRecord& record,
                              std::span<const telematics::Profile> profiles);

}  // namespace liuhen::server
