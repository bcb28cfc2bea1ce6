// From a request to its answer: route, caller, limits, transaction, follow-ups. No Beast here.
#pragma once

#include "server/http/front.hpp"

namespace liuhen::server::http {

/// Answers one request; never throws. Counts it by route and status.
awaitable<Reply> answer(Front& front, Request request);

}  // namespace liuhen::server::http
