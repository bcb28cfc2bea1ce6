#include "geofence/detect/troubles.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::geofence {
namespace {

struct CauseRow {
    Cause cause;
    std::string_view code;
    Kind kind;
    std::string_view would_clear;
};
constexpr std::array<CauseRow, static_cast<std::size_t>(Cause::count_)> causes{{
    {Cause::power_cut, "power_cut", Kind::device_fault, "Main power back at the terminal."},
    {Cause::antenna, "antenna", Kind::device_fault, "The GNSS antenna connected and sound."},
    {Cause::receiver, "receiver", Kind::device_fault, "A GNSS module without a fault."},
    {Cause::jammed, "jammed", Kind::device_fault,
     "Positions of that time sent late, or a tunnel on the route there."},
    {Cause::odometer, "odometer", Kind::device_fault,
     "Wheels and satellites telling the same length over 2 km."},
    {Cause::clock, "clock", Kind::device_fault, "Device times that never go back."},
    {Cause::datum, "datum", Kind::device_fault,
     "The datum gcj02 in the terminal's profile, or positions in WGS 84."},
    {Cause::frozen, "frozen", Kind::position_forged, "Positions that move as the odometer does."},
    {Cause::jumped, "jumped", Kind::position_forged,
     "Positions between the two places, sent late."},
    {Cause::two_places, "two_places", Kind::position_forged,
     "One terminal in one truck: positions of one place at a time."},
    {Cause::clock_set, "clock_set", Kind::position_forged, "Device times that never go back."},
    {Cause::lock_apart, "lock_apart", Kind::position_forged,
     "Positions of the lock beside those of the truck."},
    {Cause::too_smooth, "too_smooth", Kind::position_forged,
     "Positions with the ordinary errors of a receiver, and satellites that change."},
    {Cause::repeated, "repeated", Kind::position_forged,
     "Positions that are not those of an earlier stretch."},
}};
static_assert(std::ranges::all_of(causes, [](const CauseRow& row) {
    return &row == &causes[static_cast<std::size_t>(row.cause)];
}));

const CauseRow& row_of(Cause cause) { return causes[static_cast<std::size_t>(cause)]; }

constexpr std::uint8_t grade_of(Kind kind) { return kind == Kind::position_forged ? 2 : 3; }

}  // namespace

std::string_view code(Cause cause) { return row_of(cause).code; }

void Troubles::hold(Cause cause, Instant since, const Fix& fix, std::vector<Term> terms) {
    auto one = std::ranges::find(all_, cause, &One::cause);
    const Kind kind = row_of(cause).kind;
    if (one == all_.end()) {
        const OpenEpisode open{.kind = kind, .grade = 0, .since = since, .shown = nullptr};
        one = all_.insert(one, One{cause, fix, {}, {}, open});
    }
    one->track.add(fix);
    one->terms = std::move(terms);
    if (one->open.is_due(fix.at, grade_of(kind)))
        one->open.show(fix.at, grade_of(kind), evidence(*one));
}

Episodes Troubles::release(Cause cause, Instant at) {
    const auto one = std::ranges::find(all_, cause, &One::cause);
    if (one == all_.end()) return {};
    Episodes ended{one->open.closed(at, evidence(*one))};
    all_.erase(one);
    return ended;
}

Episodes Troubles::end(Instant at) {
    Episodes ended;
    for (const One& one : all_) ended.push_back(one.open.closed(at, evidence(one)));
    all_.clear();
    return ended;
}

bool Troubles::holds(Cause cause) const {
    return std::ranges::find(all_, cause, &One::cause) != all_.end();
}

Episodes Troubles::lasting() const {
    Episodes lasting;
    for (const One& one : all_) lasting.push_back(one.open.lasting());
    return lasting;
}

Evidence Troubles::evidence(const One& one) {
    const CauseRow& row = row_of(one.cause);
    Evidence evidence;
    evidence.path = one.track.path();
    evidence.fixes_total = one.track.total();
    evidence.terms = one.terms;
    evidence.where = one.first.where;
    evidence.place = row.code;
    evidence.would_clear = row.would_clear;
    return evidence;
}

}  // namespace liuhen::geofence
