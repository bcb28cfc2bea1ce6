// Bodies and headers of OAuth: forms, and names with secrets in the Basic scheme.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace liuhen::server::http {

inline constexpr std::size_t max_form_bytes = 8 * 1024;

/// application/x-www-form-urlencoded. Nullopt: too long, broken escapes, a name that comes twice.
std::optional<std::map<std::string, std::string>> parse_form(std::string_view body);

/// Name and secret of `Authorization: Basic …` (RFC 7617); nullopt when it is none.
std::optional<std::pair<std::string, std::string>> basic_credentials(std::string_view header);

}  // namespace liuhen::server::http
