// SQL of the holiday calendars.
#pragma once

#include "manifest/calendar.hpp"
#include "server/store/waste_lists.hpp"

#include <cstdint>
#include <map>

namespace liuhen::server::store {

/// All days known that differ from Monday to Friday, and the number of the last change of any.
struct CalendarNow {
    manifest::Calendar calendar;
    std::int64_t revision = 0;  ///< 0: none was ever imported
};
CalendarNow read_calendar(pqxx::transaction_base& db);

enum class DayKind : std::uint8_t { holiday, workday };
std::string_view code(DayKind kind);  ///< "holiday", "workday"
/// "holiday", "workday" and "make-up workday".
std::optional<DayKind> day_kind_from_code(std::string_view code);
/// What a year's announcement says, day by day.
using YearDays = std::map<std::chrono::sys_days, DayKind>;

/// Replaces one year as a whole. Precondition: every day is of `year`, 2000 to 2200.
Imported import_calendar(pqxx::transaction_base& db, int year, const YearDays& days,
                         const Origin& origin);
/// A year as shown; nullopt when it is not imported.
std::optional<nlohmann::json> find_calendar(pqxx::transaction_base& db, int year);

}  // namespace liuhen::server::store
