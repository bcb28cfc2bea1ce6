// The fields by which the operator says how a terminal is to be read.
#pragma once

#include "server/json/fields.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace liuhen::server::http {

struct TerminalForm {
    std::string profile;                            ///< one that is known; empty: not given
    std::optional<std::chrono::minutes> time_zone;  ///< east of Greenwich
    std::string datum;                              ///< wgs84, gcj02; empty: not given
};

/// Reads `profile`, `time_zone` (+08:00) and `datum`. A profile that nobody knows is the fault
/// UNKNOWN_PROFILE with the names that there are.
TerminalForm read_terminal_form(Fields& form);

}  // namespace liuhen::server::http
