// Messages of JT/T 808 as JSON, whatever shows them: `liuhen decode` and stored documents.
#pragma once

#include "telematics/jtt808/messages.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace liuhen::server {

/// The fields of a body under the names of the standard, in its order. Bytes are hex, packed digits
/// digits, positions in degrees; what lies behind the last field is `unparsed`.
nlohmann::ordered_json message_json(const telematics::jtt808::Message& message);

/// "0x0701".
std::string hex_id(std::uint16_t message);
/// The catalogue's name of a message, or that of 0x0210, which is of no edition; "unknown".
std::string_view message_name(std::uint16_t message);

}  // namespace liuhen::server
