#include "manifest/calendar.hpp"

#include <cassert>

namespace liuhen::manifest {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

sys_days civil_day(Instant t) { return std::chrono::floor<days>(t + china_standard_time); }

Due due_on(const Calendar& calendar, sys_days start, sys_days day) {
    const auto year_of = [](sys_days d) {
        return static_cast<int>(std::chrono::year_month_day{d}.year());
    };
    Due due{.day = day, .until = Instant{day + days{1}} - china_standard_time};
    for (int year = year_of(start); year <= year_of(day); ++year) {
        if (!calendar.years.contains(year)) due.calendar_missing = true;
    }
    return due;
}

}  // namespace

bool Calendar::is_working(sys_days day) const {
    if (holidays.contains(day)) return false;
    if (workdays.contains(day)) return true;
    const std::chrono::weekday weekday{day};
    return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday;
}

Due working_days_after(const Calendar& calendar, Instant start, int count) {
    assert(count >= 1 && count <= 366);
    const auto first = civil_day(start);
    auto day = first;
    for (int left = count; left > 0;) {
        day += days{1};
        if (calendar.is_working(day)) --left;
    }
    return due_on(calendar, first, day);
}

Due calendar_days_after(const Calendar& calendar, Instant start, int count) {
    assert(count >= 1 && count <= 366);
    const auto first = civil_day(start);
    auto day = first + days{count};
    while (!calendar.is_working(day)) day += days{1};
    return due_on(calendar, first, day);
}

}  // namespace liuhen::manifest
