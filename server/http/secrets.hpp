// What a handler does that must keep a secret, when the server was given no key for it.
#pragma once

#include "server/http/message.hpp"

namespace liuhen::server::http {

/// Whether secrets can be sealed and opened at all.
[[nodiscard]] bool has_secret_key(const Call& call);
/// 503 SECRET_KEY_MISSING.
Reply no_secret_key();

}  // namespace liuhen::server::http
