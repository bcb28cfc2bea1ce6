// Passwords in forms: their length is all that is asked of them, and no fault repeats them.
#pragma once

#include "server/json/fields.hpp"

#include <string>
#include <string_view>

namespace liuhen::server::http {

enum class Password : std::uint8_t {
    presented,  ///< to come in: any length up to the longest
    chosen,     ///< to be kept: 12 code points at least
};
/// The password of a required field; empty with a fault.
std::string read_password(Fields& form, std::string_view name, Password use);

}  // namespace liuhen::server::http
