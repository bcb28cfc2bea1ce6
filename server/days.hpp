// Civil days as people and PostgreSQL write them: 2026-03-01.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::server {

/// Nullopt when the text is not YYYY-MM-DD or there is no such day; years 1970 to 9999.
std::optional<std::chrono::sys_days> parse_day(std::string_view text);
std::string to_text(std::chrono::sys_days day);

}  // namespace liuhen::server
