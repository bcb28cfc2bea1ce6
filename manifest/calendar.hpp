// Working days and due times, counted on China's civil calendar and kept as UTC.
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <set>

namespace liuhen::manifest {

/// Days that differ from Monday-to-Friday, as announced for each year. `years` are those whose
/// announcement is loaded.
struct Calendar {
    std::set<std::chrono::sys_days> holidays;
    std::set<std::chrono::sys_days> workdays;  ///< made up for: Saturdays and Sundays at work
    std::set<int> years;

    [[nodiscard]] bool is_working(std::chrono::sys_days day) const;
};

/// The end of a time limit.
struct Due {
    std::chrono::sys_days day;      ///< civil date in China
    Instant until;                  ///< 24:00 of that day in China
    bool calendar_missing = false;  ///< a year on the way is not loaded: weekends only were counted
    friend bool operator==(const Due&, const Due&) = default;
};

/// The `days`th working day after the civil day of `start`, which is not counted.
/// Precondition: 1 <= days <= 366.
Due working_days_after(const Calendar& calendar, Instant start, int days);

/// `days` civil days after that of `start`; when that is no working day, the next one.
Due calendar_days_after(const Calendar& calendar, Instant start, int days);

}  // namespace liuhen::manifest
