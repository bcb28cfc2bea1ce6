#include "tests/score/fit.hpp"

#include "geofence/fold.hpp"
#include "geofence/timeline.hpp"

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace liuhen::score {
namespace {

using geofence::FusionRules;
using geofence::Kind;
using geofence::RuleSet;
using geofence::Seen;
using geofence::Weighing;

constexpr std::chrono::seconds stride{30};  // between instants that are kept
constexpr std::chrono::seconds early{60};   // before what was done begins
constexpr double noticed = 0.05;            // a sum this far above the intercept is an instant
constexpr double highest_bound = 12;

std::vector<float> features_of(const Weighing& weighing) {
    std::vector<float> features;
    features.reserve(feature_count);
    for (const double one : weighing.signs) features.push_back(static_cast<float>(one));
    for (const double one : weighing.pairings) features.push_back(static_cast<float>(one));
    return features;
}

const Label* dumping_of(const Journey& journey) {
    const auto found = std::ranges::find_if(journey.labels, [](const Label& label) {
        return label.tier == geofence::Tier::a && label.kinds.has(Kind::suspected_dumping);
    });
    return found == journey.labels.end() ? nullptr : &*found;
}

std::vector<Seen> in_device_time(const Journey& journey, const geofence::Trip& trip) {
    std::vector<Seen> seen;
    for (const Arrival& one : journey.arrivals) {
        const Instant at = time_of(one.what.what);
        if (at < trip.armed_at || (trip.ended_at && at >= *trip.ended_at)) continue;
        seen.push_back({one.what.what, one.what.hash});
    }
    std::ranges::sort(seen, geofence::precedes);
    seen.erase(std::unique(seen.begin(), seen.end(), geofence::same), seen.end());
    return seen;
}

Logistic model_of(const FusionRules& rules) {
    Logistic model{rules.intercept, {}};
    FusionRules copy = rules;
    for (std::size_t i = 0; i < feature_count; ++i) model.weights.push_back(weight_of(copy, i));
    return model;
}

/// The greatest sums of honest journeys, or of those with dumping.
std::vector<double> peaks(const Fit& fit, const Logistic& model, bool dumping) {
    std::vector<double> sums;
    for (const Bag& bag : fit.bags) {
        if (bag.dumping == dumping) sums.push_back(model.sum(model.heaviest(bag)));
    }
    return sums;
}

double per_thousand_days(const Fit& fit, std::size_t count) {
    return fit.honest_hours <= 0 ? 0 : 1000 * 8 * static_cast<double>(count) / fit.honest_hours;
}

std::size_t beyond(const std::vector<double>& sums, double bound) {
    return static_cast<std::size_t>(
        std::ranges::count_if(sums, [bound](double sum) { return sum >= bound; }));
}

/// In how many journeys of a class a feature is seen at the heaviest instant.
std::size_t seen_in(const Fit& fit, const Logistic& model, std::size_t feature, bool dumping) {
    return static_cast<std::size_t>(std::ranges::count_if(fit.bags, [&](const Bag& bag) {
        return bag.dumping == dumping && model.heaviest(bag)[feature] > 0;
    }));
}

}  // namespace

std::string feature_name(std::size_t feature) {
    if (feature < geofence::sign_count) {
        return std::string(words_of(static_cast<geofence::Sign>(feature)).code);
    }
    return std::string(code(static_cast<geofence::Pairing>(feature - geofence::sign_count)));
}

double& weight_of(FusionRules& rules, std::size_t feature) {
    if (feature < geofence::sign_count) return rules.signs[feature].weight;
    return rules.pairings[feature - geofence::sign_count];
}

std::optional<Bag> bag_of(const Journey& journey, const RuleSet& rules) {
    const Label* done = dumping_of(journey);
    if (done == nullptr && (is_positive(journey.family) || !journey.labels.empty())) {
        return std::nullopt;
    }
    geofence::Trip trip = *journey.trip;
    trip.rules = std::make_shared<const RuleSet>(rules);
    Bag bag{{std::vector<float>(feature_count, 0)}, done != nullptr};
    geofence::State state;
    std::optional<Instant> bucket;
    double best = 0;
    for (const Seen& one : in_device_time(journey, trip)) {
        step(state, one.what, trip);
        const Instant at = time_of(one.what);
        if (done != nullptr && (at < done->start - early || at > done->counts_until)) continue;
        const Weighing now = state.fusion.weighing(at, rules.fusion);
        if (now.sum < rules.fusion.intercept + noticed) continue;
        if (bucket && at - *bucket < stride) {
            if (now.sum > best) bag.instants.back() = features_of(now);
        } else {
            bag.instants.push_back(features_of(now));
            bucket = at;
            best = now.sum;
        }
        best = std::max(best, now.sum);
    }
    return bag;
}

void refit(Fit& fit, FitSettings settings, double false_alarms) {
    const FusionRules& began = fit.before.fusion;
    settings.alone = geofence::sign_count;
    settings.most_alone = began.watch;
    const Logistic found = fitted(fit.bags, model_of(began), settings);
    fit.after = fit.before;
    FusionRules& rules = fit.after.fusion;
    const auto rounded = [](double value) { return std::round(value * 100) / 100; };
    rules.intercept = std::floor(found.intercept * 100) / 100;
    for (std::size_t i = 0; i < feature_count; ++i) {
        weight_of(rules, i) = std::max(0.0, rounded(found.weights[i] - 0.004));
    }
    const auto honest = peaks(fit, model_of(rules), false);
    while (rules.suspected < highest_bound &&
           per_thousand_days(fit, beyond(honest, rules.suspected)) > false_alarms) {
        rules.suspected = rounded(rules.suspected + 0.1);
    }
}

void print(std::ostream& out, const Fit& fit) {
    FusionRules before = fit.before.fusion;
    FusionRules after = fit.after.fusion;
    const Logistic model = model_of(after);
    out << "| sign or pairing | before | fitted | seen in dumping | in honest |\n"
           "|---|---|---|---|---|\n"
        << std::fixed << std::setprecision(2);
    for (std::size_t i = 0; i < feature_count; ++i) {
        out << "| `" << feature_name(i) << "` | " << weight_of(before, i) << " | "
            << weight_of(after, i) << " | " << seen_in(fit, model, i, true) << " | "
            << seen_in(fit, model, i, false) << " |\n";
    }
    out << "| intercept | " << before.intercept << " | " << after.intercept << " | | |\n"
        << "| suspected | " << before.suspected << " | " << after.suspected << " | | |\n\n";
    const auto honest = peaks(fit, model, false);
    const auto dumping = peaks(fit, model, true);
    out << "| bound | dumping journeys beyond it, of " << dumping.size()
        << " | honest, per 1,000 vehicle-days |\n|---|---|---|\n";
    for (double bound = after.suspected - 2; bound <= after.suspected + 2; bound += 0.5) {
        out << "| " << bound << " | " << beyond(dumping, bound) << " | "
            << per_thousand_days(fit, beyond(honest, bound)) << " |\n";
    }
}

void print_csv(std::ostream& out, const Fit& fit) {
    out << "dumping";
    for (std::size_t i = 0; i < feature_count; ++i) out << ',' << feature_name(i);
    out << '\n';
    const Logistic model = model_of(fit.after.fusion);
    for (const Bag& bag : fit.bags) {
        out << (bag.dumping ? 1 : 0);
        for (const float one : model.heaviest(bag)) out << ',' << one;
        out << '\n';
    }
}

}  // namespace liuhen::score
