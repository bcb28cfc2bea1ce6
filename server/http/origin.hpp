// Where people find this server.
#pragma once

#include "server/http/front.hpp"

#include <string>

namespace liuhen::server::http {

/// "https://liuhen.example": as configured, else as the request addressed it.
inline std::string origin_of(const Front& front, const Request& request) {
    return front.issuer.empty() ? "http://" + request.header("host") : front.issuer;
}

}  // namespace liuhen::server::http
