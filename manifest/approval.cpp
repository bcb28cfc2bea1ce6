#include "manifest/approval.hpp"

#include "manifest/names.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

using S = ApprovalState;
using E = ApprovalEvent;
using O = Office;
using std::chrono::days;
using std::chrono::sys_days;

constexpr Names<S> states{"RECEIVED",     "GAPS_LISTED", "SUPPLEMENTED", "ACCEPTED",
                          "INQUIRY_SENT", "AGREED",      "DECLINED",     "APPROVED",
                          "FILED",        "REFUSED",     "WITHDRAWN",    "REVOKED"};
constexpr Names<E> events{"apply",       "file",      "list_gaps",    "supplement", "accept",
                          "keep_silent", "turn_down", "send_inquiry", "agree",      "decline",
                          "approve",     "refuse",    "withdraw",     "revoke"};
constexpr Names<O> offices{"applicant", "origin", "receiving", "clock"};

// Order 23: completeness and first review 5 working days each (art. 22, 23), answer of the
// receiving province 10 (art. 24), decision 5 (art. 25).
constexpr int completeness = 5;
constexpr int review = 5;
constexpr int answer = 10;
constexpr int decision = 5;

constexpr EnumSet<S> undecided{S::received,     S::gaps_listed, S::supplemented, S::accepted,
                               S::inquiry_sent, S::agreed,      S::declined};

constexpr EnumSet<E> hands_in{E::apply, E::file, E::supplement};

constexpr ApprovalStep steps[] = {
    {.event = E::apply,
     .to = S::received,
     .by = O::applicant,
     .next_days = completeness,
     .next = O::origin},
    {.event = E::file, .to = S::filed, .by = O::applicant},
    {.event = E::list_gaps,
     .from = S::received,
     .to = S::gaps_listed,
     .by = O::origin,
     .needs_text = true},
    {.event = E::supplement,
     .from = S::gaps_listed,
     .to = S::supplemented,
     .by = O::applicant,
     .next_days = completeness,
     .next = O::origin},
    {.event = E::accept,
     .from = {S::received, S::supplemented},
     .to = S::accepted,
     .by = O::origin,
     .next_days = review,
     .next = O::origin,
     .counted_from = CountedFrom::acceptance},
    {.event = E::keep_silent,
     .from = {S::received, S::supplemented},
     .to = S::accepted,
     .by = O::clock,
     .next_days = review,
     .next = O::origin,
     .counted_from = CountedFrom::acceptance},
    {.event = E::turn_down,
     .from = S::accepted,
     .to = S::refused,
     .by = O::origin,
     .needs_text = true},
    {.event = E::send_inquiry,
     .from = S::accepted,
     .to = S::inquiry_sent,
     .by = O::origin,
     .next_days = answer,
     .next = O::receiving},
    {.event = E::agree,
     .from = S::inquiry_sent,
     .to = S::agreed,
     .by = O::receiving,
     .next_days = decision,
     .next = O::origin},
    {.event = E::decline,
     .from = S::inquiry_sent,
     .to = S::declined,
     .by = O::receiving,
     .needs_text = true,
     .next_days = decision,
     .next = O::origin},
    {.event = E::approve, .from = S::agreed, .to = S::approved, .by = O::origin},
    {.event = E::refuse,
     .from = {S::agreed, S::declined},
     .to = S::refused,
     .by = O::origin,
     .needs_text = true},
    {.event = E::withdraw, .from = undecided, .to = S::withdrawn, .by = O::applicant},
    {.event = E::revoke,
     .from = {S::approved, S::filed},
     .to = S::revoked,
     .by = O::origin,
     .needs_text = true},
};

bool starts(const ApprovalStep& step, const Approval& now) {
    return step.from.empty() ? now.version == 0 : now.version > 0 && step.from.has(now.state);
}

sys_days civil_day(Instant t) { return std::chrono::floor<days>(t + china_standard_time); }

