// What `liuhen decode` says of a piece that cannot be read.
#pragma once

#include "telematics/turn.hpp"

#include <string_view>

namespace liuhen::server::tools {

/// The `detail` beside a fault's code: one clause in English.
std::string_view explain(telematics::Fault fault);

}  // namespace liuhen::server::tools
