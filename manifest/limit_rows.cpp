// The limits, one row each, and where the clock of each begins.
#include "manifest/limits.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

using S = State;

std::optional<Instant> planned_departure(const Manifest& manifest) {
    return manifest.planned_depart_at;
}
/// T06: a day before the planned departure; an acceptance filed later than that is not reminded.
std::optional<Instant> reminder(const Manifest& manifest) {
    const auto& planned = manifest.planned_depart_at;
    constexpr std::chrono::hours ahead{24};
    if (!planned || !manifest.submitted_at || *planned - ahead <= *manifest.submitted_at) {
        return std::nullopt;
    }
    return *planned - ahead;
}
std::optional<Instant> loading(const Manifest& manifest) {
    const Leg* leg = current_leg(manifest);
    return leg == nullptr ? std::nullopt : leg->loaded_at;
}
/// T18: two hours after the planned arrival, or half as long again as planned: the later.
std::optional<Instant> latest_arrival(const Manifest& manifest) {
    const auto& from = manifest.planned_depart_at;
    const auto& to = manifest.planned_arrive_at;
    const Leg* leg = current_leg(manifest);
    if (!from || !to || leg == nullptr || !leg->depart_at) return std::nullopt;
    return std::max(*to + std::chrono::hours{2}, *leg->depart_at + (*to - *from) * 3 / 2);
}
std::optional<Instant> handing_over(const Manifest& manifest) {
    const Leg* leg = current_leg(manifest);
    return leg == nullptr ? std::nullopt : leg->handed_out_at;
}
std::optional<Instant> declared(const Manifest& manifest) {
    const auto& discrepancy = manifest.discrepancy;
    if (!discrepancy || !discrepancy->disputed.empty()) return std::nullopt;
    return discrepancy->at;
}
std::optional<Instant> hold_end(const Manifest& manifest) {
    return manifest.hold ? std::optional{manifest.hold->until} : std::nullopt;
}
std::optional<Instant> revision_end(const Manifest& manifest) {
    return manifest.revision ? manifest.revision->due : std::nullopt;
}
/// T41: nothing is due once all that was accepted has been treated.
std::optional<Instant> untreated(const Manifest& manifest) {
    const auto accepted = total(manifest, &WasteLine::accepted_g);
    Grams treated;
    for (const auto& line : manifest.lines) treated = treated + line.treated_g.value_or(Grams{});
    if (!accepted || treated >= *accepted) return std::nullopt;
    return manifest.accepted_at;
}

/// T14: of a leg after which another is filed.
std::optional<Instant> planned_handover(const Manifest& manifest) {
    return next_leg(manifest) == nullptr ? std::nullopt
                                         : current_leg(manifest)->planned_handover_at;
}

/// When the newest signature under `event` was given.
template <Event event>
std::optional<Instant> signed_at(const Manifest& manifest) {
    std::optional<Instant> newest;
    for (const auto& one : manifest.signatures) {
        if (one.event == code(event) && (!newest || *newest < one.at)) newest = one.at;
    }
    return newest;
}

/// When the receiver's decision became final: given, or confirmed, or ruled on.
std::optional<Instant> acceptance(const Manifest& manifest) {
    return std::max({manifest.accepted_at, signed_at<Event::confirm_difference>(manifest),
                     signed_at<Event::rule>(manifest)});
}
/// When the whole load was refused: by the receiver, or by a ruling.
std::optional<Instant> rejection(const Manifest& manifest) {
    return std::max(signed_at<Event::reject>(manifest), signed_at<Event::rule>(manifest));
}
constexpr EnumSet<State> open_states{
    S::submitted, S::carrier_assigned, S::loaded,   S::in_transit, S::handover_pending,
    S::arrived,   S::discrepancy,      S::accepted, S::rejected,   S::partially_accepted,
    S::returning, S::backfill_pending};

