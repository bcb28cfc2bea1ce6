// Where people find this server.
#pragma once

#include "server/http/front.hpp"

#include <string>
#include <string_view>

namespace liuhen::server::http {

/// Whether it is the name or address of a host, perhaps with a port (RFC 3986 section 3.2.2,
/// without percent-encoded names and users).
bool is_host(std::string_view text);

/// "https://liuhen.example": as configured, else as the request addressed it.
inline std::string origin_of(const Front& front, const Request& request) {
    if (!front.issuer.empty()) return front.issuer;
    return (request.over_tls ? "https://" : "http://") + request.header("host");
}

}  // namespace liuhen::server::http