// From the later of today and the day asked for.
Result<Approval, ApprovalFault> put_in_force(Approval next, sys_days to, Instant now) {
    const auto from = std::max(next.wanted_from, civil_day(now));
    if (to < from) return fail(ApprovalFault{"PERIOD_EMPTY", "/wanted_to"});
    next.valid_from = from;
    next.valid_to = to;
    return next;
}

Result<Approval, ApprovalFault> begin(Approval next, const ApprovalRequest& request,
                                      const ApprovalFacts& facts) {
    if (request.event == E::file) {
        // Filed for a calendar year at most.
        const std::chrono::year_month_day first{std::max(next.wanted_from, civil_day(facts.now))};
        const sys_days year_end{first.year() / std::chrono::December / 31};
        return put_in_force(std::move(next), std::min(next.wanted_to, year_end), facts.now);
    }
    if (request.event != E::approve) return next;
    if (request.no.empty()) return fail(ApprovalFault{"NUMBER_MISSING", "/no"});
    if (!facts.licence_to) return fail(ApprovalFault{"LICENCE_MISSING", ""});
    next.no = request.no;
    const auto from = std::max(next.wanted_from, civil_day(facts.now));
    return put_in_force(std::move(next), last_day(from, next.wanted_to, *facts.licence_to),
                        facts.now);
}

bool silent_too_early(const Approval& now, const ApprovalFacts& facts) {
    return !now.deadline || facts.now < now.deadline->due.until;
}

}  // namespace

std::string_view code(ApprovalState state) { return name_in(states, state); }
std::string_view code(ApprovalEvent event) { return name_in(events, event); }
std::string_view code(Office office) { return name_in(offices, office); }
std::optional<ApprovalState> approval_state_from_code(std::string_view code) {
    return find_in(states, code);
}
std::optional<ApprovalEvent> approval_event_from_code(std::string_view code) {
    return find_in(events, code);
}

std::span<const ApprovalStep> approval_steps() { return steps; }

std::chrono::sys_days last_day(sys_days from, sys_days wanted_to, sys_days licence_to) {
    auto anniversary = std::chrono::year_month_day{from} + std::chrono::years{1};
    if (!anniversary.ok()) anniversary = anniversary.year() / std::chrono::March / 1;
    return std::min({sys_days{anniversary} - days{1}, wanted_to, licence_to});
}

std::vector<ApprovalEvent> allowed_steps(const Approval& now, Office office) {
    std::vector<ApprovalEvent> allowed;
    for (const ApprovalStep& step : steps) {
        if (step.by == office && starts(step, now)) allowed.push_back(step.event);
    }
    return allowed;
}

Result<Approval, ApprovalFault> proceed(const Approval& now, const ApprovalRequest& request,
                                        const ApprovalFacts& facts) {
    const auto step = std::ranges::find_if(steps, [&](const ApprovalStep& one) {
        return one.event == request.event && starts(one, now);
    });
    if (step == std::ranges::end(steps)) return fail(ApprovalFault{"ILLEGAL_STATE", ""});
    if (step->by != request.by) return fail(ApprovalFault{"NOT_YOUR_STEP", ""});
    if (step->needs_text && request.text.empty())
        return fail(ApprovalFault{"TEXT_MISSING", "/text"});
    if (step->event == E::keep_silent && silent_too_early(now, facts))
        return fail(ApprovalFault{"TOO_EARLY", ""});
    Approval next = now;
    next.state = step->to;
    ++next.version;
    next.remarks = request.text;
    next.deadline.reset();
    if (hands_in.has(step->event)) next.received_at = facts.now;
    // Silence means accepted on the day the material came in.
    if (step->to == S::accepted)
        next.accepted_at = step->event == E::keep_silent ? next.received_at : facts.now;
    if (step->next_days > 0) {
        const bool accepted = step->counted_from == CountedFrom::acceptance;
        const Instant start = accepted ? *next.accepted_at : facts.now;
        next.deadline =
            Deadline{step->next, working_days_after(facts.calendar, start, step->next_days)};
    }
    return begin(std::move(next), request, facts);
}

}  // namespace liuhen::manifest
