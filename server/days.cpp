#include "server/days.hpp"

#include "base/time.hpp"

namespace liuhen::server {

std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
    constexpr std::size_t written = 10;
    if (text.size() != written) return std::nullopt;
    const auto midnight = parse_iso(std::string{text} + "T00:00:00Z");
    if (!midnight) return std::nullopt;
    return std::chrono::floor<std::chrono::days>(*midnight);
}

std::string to_text(std::chrono::sys_days day) {
    const auto midnight = to_iso(Instant{day});
    return midnight.substr(0, midnight.find('T'));
}

}  // namespace liuhen::server
