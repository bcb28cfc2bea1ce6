// What the header of a request says of its body.
#pragma once

#include "server/http/message.hpp"

#include <string>

namespace liuhen::server::http {

/// The value of a header before its parameters, in lower case.
std::string first_word(std::string value);

/// The body is in a coding (RFC 9110 section 8.4) that is not undone here.
bool is_packed(const Request& request);

/// POST and PUT: the body means something.
bool carries_body(const Request& request);

}  // namespace liuhen::server::http
