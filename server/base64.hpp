// Base64. On its way in it is strict: a text has one reading or none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace liuhen::server {

/// RFC 4648 section 4, with padding.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
/// RFC 4648 section 5, without padding, as JWTs are written.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace liuhen::server
