// What changed since a cursor.
#pragma once

#include "server/http/front.hpp"

namespace liuhen::server::http {

// changes_api.cpp
awaitable<Reply> read_changes(Front& front, Call call);

}  // namespace liuhen::server::http
