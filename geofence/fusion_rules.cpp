#include "geofence/fusion_rules.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

struct SignRow {
    Sign sign;
    SignWords words;
    SignRule standard;  ///< weight, none, full, fades
};
using std::chrono::seconds;
constexpr seconds at_once{60};  // for what is told again at each fix while it lasts

constexpr std::array<SignRow, sign_count> rows{{
    {Sign::off_route, {"off_route", "off_route_m", "an approved way there"}, {1, 20, 80, at_once}},
    {Sign::detour, {"detour", "detour_m", "an approved diversion"}, {1, 1000, 8000}},
    {Sign::turned_back, {"turned_back", "turned_back_m", "no way back"}, {0.5, 300, 1200}},
    {Sign::stopped,
     {"stopped", "stopped_s", "a known rest place, yard or receiver around the stop"},
     {2, 20, 200, seconds{120}}},
    {Sign::creeping,
     {"creeping", "creeping_s", "a queue of other trucks around"},
     {1.5, 120, 600, seconds{120}}},
    {Sign::lock_open, {"lock_open", "lock_open_s", "the lock shut"}, {2, -60, 0}},
    {Sign::lock_cut, {"lock_cut", "lock_cut", "an uncut lock"}, {3, 0, 1}},
    {Sign::lock_silent,
     {"lock_silent", "lock_silent_s", "reports of the lock", true},
     {0.5, 1800, 7200}},
    {Sign::load_fell, {"load_fell", "load_fell_share", "an unchanged load"}, {3, 0.02, 0.1}},
    {Sign::load_leaks, {"load_leaks", "load_leaks_share", "an unchanged load"}, {3, 0.03, 0.15}},
    {Sign::body_lifted, {"body_lifted", "body_lifted_s", "the body down and covered"}, {4, 0, 30}},
    {Sign::silent,
     {"silent", "silent_s", "positions of the silent time, sent late"},
     {1, 300, 1500}},
    {Sign::power_cut, {"power_cut", "power_cut_s", "power without a break"}, {1.5, 60, 300}},
    {Sign::jammed, {"jammed", "jammed_s", "satellites in view"}, {2.5, 60, 300}},
    {Sign::frozen, {"frozen", "frozen_m", "a place that moves with the wheels"}, {2, 300, 2000}},
    {Sign::odometer_differs,
     {"odometer_differs", "odometer_differs_share", "an odometer that agrees"},
     {1.5, 0.1, 0.4}},
    {Sign::lock_apart, {"lock_apart", "lock_apart_m", "the lock beside the truck"}, {3, 300, 1500}},
    {Sign::too_smooth, {"too_smooth", "too_smooth_s", "a track with noise"}, {2, 120, 600}},
    {Sign::jumped, {"jumped", "jumped_m", "no jump"}, {1, 1000, 10000}},
    {Sign::clock_set, {"clock_set", "clock_set_s", "a clock that runs true"}, {1, 120, 1800}},
    {Sign::near_water,
     {"near_water", "protected_zone_m", "a place farther from the protected zone", true},
     {1, 300, 200, at_once}},
    {Sign::in_zone,
     {"in_zone", "in_zone_s", "a way outside the protected zone"},
     {2, 0, 60, at_once}},
    {Sign::night, {"night", "night", "daylight", true}, {0.5, 0, 1, at_once}},
    {Sign::suspect_place,
     {"suspect_place", "suspect_place", "a reviewed place", true},
     {1.5, 0, 1, at_once}},
    {Sign::wrong_place, {"wrong_place", "wrong_place_s", "the planned receiver"}, {3, 120, 900}},
    {Sign::overdue, {"overdue", "overdue_s", "a later planned arrival", true}, {0.5, 1200, 7200}},
    {Sign::slow,
     {"slow", "slow_s", "a queue of other trucks around", true},
     {0, 30, 120, seconds{300}}},
    {Sign::unplugged,
     {"unplugged", "unplugged_m", "odometer, speed or weight from the truck's own wires"},
     {2.9, 300, 1500}},
}};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].sign != static_cast<Sign>(i)) return false;
    }
    return true;
}
static_assert(is_in_order());

struct PairingRow {
    std::string_view code;
    double weight;
};
constexpr std::array<PairingRow, pairing_count> pairing_rows{{
    {"stop_lock", 5},
    {"stop_load", 4.5},
    {"lock_load", 3},
    {"stop_place", 5.5},
    {"stop_off_night", 4.5},
    {"gap_place", 3},
    {"gap_load", 5},
    {"off_night_place", 3},
    {"stop_back", 2.9},
    {"slow_load", 4.5},
    {"off_load", 4},
    {"forged_load", 3},
    {"forged_unplugged", 3},
}};

/// The strongest of some signs: several of one sort do not add up.
template <class... Signs>
double any_of(const std::array<double, sign_count>& strengths, Signs... signs) {
    return std::max({strengths[static_cast<std::size_t>(signs)]...});
}

std::array<double, pairing_count> products(const std::array<double, sign_count>& s) {
    const double stop = any_of(s, Sign::stopped, Sign::creeping);
    const double lock = any_of(s, Sign::lock_open, Sign::lock_cut);
    const double load = any_of(s, Sign::load_fell, Sign::load_leaks, Sign::body_lifted);
    const double gap = any_of(s, Sign::silent, Sign::power_cut, Sign::jammed);
    const double place = any_of(s, Sign::near_water, Sign::in_zone, Sign::suspect_place);
    const double off = any_of(s, Sign::off_route);
    const double night = any_of(s, Sign::night);
    const double forged = any_of(s, Sign::odometer_differs, Sign::lock_apart, Sign::too_smooth,
                                 Sign::frozen, Sign::jumped);
    return {stop * lock,
            stop * load,
            lock * load,
            stop * place,
            stop * off * night,
            gap * std::max(place, off),
            gap * load,
            off * night * place,
            any_of(s, Sign::stopped) * any_of(s, Sign::turned_back),
            any_of(s, Sign::slow) * load,
            off * load,
            forged * load,
            forged * any_of(s, Sign::unplugged)};
}

}  // namespace

const SignWords& words_of(Sign sign) { return rows[static_cast<std::size_t>(sign)].words; }

std::string_view code(Pairing pairing) {
    return pairing_rows[static_cast<std::size_t>(pairing)].code;
}

FusionRules FusionRules::standard() {
    FusionRules rules;
    for (std::size_t i = 0; i < rows.size(); ++i) rules.signs[i] = rows[i].standard;
    for (std::size_t i = 0; i < pairing_count; ++i) rules.pairings[i] = pairing_rows[i].weight;
    return rules;
}

double strength_of(const SignRule& rule, double amount) {
    return std::clamp((amount - rule.none) / (rule.full - rule.none), 0.0, 1.0);
}

Weighing weigh(const std::array<double, sign_count>& strengths, const FusionRules& rules) {
    Weighing weighing{.signs = strengths, .pairings = products(strengths), .sum = rules.intercept};
    for (std::size_t i = 0; i < sign_count; ++i) {
        weighing.sum += rules.signs[i].weight * strengths[i];
    }
    for (std::size_t i = 0; i < pairing_count; ++i) {
        weighing.sum += rules.pairings[i] * weighing.pairings[i];
    }
    return weighing;
}

}  // namespace liuhen::geofence
