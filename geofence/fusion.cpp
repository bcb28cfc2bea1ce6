#include "geofence/fusion.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::geofence {
namespace {

constexpr std::size_t most_locks = 8;  // lock events kept as evidence
constexpr std::size_t most_gaps = 8;   // gaps kept as evidence
constexpr double forgotten = 0.01;     // a strength below it counts nothing
constexpr double rounding = 1e-9;      // sums this close are the same

std::size_t index_of(Sign sign) { return static_cast<std::size_t>(sign); }

/// What the findings of one fix weigh by themselves, pairings and context aside.
double own_weight(const Findings& found, const FusionRules& rules) {
    double sum = 0;
    for (const Finding& one : found) {
        if (words_of(one.sign).is_context) continue;
        sum += rules.of(one.sign).weight * strength_of(rules.of(one.sign), one.amount);
    }
    return sum;
}

/// The hour, the zone nearby and a place of ill repute count beside other signs only.
void add_context(Findings& found, const Moment& moment, const RuleSet& rules) {
    const Instant at = moment.fix.at;
    if (is_night(at, rules)) found.push_back({.sign = Sign::night, .at = at, .amount = 1});
    const SignRule& water = rules.fusion.of(Sign::near_water);
    const Metres reach{std::min(std::max(water.none, water.full), max_reach.value)};
    if (const Presence* zone = nearest_protected(moment, reach)) {
        found.push_back({.sign = Sign::near_water, .at = at, .amount = zone->distance.value});
    }
    const auto is_suspect = [](const Presence& one) {
        return one.site->kind == SiteKind::suspect && one.distance <= Metres{0};
    };
    if (std::ranges::any_of(moment.nearby, is_suspect))
        found.push_back({.sign = Sign::suspect_place, .at = at, .amount = 1});
}

bool opens(LockAction action) {
    return action == LockAction::unsealed || action == LockAction::left_open ||
           action == LockAction::cut || action == LockAction::shell_opened;
}

/// The pairing of a stop off the corridor at night shows how far off it was.
Term with_offset(Term term, std::optional<LatLon> where, const Trip& trip) {
    if (!where || !trip.corridor) return term;
    const Metres along = trip.corridor->locate(*where).along;
    term.name = "night_offset_m";
    term.value = geodesic_distance(*where, trip.corridor->point_at(along)).value;
    term.limit = trip.corridor->half_width(along).value;
    return term;
}

std::string joined(const std::vector<Sign>& signs) {
    std::string text;
    for (const Sign sign : signs) {
        const std::string_view clears = words_of(sign).clears;
        if (text.find(clears) != std::string::npos) continue;
        if (!text.empty()) text += "; ";
        text += clears;
    }
    return text;
}

}  // namespace

Episodes Fusion::see(Findings found, const Moment& moment, std::optional<LatLon> standing_at,
                     const Trip& trip) {
    const FusionRules& rules = trip.rules->fusion;
    const Instant at = moment.fix.at;
    const double own = own_weight(found, rules);
    const bool is_normal = own < rules.quiet;
    if (is_normal && !running_ && told_.empty() && found.empty()) return {};
    if (own > 0) add_context(found, moment, *trip.rules);
    for (const Finding& one : found) take(one, rules);
    if (is_normal && !running_) {
        fade(at, rules);
        return {};
    }
    running_ = true;
    quiet_s_ = is_normal ? quiet_s_ + std::min(moment.step_s, seconds(rules.step_cap)) : 0;
    if (!is_normal) abnormal_ = at;
    if (quiet_s_ >= seconds(rules.quiet_for)) return end(abnormal_, trip);
    gather(moment, rules);
    judge(at, standing_at ? standing_at : moment.fix.where, trip);
    return {};
}

