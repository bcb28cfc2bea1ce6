#include "geofence/detect/wheels.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::geofence {
namespace {

constexpr double fastest = 60;          // m/s by an odometer; beyond it, it is another one
constexpr double odometer_grain = 100;  // item 01 counts tenths of a kilometre
constexpr double still_m = 3;           // a place that moves no more stands still
constexpr double anchor_m = 50;
constexpr double longest_step_s = 90;   // longer gaps say nothing about lengths
constexpr double recorder_step_s = 30;  // speeds at its two ends stand for no longer one
constexpr double cut_corners_s = 20;    // steps longer than this cut corners
constexpr double cut_corners = 0.1;     // share of the length that they may lose
constexpr double slow = 1;              // m/s: below it the satellites' steps are scatter
constexpr double told_s = 600;          // a window's result is told for this long
constexpr int many_strangers = 5;
constexpr int many_backs = 3;
constexpr double back_memory_s = 600;

}  // namespace

void Wheels::begin_window(const Fix& fix) {
    anchor_ = fix.where;
    window_since_ = fix.at;
    satellite_m_ = wheel_m_ = window_s_ = 0;
    steps_ = 0;
}

void Wheels::hear_back(const Fix& fix) {
    if (backs_ == 0 || seconds_between(back_last_, fix.at) > back_memory_s) {
        backs_ = 0;
        back_since_ = fix.at;
    }
    ++backs_;
    back_last_ = fix.at;
}

std::optional<double> Wheels::rolled(const Fix& fix, double step_s) {
    if (fix.odometer && last_->odometer) {
        const double metres = (*fix.odometer - *last_->odometer).value;
        const double reach = fastest * step_s + 2 * odometer_grain;
        // A clock set back by minutes makes it jump to and fro by some kilometres.
        constexpr double clock_reach = 50'000;
        if (std::abs(metres) > std::max(reach, clock_reach)) return std::nullopt;
        if (metres < -2 * odometer_grain) hear_back(fix);
        by_odometer_ = true;
        if (metres < -odometer_grain || metres > reach) return std::nullopt;
        return std::max(metres, 0.0);
    }
    if (fix.recorder_speed && last_->recorder_speed && step_s <= recorder_step_s) {
        by_odometer_ = false;
        return (fix.recorder_speed->value + last_->recorder_speed->value) / 2 * step_s;
    }
    return std::nullopt;
}

Episodes Wheels::see(const Moment& moment, const Trip& trip, Findings& found, Troubles& troubles) {
    const Fix& fix = moment.fix;
    if (!last_) {
        last_ = fix;
        still_at_ = fix.where;
        still_since_ = fix.at;
        begin_window(fix);
        return {};
    }
    const double step_s = seconds_between(last_->at, fix.at);
    const auto metres = rolled(fix, step_s);
    if (!metres || step_s > longest_step_s) {
        // Another device's odometer between two of the truck's own is passed over.
        const bool has_wheels = fix.odometer || fix.recorder_speed;
        const bool is_stranger = !metres && has_wheels == last_->odometer.has_value();
        if (is_stranger && ++strangers_ < many_strangers)
            return judge_clock(fix, *trip.rules, found, troubles);
        strangers_ = 0;
        last_ = fix;
        still_at_ = fix.where;
        still_since_ = fix.at;
        still_m_ = 0;
        begin_window(fix);
        return judge_clock(fix, *trip.rules, found, troubles);
    }
    strangers_ = 0;
    Episodes ended = judge_freeze(fix, *metres, *trip.rules, found, troubles);
    const double from_anchor = flat_distance(anchor_, fix.where).value;
    if (from_anchor >= anchor_m) {
        if (fix.speed.value >= slow || last_->speed.value >= slow) satellite_m_ += from_anchor;
        anchor_ = fix.where;
    }
    wheel_m_ += *metres;
    window_s_ += step_s;
    ++steps_;
    last_ = fix;
    Episodes over = judge_length(fix, *trip.rules, troubles);
    ended.insert(ended.end(), over.begin(), over.end());
    const bool fresh = seconds_between(judged_at_, fix.at) < told_s;
    if (differing_ > 0 && fresh) found.push_back({Sign::odometer_differs, fix.at, share_});
    over = judge_clock(fix, *trip.rules, found, troubles);
    ended.insert(ended.end(), over.begin(), over.end());
    return ended;
}

