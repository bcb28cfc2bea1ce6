// Prints of manifests.
#pragma once

#include "server/http/front.hpp"

namespace liuhen::server::http {

awaitable<Reply> print_manifest(Front& front, Call call);

}  // namespace liuhen::server::http
