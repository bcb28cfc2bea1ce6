#include "manifest/limits.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

/// The breakdown, when the present leg has not been swapped since.
std::optional<Instant> breakdown(const Manifest& manifest, std::optional<Instant> told) {
    const Leg* leg = current_leg(manifest);
    if (!told || leg == nullptr || std::max(leg->assigned_at, leg->depart_at) > told) {
        return std::nullopt;
    }
    return told;
}

}  // namespace

const Limit* find_limit(std::string_view code) {
    const auto found = std::ranges::find(limits(), code, &Limit::code);
    return found == limits().end() ? nullptr : &*found;
}

std::optional<Instant> receipt_of(const Manifest& manifest) {
    std::optional<Instant> arrived;
    for (const auto& leg : manifest.legs) {
        if (leg.arrive_at && leg.end_cause.empty() && !leg.returning) arrived = leg.arrive_at;
    }
    return arrived;
}

Due due_of(const Limit& limit, Instant since, const Calendar& calendar) {
    if (limit.unit == Unit::working_days) return working_days_after(calendar, since, limit.amount);
    const Instant until = since + std::chrono::hours{limit.amount};
    return {.day = std::chrono::floor<std::chrono::days>(until + china_standard_time),
            .until = until,
            .calendar_missing = false};
}

std::vector<RunningLimit> running_limits(const Manifest& manifest, const Calendar& calendar,
                                         std::optional<Instant> broken_down_at) {
    std::vector<RunningLimit> running;
    for (const auto& limit : limits()) {
        if (!limit.states.has(manifest.state)) continue;
        const auto since =
            limit.since == nullptr ? breakdown(manifest, broken_down_at) : limit.since(manifest);
        if (!since) continue;
        const Due due = due_of(limit, *since, calendar);
        running.push_back({&limit, *since, due.until, due.calendar_missing});
    }
    return running;
}

bool needs_calendar(const Manifest& manifest) {
    return std::ranges::any_of(limits(), [&](const Limit& limit) {
        return limit.unit == Unit::working_days && limit.states.has(manifest.state);
    });
}

}  // namespace liuhen::manifest
