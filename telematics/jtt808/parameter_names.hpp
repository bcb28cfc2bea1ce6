// Parameters as people name and write them; reading what a terminal sends needs no more than
// params.hpp.
#pragma once

#include "telematics/jtt808/params.hpp"

#include <cstddef>
#include <string_view>

namespace liuhen::telematics::jtt808 {

/// What the standard's table says of a parameter by its name ("heartbeat_s"); nullptr when there is
/// no such name.
const ParameterKind* find_parameter_named(std::string_view name);

/// Bytes of a parameter that is a number, as the standard has it: 1, 2 or 4.
std::size_t number_width(std::uint32_t id);

}  // namespace liuhen::telematics::jtt808