void Fusion::hear(const Findings& found, const LockEvent& event, std::optional<LatLon> place,
                  const Trip& trip) {
    if (found.empty()) return;
    const FusionRules& rules = trip.rules->fusion;
    for (const Finding& one : found) take(one, rules);
    const auto same_lock = [&](const LockEvent& one) { return one.lock == event.lock; };
    const auto last = std::find_if(locks_.rbegin(), locks_.rend(), same_lock);
    const bool is_news = last == locks_.rend() || last->action != event.action;
    if (opens(event.action) && is_news && locks_.size() < most_locks) locks_.push_back(event);
    running_ = true;
    quiet_s_ = 0;
    abnormal_ = event.at;
    judge(event.at, place, trip);
}

void Fusion::take(const Finding& one, const FusionRules& rules) {
    const SignRule& rule = rules.of(one.sign);
    const double strength = strength_of(rule, one.amount);
    if (strength <= 0) return;
    auto known = std::ranges::find(told_, one.sign, &Told::sign);
    if (known == told_.end()) {
        known = told_.insert(told_.end(), {.sign = one.sign, .began = one.at, .at = one.at});
    }
    const double since_s = seconds_between(known->at, one.at);
    if (since_s > seconds(rule.fades)) known->began = one.at;
    const double faded = known->strength * std::exp(-since_s / seconds(rule.fades));
    known->strength = std::max(strength, faded);
    known->at = one.at;
    if (strength >= known->strongest) {
        known->strongest = strength;
        const bool less_is_more = rule.full < rule.none;
        const bool first = known->began == one.at;
        known->amount = first          ? one.amount
                        : less_is_more ? std::min(known->amount, one.amount)
                                       : std::max(known->amount, one.amount);
    }
    if (one.sign == Sign::stopped || one.sign == Sign::creeping) {
        known->began = one.at - Duration{std::llround(one.amount * 1000)};
    }
}

void Fusion::fade(Instant at, const FusionRules& rules) {
    std::erase_if(told_, [&](const Told& one) {
        const double passed = seconds_between(one.at, at) / seconds(rules.of(one.sign).fades);
        return one.strength * std::exp(-passed) < forgotten;
    });
}

void Fusion::gather(const Moment& moment, const FusionRules& rules) {
    track_.add(moment.fix);
    if (moment.step_s > seconds(rules.gap) && gaps_.size() < most_gaps) {
        const Duration step{std::llround(moment.step_s * 1000)};
        gaps_.push_back({.from = moment.fix.at - step, .until = moment.fix.at});
    }
    const SignRule& water = rules.of(Sign::near_water);
    const Metres reach{std::min(std::max(water.none, water.full), max_reach.value)};
    const Presence* zone = nearest_protected(moment, reach);
    if (zone != nullptr && (!to_zone_ || zone->distance < *to_zone_)) {
        to_zone_ = zone->distance;
        zone_ = zone->site->name;
    }
}

Weighing Fusion::weighing(Instant at, const FusionRules& rules) const {
    std::array<double, sign_count> strengths{};
    for (const Told& one : told_) {
        const double passed = seconds_between(one.at, at) / seconds(rules.of(one.sign).fades);
        const double left = one.strength * std::exp(-passed);
        strengths[index_of(one.sign)] = left < forgotten ? 0 : left;
    }
    return weigh(strengths, rules);
}

double Fusion::strength(Sign sign, Instant at, const FusionRules& rules) const {
    const Told* one = told(sign);
    if (one == nullptr) return 0;
    return one->strength * std::exp(-seconds_between(one->at, at) / seconds(rules.of(sign).fades));
}

void Fusion::judge(Instant at, std::optional<LatLon> where, const Trip& trip) {
    const FusionRules& rules = trip.rules->fusion;
    const Weighing now = weighing(at, rules);
    if (!peak_ || now.sum >= peak_->weighing.sum - rounding) {
        peak_ = std::make_shared<const Peak>(Peak{.weighing = now, .where = where});
    }
    if (!open_ && now.sum >= rules.suspected) {
        open_ = OpenEpisode{.kind = Kind::suspected_dumping,
                            .grade = 0,
                            .since = beginning(at, now, rules),
                            .shown = nullptr};
    }
    suspicion_ = open_                    ? Suspicion::suspected
                 : now.sum >= rules.watch ? Suspicion::watch
                                          : Suspicion::quiet;
    if (open_ && open_->is_due(at, 1)) open_->show(at, 1, evidence(trip));
}

