// The life of a manifest: one table of transitions, and `decide`, which asks the table.
//
// The caller looks up the facts, asks `decide`, and stores the decision and its effects in one
// transaction. Nothing here reads a clock, a database or a network. `docs/manifest.md` is printed
// from the table.
#pragma once

#include "base/result.hpp"
#include "manifest/enum_set.hpp"
#include "manifest/facts.hpp"
#include "manifest/manifest.hpp"
#include "manifest/refusal.hpp"
#include "manifest/requests.hpp"

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

/// What can happen to a manifest; `code()` is the name in the address: POST .../load_sign.
enum class Event : std::uint8_t {
    create,
    edit,
    discard,
    submit,
    amend,
    carrier_accept,
    carrier_refuse,
    unassign,
    swap_vehicle,
    load_sign,
    unload,
    depart,
    track_or_lock_event,
    handover_out,
    handover_in,
    handover_refuse,
    breakdown_swap,
    arrive,
    weigh_in,
    accept,
    accept_with_difference,
    accept_part,
    reject,
    confirm_difference,
    dispute,
    rule,
    start_return,
    confirm_return,
    redirect,
    settle_remainder,
    close,
    void_,
    submit_backfill,
    confirm_backfill,
    return_backfill,
    hold,
    release,
    close_by_authority,
    request_revision,
    approve_revision,
    refuse_revision,
    cancel_revision,
    report_treatment,
    count_,  ///< number of events
};
std::string_view code(Event event);
std::optional<Event> event_from_code(std::string_view code);

/// What must follow a decision, beside storing the manifest.
enum class EffectKind : std::uint8_t {
    none,
    reserve_quantities,       ///< plan, licence, approval: planned weights
    correct_quantities,       ///< the same, to the weights sent
    give_back_quantities,     ///< the same, to nothing
    outbox_national,          ///< a row for the national system
    bind_leg,                 ///< vehicle, terminal and locks serve this manifest from now on
    free_leg,                 ///< they serve it no longer
    start_watch,              ///< arm the trip: LOADED
    disarm_watch,             ///< the load was taken off again before it left
    hand_over_watch,          ///< the old leg's trip ends, the new leg's begins under way
    make_child,               ///< `Decision::child` is stored with this manifest
    note_departure,           ///< the trip has left, said by a person or a fence
    end_watch,                ///< the trip is over: ARRIVED
    start_receipt_clock,      ///< five working days
    raise_loaded_elsewhere,   ///< signed with a manual reason while the vehicle was elsewhere
    raise_backfill_conflict,  ///< the paper says one thing, the stored track another
    notify_producer,
    notify_carrier,
    notify_receiver,
    notify_authority,  ///< environment department of the receiving place
    notify_origin_authority,
    add_to_stock,    ///< accepted weight at the receiver
    freeze_content,  ///< kept at least ten years
    count_,          ///< number of kinds
};
std::string_view code(EffectKind kind);

struct Effect {
    EffectKind kind{};
    friend bool operator==(const Effect&, const Effect&) = default;
};

/// A request: the event, who asks, when it happened as the caller says, and the event's body.
struct Request {
    Event event{};
    Actor by;
    Instant at;  ///< when it happened; the service's own time when the caller gave none
    std::optional<std::uint32_t>
        if_version;  ///< If-Match: refused as STALE_VERSION when not current
    Body body;
};

/// What becomes true: the manifest as it is to be stored (version already counted up).
struct Decision {
    Manifest next;
    std::optional<Manifest> child;  ///< redirect: a new manifest, stored with this one
    std::vector<Effect> effects;
    std::vector<Warning> warnings;
    std::string_view row;  ///< "T10"
};

/// Judges one request. On success nothing has happened yet: the caller stores `next`. On failure
/// every fault is listed, except that a wrong state or a wrong caller is answered alone;
/// the first refusal's kind decides the status of the answer.
/// `create` is asked of a manifest with version 0 whose `id` the caller has set.
Result<Decision, Refusals> decide(const Manifest& now, const Request& request, const Facts& facts);

/// Events this caller may send now, in the table's order: live rows whose state, role and
/// organisation fit. What else a guard may refuse is not looked at.
std::vector<Event> allowed_events(const Manifest& manifest, Role role, const PartyId& party);

// ---- the table, for readers and tests ----

/// Everything a guard sees.
struct Case {
    const Manifest& manifest;
    const Request& request;
    const Facts& facts;
};
/// A named condition: every refusal it has, none when it holds.
struct Guard {
    std::string_view name;
    Refusals (*check)(const Case&) = nullptr;
};

/// Which leg's carrier a row's carrier and driver belong to.
enum class Seat : std::uint8_t { current_leg, next_leg, any_leg };
/// Where a row starts: a set of states, or before there is a manifest; `when` narrows it, and
/// `only_if` says so in words.
struct From {
    EnumSet<State> states{};
    std::string_view only_if{};
    bool (*when)(const Manifest&) = nullptr;
    bool before_creation = false;
};
/// Where a row may lead. No states: it stays where it is.
struct To {
    EnumSet<State> states{};
    std::string_view remark{};  ///< "removed", "held", ...
};
/// One row of the table: these events, in these states, by these roles, lead there.
struct Transition {
    std::string_view row{};
    EnumSet<Event> events{};
    From from{};
    To to{};
    EnumSet<Role> actors{};
    Seat seat = Seat::current_leg;
    std::string_view limit{};
    std::array<Guard, 16> guards{};  ///< used from the front; all of them are asked
    std::array<EffectKind, 6> effects{};
    void (*apply)(Decision&, const Case&) = nullptr;  ///< what becomes true; null: no one asks
};
/// All 41 rows, T01 to T41.
std::span<const Transition> lifecycle();

}  // namespace liuhen::manifest
