// Keyed digests.
#pragma once

#include <string>
#include <string_view>

namespace liuhen::server {

/// HMAC-SHA-256 (RFC 2104): 32 bytes. Throws std::runtime_error when OpenSSL cannot.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace liuhen::server
