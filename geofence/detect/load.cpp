#include "geofence/detect/load.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::geofence {
namespace {

constexpr std::size_t least_weighings = 3;  // of a median while standing
constexpr std::size_t block_weighings = 6;  // of a median while driving
constexpr std::size_t most_weighings = 64;
constexpr double window_share = 0.75;       // of the window that weighings have to span
constexpr double error_of_median = 1.2533;  // times scatter / sqrt(n), of normal errors
constexpr double errors = 4.5;              // that a fall has to exceed
constexpr double told_s = 900;              // a sign is told for this long
constexpr double leak_slack = 0.015;        // share that a driving median may lack
constexpr double leak_slack_errors = 2;     // and at least so many errors of the median
constexpr std::size_t base_blocks = 3;      // driving medians that make the base
constexpr double leak_alarm = 0.05;         // sum of what they lack beyond it
constexpr double drift_an_hour = 0.01;      // the base follows the sensor by this share
constexpr double lifting_most = 5;          // m/s: faster nobody tips
constexpr int sure_reports = 3;
constexpr double gram_kg = 1e-3;

double median_of(std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

double error_of(const Level& level) {
    return error_of_median * level.scatter_kg / std::sqrt(static_cast<double>(level.weighings));
}

/// Kilograms that are missing beyond doubt; 0 when none are.
double missing(const Level& from, const Level& to, double share, const RuleSet& rules) {
    const double error = std::hypot(error_of(from), error_of(to));
    const double least = std::max({share * from.kg, rules.load_least_kg, errors * error});
    return from.kg - to.kg > least ? from.kg - to.kg : 0;
}

}  // namespace

std::optional<Level> level_of(std::vector<double> kilograms, const Unrest& unrest) {
    if (kilograms.empty()) return std::nullopt;
    constexpr double normal = 1.4826;  // median of deviations to standard deviation
    Level level;
    level.weighings = kilograms.size();
    level.kg = median_of(kilograms);
    for (double& one : kilograms) one = std::abs(one - level.kg);
    level.scatter_kg = std::max(normal * median_of(kilograms), unrest.scatter_kg());
    return level;
}

void Unrest::take(double kg) {
    constexpr double of_normal = 0.8862;  // mean difference of two normal values to their deviation
    constexpr int remembered = 40;
    if (last_) {
        const double now = of_normal * std::abs(kg - *last_);
        taken_ = std::min(taken_ + 1, remembered);
        scatter_kg_ += (now - scatter_kg_) / taken_;
    }
    last_ = kg;
}

void LoadWatch::see(const Moment& moment, const Trip& trip, Findings& found) {
    const Fix& fix = moment.fix;
    hear_body(moment, found);
    hear_state(fix);
    if (fix.mass) {
        if (is_standing(moment.gait)) {
            weigh_standing(moment, trip);
        } else {
            weigh_driving(moment, trip);
        }
    }
    if (!moment.under_way) {
        fall_.reset();
        return;
    }
    if (fall_ && seconds_between(fall_->at, fix.at) < told_s)
        found.push_back({Sign::load_fell, fix.at, fall_->share});
    if (leaked_at_ && seconds_between(*leaked_at_, fix.at) < told_s)
        found.push_back({Sign::load_leaks, fix.at, leak_share_});
}

void LoadWatch::see_blind(const Fix& blind, const Trip& trip, Findings& found) {
    Moment moment;
    moment.fix = blind;
    moment.under_way = true;
    const bool stands = blind.recorder_speed && *blind.recorder_speed < trip.rules->still;
    moment.gait = stands ? Gait::stopped : Gait::moving;
    see(moment, trip, found);
}

/// The share of the load. A scale may weigh the truck with it: then the manifests say how much of
/// that is load.
double LoadWatch::share_of(double kg, double from_kg, const Trip& trip) {
    const double declared = trip.declared ? static_cast<double>(trip.declared->value) * gram_kg : 0;
    const double load = declared > 0 ? std::min(declared, from_kg) : from_kg;
    return load > 0 ? std::clamp(kg / load, 0.0, 1.0) : 0;
}

void LoadWatch::fell(const Level& from, const Level& to, Instant at, const Trip& trip) {
    const double share = share_of(from.kg - to.kg, from.kg, trip);
    const bool goes_on = fall_ && seconds_between(fall_->at, at) < told_s;
    if (goes_on && share <= fall_->share && fall_->from.kg == from.kg) return;
    if (!goes_on || share > fall_->share) fall_ = Fall{at, from, share};
    base_kg_ = to.kg;
    based_on_ = base_blocks;
    based_at_ = at;
    leak_sum_ = 0;
}

void LoadWatch::weigh_standing(const Moment& moment, const Trip& trip) {
    const RuleSet& rules = *trip.rules;
    const Instant at = moment.fix.at;
    const double window_s = seconds(rules.load_window);
    if (!stood_) {
        stood_ = true;
        standing_.clear();
        standing_unrest_.pause();
        highest_.reset();
        std::vector<double> driven;
        for (const Weighing& one : driving_) driven.push_back(one.kg);
        if (driven.size() >= block_weighings)
            reference_ = level_of(std::move(driven), driving_unrest_);
        driving_.clear();
    }
    standing_.push_back({at, static_cast<double>(moment.fix.mass->value) * gram_kg});
    standing_unrest_.take(standing_.back().kg);
    while (standing_.size() > most_weighings ||
           (standing_.size() > least_weighings &&
            seconds_between(standing_.front().at, at) > window_s))
        standing_.erase(standing_.begin());
    const double spanned = seconds_between(standing_.front().at, at);
    if (standing_.size() < least_weighings || spanned < window_share * window_s) return;
    std::vector<double> kilograms;
    for (const Weighing& one : standing_) kilograms.push_back(one.kg);
    const Level now = *level_of(std::move(kilograms), standing_unrest_);
    if (highest_ && missing(*highest_, now, rules.load_share, rules) > 0) {
        fell(*highest_, now, at, trip);
    } else if (reference_ && missing(*reference_, now, rules.load_slope, rules) > 0) {
        fell(*reference_, now, at, trip);
    } else if (reference_ && missing(*reference_, now, rules.load_share, rules) > 0) {
        unconfirmed_ = reference_;
    }
    if (!highest_ || now.kg > highest_->kg) highest_ = now;
    if (!moment.under_way) {
        reference_ = now;  // what was loaded last
        base_kg_ = now.kg;
        based_on_ = base_blocks;
        based_at_ = at;
    }
}

void LoadWatch::weigh_driving(const Moment& moment, const Trip& trip) {
    const RuleSet& rules = *trip.rules;
    const Instant at = moment.fix.at;
    if (stood_) {
        stood_ = false;
        std::vector<double> kilograms;
        for (const Weighing& one : standing_) kilograms.push_back(one.kg);
        const auto last = level_of(std::move(kilograms), standing_unrest_);
        // A slope may have said less than there is; the next stretch of driving will tell.
        if (last && (!reference_ || fall_)) reference_ = last;
        driving_.clear();
        driving_unrest_.pause();
    }
    driving_.push_back({at, static_cast<double>(moment.fix.mass->value) * gram_kg});
    driving_unrest_.take(driving_.back().kg);
    if (driving_.size() > most_weighings) driving_.erase(driving_.begin());
    if (driving_.size() < block_weighings ||
        seconds_between(driving_.front().at, at) < 2 * seconds(rules.load_window))
        return;
    std::vector<double> kilograms;
    for (const Weighing& one : driving_) kilograms.push_back(one.kg);
    const Level block = *level_of(std::move(kilograms), driving_unrest_);
    driving_.clear();
    judge_block(block, at, trip);
}

void LoadWatch::judge_block(const Level& block, Instant at, const Trip& trip) {
    const RuleSet& rules = *trip.rules;
    if (unconfirmed_) {
        if (missing(*unconfirmed_, block, rules.load_share, rules) > 0)
            fell(*unconfirmed_, block, at, trip);
        unconfirmed_.reset();
    }
    reference_ = block;
    if (!base_kg_ || based_on_ < base_blocks) {
        const double known = base_kg_.value_or(0) * static_cast<double>(based_on_);
        base_kg_ = (known + block.kg) / static_cast<double>(++based_on_);
        based_at_ = at;
        return;
    }
    const double base = *base_kg_;
    const double lacks = base > 0 ? (base - block.kg) / base : 0;
    const double error = base > 0 ? error_of(block) / base : 0;
    leak_sum_ = std::max(0.0, leak_sum_ + lacks - std::max(leak_slack, leak_slack_errors * error));
    const bool enough = lacks * base > rules.load_least_kg;
    if (leak_sum_ > std::max(leak_alarm, errors * error) && enough) {
        leak_share_ = share_of(base - block.kg, base, trip);
        leaked_at_ = at;
        return;
    }
    if (leak_sum_ <= 0) leaked_at_.reset();
    const bool filled = block.kg - base > std::max(rules.load_least_kg, errors * error_of(block));
    const double room = drift_an_hour * base * seconds_between(based_at_, at) / 3600;
    const bool twice = filled && fuller_kg_;
    base_kg_ =
        twice ? std::min(block.kg, *fuller_kg_) : base + std::clamp(block.kg - base, -room, room);
    fuller_kg_ = filled && !twice ? std::optional{block.kg} : std::nullopt;
    based_at_ = at;
}

void LoadWatch::hear_state(const Fix& fix) {
    if (fix.load == Load::unknown) return;  // a lock's own report, or a model that does not say
    if (fix.load != Load::empty) {
        ++loaded_;
        unloaded_ = 0;
        return;
    }
    ++unloaded_;
    if (loaded_ < sure_reports || unloaded_ < sure_reports) return;
    loaded_ = 0;
    fall_ = Fall{fix.at, {}, 1};
}

void LoadWatch::hear_body(const Moment& moment, Findings& found) {
    const Signals& says = moment.fix.signals;
    const bool reported = says.has(Signal::dump_reported);
    const bool lifted = says.has(Signal::lifted) && was_down_;
    const bool open = says.has(Signal::cover_open) && was_shut_;
    was_down_ = was_down_ || !says.has(Signal::lifted);
    was_shut_ = was_shut_ || !says.has(Signal::cover_open);
    const bool tips = (reported || lifted || open) && moment.fix.speed.value < lifting_most;
    if (!tips) {
        lifted_since_.reset();
        return;
    }
    if (!lifted_since_) lifted_since_ = moment.fix.at;
    if (!moment.under_way) return;
    found.push_back({Sign::body_lifted, moment.fix.at,
                     std::max(1.0, seconds_between(*lifted_since_, moment.fix.at))});
}

}  // namespace liuhen::geofence
