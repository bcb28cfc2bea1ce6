#include "manifest/calendar.hpp"

#include "tests/unit/manifest/vector_rows.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace liuhen;
using namespace liuhen::manifest;
using namespace std::chrono_literals;

namespace {

std::chrono::sys_days day(const std::string& text) {
    return std::chrono::floor<std::chrono::days>(*parse_iso(text + "T00:00:00Z"));
}
Instant in_china(const std::string& text) { return *parse_iso(text + "+08:00"); }

}  // namespace

TEST_CASE("due days of the shared vectors come out under the shared calendar") {
    const auto days = test::shared_rows("data/vectors/calendar_2025_sample.csv");
    const auto rows = test::shared_rows("data/vectors/deadlines.csv");
    if (!days || !rows) return;
    Calendar calendar{.holidays = {}, .workdays = {}, .years = {2025}};
    for (auto row : *days) {
        auto& set = row["kind"] == "holiday" ? calendar.holidays : calendar.workdays;
        set.insert(day(row["date"]));
    }
    for (auto row : *rows) {
        INFO(row["what"] << " from " << row["start_date"]);
        const auto start = in_china(row["start_date"] + "T15:00:00");
        const int count = std::stoi(row["days"]);
        const auto due = row["unit"] == "working" ? working_days_after(calendar, start, count)
                                                  : calendar_days_after(calendar, start, count);
        CHECK(due.day == day(row["due_date"]));
        CHECK_FALSE(due.calendar_missing);
    }
}

TEST_CASE("a limit ends at midnight in China") {
    const auto due = working_days_after({}, in_china("2026-11-16T09:00:00"), 5);
    CHECK(due.day == day("2026-11-23"));
    CHECK(due.until == in_china("2026-11-24T00:00:00"));
}

TEST_CASE("the day a limit starts on is China's, not Greenwich's") {
    const auto evening = *parse_iso("2026-11-15T23:00:00Z");  // Monday morning in China
    CHECK(working_days_after({}, evening, 1).day == day("2026-11-17"));
}

TEST_CASE("a made-up Sunday counts and a holiday Monday does not") {
    const Calendar calendar{
        .holidays = {day("2026-11-16")}, .workdays = {day("2026-11-15")}, .years = {2026}};
    CHECK(working_days_after(calendar, in_china("2026-11-13T09:00:00"), 1).day ==
          day("2026-11-15"));
    CHECK(working_days_after(calendar, in_china("2026-11-13T09:00:00"), 2).day ==
          day("2026-11-17"));
}

TEST_CASE("a year whose calendar is not loaded is said, not hidden") {
    const Calendar only_2026{.holidays = {}, .workdays = {}, .years = {2026}};
    CHECK_FALSE(working_days_after(only_2026, in_china("2026-12-24T09:00:00"), 5).calendar_missing);
    CHECK(working_days_after(only_2026, in_china("2026-12-25T09:00:00"), 5).calendar_missing);
}
