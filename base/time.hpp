// Instants and intervals, and their only text form: ISO 8601.
#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen {

/// A moment in UTC to the millisecond.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// Half-open: `from` belongs to it, `until` does not; an empty bound means "without end".
struct Interval {
    std::optional<Instant> from;
    std::optional<Instant> until;
    [[nodiscard]] bool contains(Instant t) const {
        return (!from || *from <= t) && (!until || t < *until);
    }
    friend auto operator<=>(const Interval&, const Interval&) = default;
};

/// `2026-11-21T14:00:05Z`; milliseconds are written only when they are not zero.
std::string to_iso(Instant t);

/// Reads `YYYY-MM-DD(T| )hh:mm:ss[.fff](Z|±hh[:mm])`. A text without a zone is refused:
/// nullopt, as for any other fault. Years 1970 to 9999.
std::optional<Instant> parse_iso(std::string_view text);

/// The instant of a wall clock that stands `zone` east of Greenwich. Nullopt when the date or
/// the time of day does not exist.
std::optional<Instant> from_civil(int year, int month, int day, int hour, int minute, int second,
                                  std::chrono::minutes zone);

inline constexpr std::chrono::minutes china_standard_time{8 * 60};

/// Seconds from `a` to `b` as a number; negative when `b` is earlier.
constexpr double seconds_between(Instant a, Instant b) {
    return std::chrono::duration<double>(b - a).count();
}

}  // namespace liuhen
