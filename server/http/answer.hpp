// From a request to its answer: route, caller, limits, transaction, follow-ups. No Beast here.
#pragma once

#include "server/http/front.hpp"

namespace liuhen::server::http {

/// Answers one request; never throws. Counts it by route and status.
awaitable<Reply> answer(Front& front, Request request);

/// Finds the caller of a token that was valid a moment ago: for streams that outlive a request.
awaitable<std::optional<Caller>> find_caller(Front& front, std::string token);

}  // namespace liuhen::server::http
