// Randomness, digests and the names made from them; a thin wrap around OpenSSL.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace liuhen::server {

/// `count` bytes from the system's generator. Throws std::runtime_error when it has none.
std::string random_bytes(std::size_t count);

/// SHA-256 as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

/// Base64 with `-` and `_` and without padding (RFC 4648 section 5).
std::string base64url(std::string_view bytes);

/// A random name (RFC 9562 version 4), lower case.
std::string uuid_v4();
/// A name that sorts by time of making (RFC 9562 version 7): milliseconds of `now`, then random.
std::string uuid_v7(Instant now);
/// True for 8-4-4-4-12 hex digits, either case.
bool is_uuid(std::string_view text);

/// A new opaque bearer token: "lh_" and 32 random bytes in base64url.
std::string new_token();
/// True when the text has the form that `new_token` makes; others need no look-up.
bool is_token_form(std::string_view text);

}  // namespace liuhen::server
