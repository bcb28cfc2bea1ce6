#include "server/json/rule_rows.hpp"

namespace liuhen::server {
namespace {

using geofence::FusionRules;
using R = geofence::RuleSet;

constexpr double hour = 3600;
constexpr double day = 24 * hour;

const ThresholdRow thresholds[] = {
    {"impossible", &R::impossible, 20, 200},
    {"outlier_allowance", &R::outlier_allowance, 0, 2'000},
    {"departure_fixes", &R::departure_fixes, 1, 20},
    {"arrival_dwell", &R::arrival_dwell, 0, hour},
    {"dwell_step_cap", &R::dwell_step_cap, 1, hour},
    {"off_scale", &R::off_scale, 1, 500},
    {"off_clip", &R::off_clip, 0.1, 100},
    {"off_tau", &R::off_tau, 1, hour},
    {"off_step_cap", &R::off_step_cap, 1, hour},
    {"off_alarm", &R::off_alarm, 0.1, 1'000},
    {"off_ceiling", &R::off_ceiling, 0.1, 10'000},
    {"off_serious", &R::off_serious, 0, day},
    {"off_satellites", &R::off_satellites, 0, 100},
    {"off_satellite_slack", &R::off_satellite_slack, 0, 10},
    {"off_most_slack", &R::off_most_slack, 1, 10},
    {"off_parallel", &R::off_parallel, 0, 2},
    {"off_parallel_speed", &R::off_parallel_speed, 0, 50},
    {"off_parallel_slack", &R::off_parallel_slack, 1, 10},
    {"off_parallel_reach", &R::off_parallel_reach, 0, 5'000},
    {"off_parallel_clip", &R::off_parallel_clip, 0, 100},
    {"off_calm", &R::off_calm, 0, hour},
    {"off_calm_clip", &R::off_calm_clip, 0, 100},
    {"off_end_yard", &R::off_end_yard, 0, 5'000},
    {"detour_within_1_km", &R::detour_within_1_km, 10, 1'000},
    {"detour_within_4_km", &R::detour_within_4_km, 10, 4'000},
    {"detour_within_16_km", &R::detour_within_16_km, 10, 16'000},
    {"turned_back_least", &R::turned_back_least, 10, 100'000},
    {"still", &R::still, 0.1, 20},
    {"going", &R::going, 0.1, 20},
    {"waking", &R::waking, 0.1, 20},
    {"fast", &R::fast, 0.1, 50},
    {"gait_back", &R::gait_back, 1, 600},
    {"gait_ahead", &R::gait_ahead, 1, 600},
    {"parked_after", &R::parked_after, 10, day},
    {"parked_leave", &R::parked_leave, 1, 1'000},
    {"parked_drift", &R::parked_drift, 1, 5'000},
    {"creep_most", &R::creep_most, 0.1, 50},
    {"creep_least", &R::creep_least, 1, hour},
    {"queue_pause", &R::queue_pause, 1, hour},
    {"queue_steps", &R::queue_steps, 1, 100},
    {"stop_radius", &R::stop_radius, 5, 1'000},
    {"stop_break", &R::stop_break, 5, 5'000},
    {"stop_speed", &R::stop_speed, 0.1, 50},
    {"stop_unplanned", &R::stop_unplanned, 30, day},
    {"stop_on_road", &R::stop_on_road, 30, day},
    {"gate_reach", &R::gate_reach, 0, 1'000},
    {"stop_step_cap", &R::stop_step_cap, 1, day},
    {"stop_watched", &R::stop_watched, 30, day},
    {"night_from_hour", &R::night_from_hour, 0, 24},
    {"night_until_hour", &R::night_until_hour, 0, 24},
    {"zone_fixes", &R::zone_fixes, 1, 20},
    {"zone_stop", &R::zone_stop, 0, day},
    {"zone_foresight", &R::zone_foresight, 0, hour},
    {"zone_graze", &R::zone_graze, 0, 1'000},
    {"silent", &R::silent, 30, day},
    {"silent_serious", &R::silent_serious, 30, day},
    {"lock_lost_factor", &R::lock_lost_factor, 1, 1'000},
    {"lock_lost_least", &R::lock_lost_least, 30, day},
    {"lock_lost_window", &R::lock_lost_window, 1, 100},
    {"lock_lost_known", &R::lock_lost_known, 1, 100},
    {"load_window", &R::load_window, 10, hour},
    {"load_share", &R::load_share, 0.001, 1},
    {"load_least_kg", &R::load_least_kg, 1, 50'000},
    {"load_slope", &R::load_slope, 0, 1},
    {"overdue_unexplained", &R::overdue_unexplained, 0, day},
    {"overdue_at_most", &R::overdue_at_most, 0, 7 * day},
    {"wrong_place_unloading", &R::wrong_place_unloading, 0, day},
    {"wrong_place_stay", &R::wrong_place_stay, 0, day},
    {"wrong_place_late", &R::wrong_place_late, 0, day},
    {"fault_lasts", &R::fault_lasts, 1, day},
    {"jammed", &R::jammed, 1, day},
    {"silent_sign", &R::silent_sign, 1, day},
    {"odometer_window", &R::odometer_window, 100, 1'000'000},
    {"odometer_share", &R::odometer_share, 0.01, 1},
    {"clock_overlap", &R::clock_overlap, 1, day},
    {"frozen", &R::frozen, 10, 100'000},
    {"jump", &R::jump, 100, 1'000'000},
    {"jump_stands", &R::jump_stands, 1, day},
    {"two_places", &R::two_places, 100, 1'000'000},
    {"two_places_last", &R::two_places_last, 1, day},
    {"lock_apart", &R::lock_apart, 50, 100'000},
    {"lock_apart_lasts", &R::lock_apart_lasts, 1, day},
    {"smooth", &R::smooth, 10, day},
    {"smooth_fixes", &R::smooth_fixes, 3, 1'000},
    {"smooth_length", &R::smooth_length, 100, 1'000'000},
    {"smooth_spread", &R::smooth_spread, 0, 100},
    {"smooth_step", &R::smooth_step, 1, hour},
    {"loading_stay", &R::loading_stay, 0, day},
};

const FusionRow fusion[] = {
    {"intercept", &FusionRules::intercept, -100, 0},
    {"watch", &FusionRules::watch, -100, 100},
    {"suspected", &FusionRules::suspected, -100, 100},
    {"quiet", &FusionRules::quiet, 0.001, 100},
    {"quiet_for", &FusionRules::quiet_for, 30, day},
    {"step_cap", &FusionRules::step_cap, 1, hour},
    {"gap", &FusionRules::gap, 1, day},
};

}  // namespace

std::span<const ThresholdRow> threshold_rows() { return thresholds; }
std::span<const FusionRow> fusion_rows() { return fusion; }

}  // namespace liuhen::server
