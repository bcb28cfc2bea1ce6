// Prints of manifests.
#pragma once

#include "server/http/front.hpp"

namespace liuhen::server::http {

/// As whom a caller waits for prints: all of an organisation are one.
inline std::string who_prints(const Caller& caller) {
    return caller.party.empty() ? caller.token_id : caller.party.text;
}

awaitable<Reply> print_manifest(Front& front, Call call);

}  // namespace liuhen::server::http
