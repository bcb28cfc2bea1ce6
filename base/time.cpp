#include "base/time.hpp"

#include <array>
#include <cstdio>

namespace liuhen {
namespace {

// Takes exactly `digits` decimal digits from the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

// `.f`, `.ff`, … as milliseconds; digits beyond the third are read and dropped.
std::optional<Duration> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return Duration{0};
    int value = 0;
    int digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
        if (digits < 3) value = value * 10 + (text.front() - '0');
        text.remove_prefix(1);
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    for (; digits < 3; ++digits) value *= 10;
    return Duration{value};
}

std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return std::chrono::minutes{0};
    const bool west = !text.empty() && text.front() == '-';
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 14) return std::nullopt;
    int minutes = 0;
    if (!text.empty()) {
        take(text, ':');
        const auto given = take_number(text, 2);
        if (!given || *given > 59) return std::nullopt;
        minutes = *given;
    }
    const std::chrono::minutes zone{*hours * 60 + minutes};
    return west ? -zone : zone;
}

}  // namespace

std::string to_iso(Instant t) {
    using namespace std::chrono;
    const auto day = floor<days>(t);
    const year_month_day date{day};
    const hh_mm_ss clock{t - day};
    std::array<char, 48> text{};
    const int millis = static_cast<int>(clock.subseconds().count());
    const int year = static_cast<int>(date.year());
    const auto month = static_cast<unsigned>(date.month());
    const auto day_of_month = static_cast<unsigned>(date.day());
    const int hour = static_cast<int>(clock.hours().count());
    const int minute = static_cast<int>(clock.minutes().count());
    const int second = static_cast<int>(clock.seconds().count());
    const int length =
        millis == 0 ? std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                                    year, month, day_of_month, hour, minute, second)
                    : std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                                    year, month, day_of_month, hour, minute, second, millis);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<Instant> parse_iso(std::string_view text) {
    const auto year = take_number(text, 4);
    if (!year || *year < 1970 || !take(text, '-')) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day || !(take(text, 'T') || take(text, ' '))) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto zone = take_zone(text);
    if (!zone || !text.empty()) return std::nullopt;
    const auto whole = from_civil(*year, *month, *day, *hour, *minute, *second, *zone);
    if (!whole) return std::nullopt;
    return *whole + *fraction;
}

std::optional<Instant> from_civil(int year, int month, int day, int hour, int minute, int second,
                                  std::chrono::minutes zone) {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year{year},
                              std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    const bool clock_ok =
        hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
    if (!date.ok() || !clock_ok) return std::nullopt;
    return sys_days{date} + hours{hour} + minutes{minute} + seconds{second} - zone;
}

}  // namespace liuhen