Episodes Wheels::judge_freeze(const Fix& fix, double rolled_m, const RuleSet& rules,
                              Findings& found, Troubles& troubles) {
    if (flat_distance(still_at_, fix.where).value > still_m) {
        still_at_ = fix.where;
        still_since_ = fix.at;
        still_m_ = 0;
        return troubles.release(Cause::frozen, fix.at);
    }
    still_m_ += rolled_m;
    if (still_m_ < rules.frozen.value) return {};
    found.push_back({Sign::frozen, fix.at, still_m_});
    troubles.hold(
        Cause::frozen, still_since_, fix,
        {{.name = "rolled_m", .value = still_m_, .limit = rules.frozen.value, .share = 1}});
    return {};
}

Episodes Wheels::judge_length(const Fix& fix, const RuleSet& rules, Troubles& troubles) {
    const double longer = std::max(satellite_m_, wheel_m_);
    if (longer < rules.odometer_window.value) return {};
    const double grain = by_odometer_ ? odometer_grain : 0;
    const double apart = std::abs(satellite_m_ - wheel_m_) - grain - anchor_m;
    const bool cuts = satellite_m_ < wheel_m_ && window_s_ / std::max(steps_, 1) > cut_corners_s;
    share_ = std::max(apart, 0.0) / longer;
    const bool differs = share_ > rules.odometer_share + (cuts ? cut_corners : 0);
    if (differs && differing_++ == 0) differing_since_ = window_since_;
    if (!differs) differing_ = 0;
    judged_at_ = fix.at;
    const bool carried = wheel_m_ <= 2 * odometer_grain;
    begin_window(fix);
    if (!differs) return troubles.release(Cause::odometer, fix.at);
    // Wheels that do not turn at all while the truck gets on: a ferry, a low-loader.
    if (differing_ < 2 || carried) return {};
    troubles.hold(
        Cause::odometer, differing_since_, fix,
        {{.name = "length_differs", .value = share_, .limit = rules.odometer_share, .share = 1},
         {.name = "windows", .value = static_cast<double>(differing_), .limit = 2, .share = 0}});
    return {};
}

Episodes Wheels::judge_clock(const Fix& fix, const RuleSet& rules, Findings& found,
                             Troubles& troubles) {
    if (backs_ == 0) return {};
    if (seconds_between(back_last_, fix.at) > back_memory_s) {
        backs_ = 0;
        Episodes ended = troubles.release(Cause::clock, fix.at);
        Episodes over = troubles.release(Cause::clock_set, fix.at);
        ended.insert(ended.end(), over.begin(), over.end());
        return ended;
    }
    if (backs_ < many_backs) return {};
    const double overlap = seconds_between(back_since_, back_last_);
    const bool set = overlap >= seconds(rules.clock_overlap);
    if (set) found.push_back({Sign::clock_set, fix.at, overlap});
    if (back_last_ != fix.at) return {};
    const Term backs{.name = "times_back",
                     .value = static_cast<double>(backs_),
                     .limit = many_backs,
                     .share = set ? 0.0 : 1.0};
    const Term overlapping{.name = "overlap_s",
                           .value = overlap,
                           .limit = seconds(rules.clock_overlap),
                           .share = set ? 1.0 : 0.0};
    troubles.hold(set ? Cause::clock_set : Cause::clock, back_since_, fix,
                  set ? std::vector{overlapping, backs} : std::vector{backs, overlapping});
    return set ? troubles.release(Cause::clock, fix.at) : Episodes{};
}

}  // namespace liuhen::geofence
