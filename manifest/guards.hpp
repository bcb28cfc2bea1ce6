// The named conditions of the lifecycle's table. Each lists every refusal it has, none when it
// holds, and says nothing when the body is not its event's (`body_of` has said so already).
#pragma once

#include "manifest/filing.hpp"
#include "manifest/lifecycle.hpp"

namespace liuhen::manifest::guards {

inline constexpr std::chrono::minutes clock_tolerance{5};     ///< a caller's clock may be ahead
inline constexpr std::chrono::minutes arrival_tolerance{10};  ///< weighed before the gate scan
inline constexpr std::chrono::minutes fix_age{10};            ///< "the vehicle is here"
inline constexpr std::chrono::minutes terminal_patience{30};  ///< silence worth a warning
inline constexpr Grams split_tolerance{500};                  ///< accepted against received
inline constexpr double handover_radius_m = 500;              ///< of the planned place
inline constexpr std::chrono::hours longest_hold{30 * 24};
inline constexpr std::size_t max_changes = 100;    ///< fields of one revision
inline constexpr std::size_t max_children = 20;    ///< manifests that take one remainder
inline constexpr std::size_t max_treatments = 20;  ///< of one report

/// The request carries the event's own body.
template <class Expected>
Refusals body_of(const Case& c) {
    if (std::holds_alternative<Expected>(c.request.body)) return {};
    return {refuse("BODY_MISMATCH", "")};
}

/// A condition whose register is not ours: the caller looked it up.
template <Check Checks::*which>
Refusals checked(const Case& c) {
    const Check& check = c.facts.checks.*which;
    Refusals faults;
    if (check.outcome != Check::Outcome::failed) return faults;
    for (const auto& one : check.findings) {
        faults.push_back(refuse(one.code, one.pointer, one.value));
    }
    return faults;
}

/// What takes a vehicle into service: the whole body, or a part of it. Null with other bodies.
const Acceptance* acceptance_of(const Case& c);

// Time.
Refusals not_in_future(const Case& c);  ///< TIME_IN_FUTURE
Refusals in_order(const Case& c);       ///< TIME_ORDER: not before what was signed or recorded
Refusals after_arrival(const Case& c);  ///< TIME_ORDER: arrival - 10 min at the earliest
Refusals leaves_soon(const Case& c);    ///< DEPARTURE_TOO_FAR

// Filing.
Refusals well_formed(const Case& c);    ///< every fault of the form and of the names in it
Refusals complete(const Case& c);       ///< every field that submit needs
Refusals amended_whole(const Case& c);  ///< the same of the form given
Refusals origin_kept(const Case& c);    ///< ORIGIN_FIXED: the number holds the prefecture
Refusals in_business(const Case& c);    ///< PARTY_CLOSED
Refusals parent_open(const Case& c);    ///< PARENT_UNKNOWN, PARENT_TOO_DEEP
Refusals number_left(const Case& c);    ///< SERIAL_EXHAUSTED
Refusals paper_whole(const Case& c);    ///< every field that a back-fill needs; DUPLICATE_PAPER
Refusals backfill_read(const Case& c);  ///< FIELD_REQUIRED, STALE_VERSION, ALREADY_SIGNED

// Carrier, vehicle and crew.
Refusals vehicle_fit(const Case& c);     ///< VEHICLE_UNKNOWN, VEHICLE_NOT_YOURS, PLATE_MISMATCH
Refusals vehicle_free(const Case& c);    ///< VEHICLE_BUSY
Refusals terminal_bound(const Case& c);  ///< NO_TERMINAL
Refusals locks_bound(const Case& c);     ///< NO_LOCK
Refusals papers_given(const Case& c);    ///< WAYBILL_MISSING, lengths of crew fields
Refusals route_known(const Case& c);     ///< ROUTE_UNKNOWN
Refusals reason_given(const Case& c);    ///< REASON_REQUIRED
Refusals reason_coded(const Case& c);    ///< REASON_REQUIRED: the words, and a code beside them

// Loading and departure.
Refusals signer_in_turn(const Case& c);  ///< PRODUCER_SIGNS_FIRST, ALREADY_SIGNED, NOT_NAMED_DRIVER
Refusals load_weighed(const Case& c);    ///< WEIGHT_INVALID, WEIGHT_ARITHMETIC, LINE_..., OVERLOAD
Refusals lock_closed(const Case& c);     ///< LOCK_NOT_CLOSED
Refusals vehicle_here(const Case& c);    ///< VEHICLE_NOT_HERE
Refusals both_signed(const Case& c);     ///< SIGNATURE_MISSING
Refusals route_set(const Case& c);       ///< ROUTE_MISSING; a fence only records the fact
Refusals named_driver(const Case& c);    ///< NOT_NAMED_DRIVER
Refusals not_departed(const Case& c);    ///< ALREADY_DEPARTED: seen outside the producer's fence
Refusals unload_in_turn(const Case& c);  ///< ALREADY_SIGNED: the other side agrees

// On the way.
Refusals handover_here(const Case& c);     ///< WRONG_PLACE: fix further off, or none
Refusals place_named(const Case& c);       ///< FIELD_REQUIRED, FIELD_RANGE
Refusals handover_checked(const Case& c);  ///< HANDOVER_UNVERIFIED
Refusals all_locks_closed(const Case& c);  ///< LOCK_NOT_CLOSED, whoever asks

// Receipt.
Refusals arrival_weighed(const Case& c);        ///< WEIGHT_INVALID, WEIGHT_ARITHMETIC, LINE_...
Refusals hand_weighing_excused(const Case& c);  ///< REASON_REQUIRED: figures that were typed
Refusals weighed_in(const Case& c);             ///< WEIGH_FIRST
Refusals accepted_whole(const Case& c);         ///< SPLIT_SUM, LINE_UNKNOWN
Refusals no_difference(const Case& c);          ///< DIFFERENCE_UNDECLARED
Refusals difference_named(const Case& c);       ///< DIFFERENCE_EMPTY, SPLIT_SUM, SPLIT_RANGE
Refusals part_refused(const Case& c);           ///< SPLIT_SUM, SPLIT_RANGE, LINE_UNKNOWN
Refusals whole_refused(const Case& c);          ///< SPLIT_RANGE
Refusals acknowledged(const Case& c);           ///< TOO_EARLY: the system waits for the producer
Refusals version_read(const Case& c);       ///< FIELD_REQUIRED, STALE_VERSION: not the current one
Refusals dispute_founded(const Case& c);    ///< REASON_REQUIRED, FILES_REQUIRED
Refusals ruling_whole(const Case& c);       ///< REASON_REQUIRED, SPLIT_SUM, SPLIT_RANGE
Refusals child_fit(const Case& c);          ///< whatever keeps the redirected load from being filed
Refusals remainder_settled(const Case& c);  ///< CHILD_UNKNOWN, SPLIT_SUM
Refusals treated_within(const Case& c);     ///< LINE_UNKNOWN, TREATED_EXCEEDS

// Authorities.
Refusals in_area(const Case& c);  ///< NOT_YOUR_AREA: no division of the manifest is theirs
Refusals in_receiving_area(const Case& c);  ///< NOT_YOUR_AREA
Refusals hold_ordered(const Case& c);       ///< ORDER_REQUIRED, REASON_REQUIRED, HOLD_TOO_LONG
Refusals may_release(const Case& c);        ///< NOT_YOUR_AREA, REASON_REQUIRED, TOO_EARLY
Refusals case_named(const Case& c);         ///< CASE_REQUIRED

// Revisions.
Refusals revision_fit(const Case& c);    ///< REASON_REQUIRED, REVISION_EMPTY, FIELD_SEALED, ...
Refusals counterpart(const Case& c);     ///< NOT_YOUR_ORG, ALREADY_SIGNED, TOO_EARLY
Refusals revision_fresh(const Case& c);  ///< STALE_VERSION: what it corrects has moved since

/// The time a request is judged by: no event may be earlier than this.
std::optional<Instant> latest_record(const Manifest& manifest);
/// True when the vehicle's newest fix is fresh and, where a fence is known, at the producer's.
bool seen_at_origin(const Facts& facts);
/// The producer's signature on the load, if it is there.
bool producer_has_signed_load(const Manifest& manifest);
/// Who has asked to unload and waits for the other side; nullopt when nobody has.
std::optional<Role> unload_asked_by(const Manifest& manifest);
/// The route of the departure: the one said now, else the leg's, else the one that the leg is
/// watched by since its loading.
RouteId route_of(const Case& c);
/// What a filing lacks, without the credit codes that an authority lets stand.
Refusals lacks(const Case& c, const Manifest& filed, Departing departing);
/// Adds to a list of refusals.
void append(Refusals& all, Refusals more);
/// REASON_REQUIRED unless the text has 5 to 500 characters.
Refusals reason_faults(std::string_view text, const char* pointer);

}  // namespace liuhen::manifest::guards
