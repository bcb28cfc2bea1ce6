// Time limits of the lifecycle, one row each: where a clock starts, how it is counted, what happens
// when it runs out. `docs/manifest.md` names the rows by their codes.
#pragma once

#include "manifest/calendar.hpp"
#include "manifest/enum_set.hpp"
#include "manifest/lifecycle.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

/// What the service does when a limit has passed, beside noting it as a task.
enum class OnDue : std::uint8_t {
    tell,          ///< nothing more: the task stands until what it waits for comes
    mark_overdue,  ///< sets the overlay `receipt_overdue`
    send,          ///< sends the row's event as the system
};

/// Days are counted in China, the starting day not, and end at 24:00; hours are hours.
enum class Unit : std::uint8_t { hours, working_days, instant };

/// One limit. Figures without a clause are the project's, not law.
struct Limit {
    std::string_view code;  ///< "RECEIPT_OVERDUE": also the code of the task
    std::string_view row;   ///< "T20", where the table states it
    EnumSet<State> states;  ///< it runs while the manifest is in one of these
    std::optional<Instant> (*since)(const Manifest&) = nullptr;  ///< nullopt: it does not run;
                                                                 ///< nullptr: from a breakdown on
    Unit unit{};
    int amount{};  ///< 0 with instant: `since` is the end itself
    OnDue on_due{};
    Event event{};            ///< with `send`
    std::string_view en, zh;  ///< what is late, for a person
};
std::span<const Limit> limits();
const Limit* find_limit(std::string_view code);

/// A clock that runs for a manifest.
struct RunningLimit {
    const Limit* limit;
    Instant since;
    Instant due;
    bool calendar_missing = false;
};
/// The clocks that run for the manifest as it stands. Depends on nothing else, so it may be asked
/// again at any time. `broken_down_at`: when a breakdown was last told of; one before the present
/// leg began has been dealt with.
std::vector<RunningLimit> running_limits(const Manifest& manifest, const Calendar& calendar,
                                         std::optional<Instant> broken_down_at = {});
/// True when one of them is counted in working days: only then is the calendar looked at.
bool needs_calendar(const Manifest& manifest);

/// The end of a limit that began at `since`.
Due due_of(const Limit& limit, Instant since, const Calendar& calendar);

/// The moment when the manifest last reached its receiver; nullopt before.
std::optional<Instant> receipt_of(const Manifest& manifest);

}  // namespace liuhen::manifest
