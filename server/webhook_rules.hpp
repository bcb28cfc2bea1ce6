// What becomes of a message after a try, and when the next one is. Pure.
#pragma once

#include "base/time.hpp"
#include "server/outbound/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace liuhen::server::webhook {

enum class Fate : std::uint8_t {
    delivered,  ///< 2xx
    retry,      ///< the same message again, later; what comes after it waits
    dead,       ///< refused for good: laid aside, and the next one is sent
    gone,       ///< 410: nothing is sent any more
};
/// "delivered"
std::string_view code(Fate fate);

/// A try and those before it.
struct Standing {
    int attempt = 1;        ///< of this message, this one counted
    Instant first_at;       ///< when it was tried first
    Instant failing_since;  ///< since when the target took nothing
    Instant now;
};

inline constexpr int refusals_at_most = 10;           ///< of a message, by statuses that will stay
inline constexpr std::chrono::hours refused_for{24};  ///< by those that may pass: 5xx, 408, 429
inline constexpr std::chrono::days failing_for{3};    ///< then the webhook is disabled
inline constexpr int failing_attempts = 20;           ///< but after so many tries at least
inline constexpr std::chrono::seconds shortest_pause{5};
inline constexpr std::chrono::minutes longest_pause{15};
inline constexpr std::chrono::hours longest_asked_pause{1};  ///< by Retry-After

/// A target that cannot be reached keeps every message, whatever time passes: only one that answers
/// can refuse.
Fate fate_of(const OutboundAnswer& answer, const Standing& standing);

/// Doubles from the shortest pause to the longest, shortened by up to half by `chance` (0 .. 1) so
/// that not all come back at once; not before what the target asks for.
std::chrono::milliseconds pause_after(const OutboundAnswer& answer, int attempt, double chance);

/// True when the target took nothing for so long that nobody seems to look after it.
bool has_failed_too_long(const Standing& standing);

}  // namespace liuhen::server::webhook
