#include "manifest/reporting.hpp"

#include "manifest/enum_set.hpp"
#include "manifest/filing.hpp"

#include <algorithm>
#include <array>

namespace liuhen::manifest {
namespace {

using E = Event;
constexpr EnumSet<Event> told{E::submit,
                              E::amend,
                              E::carrier_accept,
                              E::carrier_refuse,
                              E::unassign,
                              E::swap_vehicle,
                              E::load_sign,
                              E::unload,
                              E::depart,
                              E::handover_in,
                              E::breakdown_swap,
                              E::arrive,
                              E::accept,
                              E::accept_with_difference,
                              E::accept_part,
                              E::reject,
                              E::confirm_difference,
                              E::dispute,
                              E::rule,
                              E::start_return,
                              E::confirm_return,
                              E::redirect,
                              E::settle_remainder,
                              E::close,
                              E::void_,
                              E::submit_backfill,
                              E::confirm_backfill,
                              E::return_backfill,
                              E::close_by_authority,
                              E::approve_revision,
                              E::report_treatment};

// Events that several sign: told when the manifest stands where the last signature takes it.
struct LastSignature {
    Event event;
    State leads_to;
};
constexpr LastSignature last_signatures[] = {{E::load_sign, State::loaded},
                                             {E::unload, State::carrier_assigned},
                                             {E::confirm_backfill, State::completed}};

struct StatusRow {
    State state;
    std::string_view status;
};
constexpr StatusRow statuses[] = {
    {State::draft, "8"},  // a paper that was sent back
    {State::submitted, "1"},
    {State::carrier_assigned, "2"},
    {State::loaded, "2"},
    {State::in_transit, "3"},
    {State::handover_pending, "3"},
    {State::arrived, "4"},
    {State::discrepancy, "5"},
    {State::accepted, "5_5"},
    {State::partially_accepted, "5_5"},
    {State::rejected, "8"},
    {State::returning, "3"},
    {State::returned, "6"},
    {State::redirected, "6"},
    {State::completed, "6"},
    {State::voided, "6"},
    {State::backfill_pending, "5"},
    {State::closed_by_authority, "7"},
};
static_assert(std::size(statuses) == static_cast<std::size_t>(State::count_));

constexpr std::array<std::string_view, static_cast<std::size_t>(OriginMode::count_)> bill_types{
    "0", "1", "2", "3", "4"};
constexpr std::array<std::string_view, static_cast<std::size_t>(Mode::count_)> vehicle_kinds{
    "1", "2", "3", "4", "5", "6"};

constexpr std::int64_t grams_of_a_digit = 100;  ///< 0.0001 t

}  // namespace

bool is_reportable(const Manifest& manifest) {
    return std::ranges::any_of(manifest.lines, [&manifest](const WasteLine& line) {
        return is_hazardous(manifest.kind, line.code);
    });
}

bool is_reported(Event event, const Manifest& next) {
    if (!is_reportable(next) || next.no.empty() || !told.has(event)) return false;
    // Sent while others are still to agree, a correction has not been made.
    if (event == Event::approve_revision && next.revision) return false;
    const auto* const row = std::ranges::find(last_signatures, event, &LastSignature::event);
    return row == std::end(last_signatures) || row->leads_to == next.state;
}

std::string_view bill_status(State state) {
    return std::ranges::find(statuses, state, &StatusRow::state)->status;
}

std::string_view bill_type(const Manifest& manifest) {
    if (manifest.origin_mode == OriginMode::normal && manifest.flow == Flow::cross_province)
        return "00";
    return bill_types.at(static_cast<std::size_t>(manifest.origin_mode));
}

std::string_view vehicle_kind(Mode mode) {
    return vehicle_kinds.at(static_cast<std::size_t>(mode));
}

std::string exchanged_tonnes(Grams weight) {
    const std::int64_t digits = (weight.value + grams_of_a_digit / 2) / grams_of_a_digit;
    std::string decimals = std::to_string(digits % 10'000);
    decimals.insert(0, 4 - decimals.size(), '0');
    return std::to_string(digits / 10'000) + "." + decimals;
}

std::string report_key(const std::string& number, std::uint32_t version, std::string_view event) {
    return number + "-" + std::to_string(version) + "-" + std::string{event};
}

}  // namespace liuhen::manifest
