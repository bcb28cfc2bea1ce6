// From a request to its answer: route, caller, limits, transaction, follow-ups. No Beast here.
#pragma once

#include "server/http/front.hpp"

namespace liuhen::server::http {

struct Route;

/// Answers one request; never throws. Counts it by route and status.
awaitable<Reply> answer(Front& front, Request request);

/// One of several requests that came as one: in a transaction of its own, with its follow-ups and
/// its own Idempotency-Key. Its caller was let in before. `route` lies in constant memory.
awaitable<Reply> answer_part(Front& front, const Route& route, Call call);

}  // namespace liuhen::server::http
