// The body of a request as JSON, and JSON as the body of an answer.
#pragma once

#include "base/result.hpp"
#include "server/http/message.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace liuhen::server::http {

/// The JSON object of a body; no body at all is an empty object. The other side is a 400.
Result<nlohmann::json, Reply> read_body(const Request& request);

/// 200, or another status, with a document. Text that is not UTF-8 is replaced, never thrown at.
Reply json_reply(const nlohmann::json& document, unsigned status = 200);

}  // namespace liuhen::server::http