const Fusion::Told* Fusion::told(Sign sign) const {
    const auto known = std::ranges::find(told_, sign, &Told::sign);
    return known == told_.end() ? nullptr : &*known;
}

/// Where the truck stands, dumping began with the stay; else with the last of the signs without
/// any one of which the sum would not have reached the bound.
Instant Fusion::beginning(Instant at, const Weighing& now, const FusionRules& rules) const {
    if (const Told* stay = told(Sign::stopped); stay != nullptr && stay->at == at) {
        return stay->began;
    }
    std::optional<Instant> latest;
    for (const Told& one : told_) {
        auto without = now.signs;
        without[index_of(one.sign)] = 0;
        if (weigh(without, rules).sum >= rules.suspected || words_of(one.sign).is_context) continue;
        latest = std::max(latest.value_or(one.began), one.began);
    }
    return latest.value_or(at);
}

Episodes Fusion::end(Instant at, const Trip& trip) {
    Episodes ended;
    if (open_) ended.push_back(open_->closed(at, evidence(trip)));
    *this = Fusion{};
    return ended;
}

Evidence Fusion::evidence(const Trip& trip) const {
    const FusionRules& rules = trip.rules->fusion;
    const Weighing& peak = peak_->weighing;
    const double found = std::max(peak.sum - rules.intercept, rounding);
    Evidence evidence;
    evidence.path = track_.path();
    evidence.fixes_total = track_.total();
    evidence.locks = locks_;
    evidence.gaps = gaps_;
    evidence.where = peak_->where;
    evidence.place = zone_;
    evidence.terms.push_back(
        {.name = "log_likelihood_ratio", .value = peak.sum, .limit = rules.suspected, .share = 0});
    for (const Told& one : told_) {
        const double share = rules.of(one.sign).weight * peak.signs[index_of(one.sign)] / found;
        evidence.terms.push_back({.name = std::string(words_of(one.sign).term),
                                  .value = one.amount,
                                  .limit = rules.of(one.sign).none,
                                  .share = share});
    }
    for (std::size_t i = 0; i < pairing_count; ++i) {
        if (peak.pairings[i] <= 0) continue;
        const auto pairing = static_cast<Pairing>(i);
        Term term{.name = std::string(code(pairing)),
                  .value = peak.pairings[i],
                  .limit = 0,
                  .share = rules.pairings[i] * peak.pairings[i] / found};
        if (pairing == Pairing::stop_off_night)
            term = with_offset(std::move(term), peak_->where, trip);
        evidence.terms.push_back(std::move(term));
    }
    evidence.would_clear = what_would_clear(peak, rules);
    return evidence;
}

std::string what_would_clear(const Weighing& weighing, const FusionRules& rules) {
    std::vector<Sign> each, together;
    auto left = weighing.signs;
    for (std::size_t i = 0; i < sign_count; ++i) {
        if (weighing.signs[i] <= 0) continue;
        auto without = weighing.signs;
        without[i] = 0;
        if (weigh(without, rules).sum < rules.suspected) each.push_back(static_cast<Sign>(i));
    }
    if (!each.empty()) return "Any one of: " + joined(each) + ".";
    while (weigh(left, rules).sum >= rules.suspected) {  // ends: each round takes one more away
        std::size_t heaviest = sign_count;
        double lightest = 0;
        for (std::size_t i = 0; i < sign_count; ++i) {
            if (left[i] <= 0) continue;
            auto without = left;
            without[i] = 0;
            const double sum = weigh(without, rules).sum;
            if (heaviest != sign_count && sum >= lightest) continue;
            heaviest = i;
            lightest = sum;
        }
        if (heaviest == sign_count) break;
        left[heaviest] = 0;
        together.push_back(static_cast<Sign>(heaviest));
    }
    return "All of: " + joined(together) + ".";
}

}  // namespace liuhen::geofence
