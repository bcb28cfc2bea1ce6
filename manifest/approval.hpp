// The approval to move waste out of a province: its states and steps as one table (Order 23
// arts. 21-28; general waste for use is only filed, Solid Waste Law art. 22). Pure: `proceed` is
// told the time, the calendar and the rest of the receiver's licence.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "manifest/calendar.hpp"
#include "manifest/enum_set.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

/// `code()`: "RECEIVED", "GAPS_LISTED", ...
enum class ApprovalState : std::uint8_t {
    received,      ///< the origin province looks whether the material is whole
    gaps_listed,   ///< the applicant was told, once, what is missing
    supplemented,  ///< it handed that in; no second list may follow
    accepted,      ///< first review
    inquiry_sent,  ///< the receiving province was asked
    agreed,
    declined,
    approved,  ///< in force from `valid_from` to `valid_to`
    filed,     ///< general waste for use: in force without a decision
    refused,
    withdrawn,
    revoked,
    count_,
};
std::string_view code(ApprovalState state);
std::optional<ApprovalState> approval_state_from_code(std::string_view code);

/// `code()` is the name in the address: POST /v1/approvals/{id}/send_inquiry.
enum class ApprovalEvent : std::uint8_t {
    apply,
    file,
    list_gaps,
    supplement,
    accept,
    keep_silent,  ///< the time for a list of gaps ran out: accepted on the day received
    turn_down,    ///< refused at the first review
    send_inquiry,
    agree,
    decline,
    approve,
    refuse,
    withdraw,
    revoke,
    count_,
};
std::string_view code(ApprovalEvent event);
std::optional<ApprovalEvent> approval_event_from_code(std::string_view code);

/// Whose step it is; `code()`: "applicant", "origin", "receiving", "clock".
enum class Office : std::uint8_t { applicant, origin, receiving, clock, count_ };
std::string_view code(Office office);

/// The step that is waited for: at whom, until when.
struct Deadline {
    Office office{};
    Due due;
    friend bool operator==(const Deadline&, const Deadline&) = default;
};

/// What the steps change of an application.
struct Approval {
    ApprovalState state{};
    std::uint32_t version{};  ///< 0: not made yet
    std::string no;           ///< given with the approval
    std::chrono::sys_days wanted_from;
    std::chrono::sys_days wanted_to;
    Instant received_at;  ///< the material as it stands now
    std::optional<Instant> accepted_at;
    std::optional<std::chrono::sys_days> valid_from;
    std::optional<std::chrono::sys_days> valid_to;  ///< the last day
    std::optional<Deadline> deadline;
    std::string remarks;  ///< gaps or reasons that the last step gave
    friend bool operator==(const Approval&, const Approval&) = default;
};

struct ApprovalRequest {
    ApprovalEvent event{};
    Office by{};
    std::string text;  ///< gaps or reason, where the step asks for one
    std::string no;    ///< approve: the number of the decision
};
struct ApprovalFacts {
    Instant now;
    const Calendar& calendar;
    /// Last day of the licence that covers the application; empty: the receiver has none.
    std::optional<std::chrono::sys_days> licence_to;
};

/// Why a step is not taken: ILLEGAL_STATE, NOT_YOUR_STEP, TEXT_MISSING, NUMBER_MISSING, TOO_EARLY,
/// PERIOD_EMPTY, LICENCE_MISSING.
struct ApprovalFault {
    std::string_view code;
    std::string_view pointer;
};

/// The application after the step, its version counted up.
Result<Approval, ApprovalFault> proceed(const Approval& now, const ApprovalRequest& request,
                                        const ApprovalFacts& facts);

/// Steps that an office may take now, in the table's order.
std::vector<ApprovalEvent> allowed_steps(const Approval& now, Office office);

/// The last day of an approval that begins on `from`: twelve months, cut by the applicant's own
/// period and by the rest of the receiver's licence.
std::chrono::sys_days last_day(std::chrono::sys_days from, std::chrono::sys_days wanted_to,
                               std::chrono::sys_days licence_to);

// ---- the table, for readers and tests ----

/// What the time limit of the next step is counted from.
enum class CountedFrom : std::uint8_t { now, acceptance };
struct ApprovalStep {
    ApprovalEvent event{};
    EnumSet<ApprovalState> from{};  ///< empty: before there is an application
    ApprovalState to{};
    Office by{};
    bool needs_text = false;
    int next_days = 0;  ///< working days for the next step; 0: none is waited for
    Office next{};      ///< who takes it
    CountedFrom counted_from = CountedFrom::now;
};
std::span<const ApprovalStep> approval_steps();

}  // namespace liuhen::manifest
