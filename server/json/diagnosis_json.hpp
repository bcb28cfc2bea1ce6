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

/// Register entry, faults, last place, and the known profiles by how much sense its frames make in
/// each. `profile` is the best; `change` the request that sets it, absent when nothing would change
/// or a lock's own protocol is spoken, in which profiles make no difference.
nlohmann::json diagnosis_json(const store::TerminalRecord& record,
                              std::span<const telematics::Profile> profiles);

}  // namespace liuhen::server