constexpr Limit rows[] = {
    {.code = "CARRIER_AWAITED",
     .row = "T06",
     .states = S::submitted,
     .since = reminder,
     .unit = Unit::instant,
     .amount = 0,
     .on_due = OnDue::tell,
     .event = {},
     .en = "the carrier has not accepted a day before the planned departure",
     .zh = "距计划移出不足一天，承运人尚未接单"},
    {.code = "ASSIGNMENT_STALE",
     .row = "T06",
     .states = {S::submitted, S::carrier_assigned},
     .since = planned_departure,
     .unit = Unit::hours,
     .amount = 7 * 24,
     .on_due = OnDue::tell,
     .event = {},
     .en = "not loaded seven days after the planned departure",
     .zh = "超过计划移出时间七天仍未装车"},
    {.code = "LOADED_NOT_DEPARTED",
     .row = "T12",
     .states = S::loaded,
     .since = loading,
     .unit = Unit::hours,
     .amount = 24,
     .on_due = OnDue::tell,
     .event = {},
     .en = "loaded for 24 hours without departing",
     .zh = "装车后二十四小时仍未出发"},
    {.code = "HANDOVER_NOT_BEGUN",
     .row = "T14",
     .states = S::in_transit,
     .since = planned_handover,
     .unit = Unit::hours,
     .amount = 2,
     .on_due = OnDue::tell,
     .event = {},
     .en = "not handed over two hours after the planned time",
     .zh = "超过约定交接时间两小时仍未交接"},
    {.code = "HANDOVER_OVERDUE",
     .row = "T15",
     .states = S::handover_pending,
     .since = handing_over,
     .unit = Unit::hours,
     .amount = 2,
     .on_due = OnDue::tell,
     .event = {},
     .en = "the next carrier has not taken over within two hours",
     .zh = "交接发起两小时后下一承运人仍未接收"},
    {.code = "SPARE_AWAITED",
     .row = "T17",
     .states = S::in_transit,
     .since = nullptr,
     .unit = Unit::hours,
     .amount = 4,
     .on_due = OnDue::tell,
     .event = {},
     .en = "no spare vehicle has taken over four hours after a breakdown",
     .zh = "车辆故障四小时后仍无替换车辆接运"},
    {.code = "TRIP_OVERDUE",
     .row = "T18",
     .states = S::in_transit,
     .since = latest_arrival,
     .unit = Unit::instant,
     .amount = 0,
     .on_due = OnDue::tell,
     .event = {},
     .en = "not arrived two hours after the planned time, nor in 1.5 times the planned duration",
     .zh = "超过计划到达时间两小时且超过计划时长的一点五倍仍未到达"},
    {.code = "RECEIPT_OVERDUE",  // Order 23 art. 18
     .row = "T20",
     .states = S::arrived,
     .since = receipt_of,
     .unit = Unit::working_days,
     .amount = 5,
     .on_due = OnDue::mark_overdue,
     .event = {},
     .en = "the receiver has not decided within five working days of the receipt",
     .zh = "接受人未在五个工作日内确认接受"},
    {.code = "DIFFERENCE_UNANSWERED",
     .row = "T24",
     .states = S::discrepancy,
     .since = declared,
     .unit = Unit::working_days,
     .amount = 5,
     .on_due = OnDue::tell,
     .event = {},
     .en = "the producer has not answered a declared difference within five working days",
     .zh = "移出人未在五个工作日内答复差异"},
    {.code = "RULING_OVERDUE",
     .row = "T26",
     .states = S::discrepancy,
     .since = signed_at<Event::dispute>,
     .unit = Unit::working_days,
     .amount = 10,
     .on_due = OnDue::tell,
     .event = {},
     .en = "a disputed difference has not been ruled on within ten working days",
     .zh = "差异争议未在十个工作日内裁定"},
    {.code = "REJECTED_NOT_MOVED",
     .row = "T27",
     .states = S::rejected,
     .since = rejection,
     .unit = Unit::hours,
     .amount = 24,
     .on_due = OnDue::tell,
     .event = {},
     .en = "a refused load has not moved for 24 hours",
     .zh = "拒收后二十四小时仍未运离"},
    {.code = "REMAINDER_UNSETTLED",
     .row = "T30",
     .states = S::partially_accepted,
     .since = acceptance,
     .unit = Unit::hours,
     .amount = 48,
     .on_due = OnDue::tell,
     .event = {},
     .en = "a refused remainder has no manifest of its own after 48 hours",
     .zh = "部分拒收四十八小时后剩余部分仍无联单"},
    {.code = "ACKNOWLEDGEMENT_SILENT",
     .row = "T31",
     .states = S::accepted,
     .since = acceptance,
     .unit = Unit::working_days,
     .amount = 5,
     .on_due = OnDue::send,
     .event = Event::close,
     .en = "the producer was silent for five working days; the service closes",
     .zh = "移出人五个工作日未答复，系统自动办结"},
    {.code = "BACKFILL_UNCONFIRMED",
     .row = "T34",
     .states = S::backfill_pending,
     .since = signed_at<Event::submit_backfill>,
     .unit = Unit::working_days,
     .amount = 10,
     .on_due = OnDue::tell,
     .event = {},
     .en = "carrier and receiver have not both confirmed the paper within ten working days",
     .zh = "承运人和接受人未在十个工作日内确认补录"},
    {.code = "HOLD_ENDED",
     .row = "T37",
     .states = open_states,
     .since = hold_end,
     .unit = Unit::instant,
     .amount = 0,
     .on_due = OnDue::send,
     .event = Event::release,
     .en = "the hold has reached its end; the service releases",
     .zh = "暂停期限届满，系统自动解除"},
    {.code = "REVISION_LAPSED",
     .row = "T40",
     .states = {S::submitted, S::carrier_assigned, S::loaded, S::in_transit, S::handover_pending,
                S::arrived, S::discrepancy, S::accepted, S::partially_accepted, S::completed},
     .since = revision_end,
     .unit = Unit::instant,
     .amount = 0,
     .on_due = OnDue::send,
     .event = Event::cancel_revision,
     .en = "the counterparts have not answered a revision in time; it lapses",
     .zh = "各方未按期答复修订申请，修订失效"},
    {.code = "TREATMENT_DUE",
     .row = "T41",
     .states = S::completed,
     .since = untreated,
     .unit = Unit::hours,
     .amount = 300 * 24,
     .on_due = OnDue::tell,
     .event = {},
     .en = "accepted waste is not all treated after 300 days",
     .zh = "接受三百天后仍有废物未利用处置"},
    {.code = "TREATMENT_OVERDUE",  // Solid Waste Law art. 81: stored for a year at most
     .row = "T41",
     .states = S::completed,
     .since = untreated,
     .unit = Unit::hours,
     .amount = 365 * 24,
     .on_due = OnDue::tell,
     .event = {},
     .en = "accepted waste has been stored for more than a year",
     .zh = "接受的废物贮存超过一年"},
};

}  // namespace

std::span<const Limit> limits() { return rows; }

}  // namespace liuhen::manifest
