// Weights of the fusion from journeys of the training part.
#pragma once

#include "geofence/rules.hpp"
#include "tests/score/journey.hpp"
#include "tests/score/logistic.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::score {

/// Signs, then pairings, in the order of the rules.
inline constexpr std::size_t feature_count = geofence::sign_count + geofence::pairing_count;
std::string feature_name(std::size_t feature);
double& weight_of(geofence::FusionRules& rules, std::size_t feature);

/// The strengths that the fusion sees, folded in device time: of a journey in which something was
/// unloaded those of its time, of an honest one all, at most one instant in 30 s. Nullopt where
/// something else was done: it says nothing about dumping.
std::optional<Bag> bag_of(const Journey& journey, const geofence::RuleSet& rules);

/// What fitting began with and came to.
struct Fit {
    geofence::RuleSet before, after;
    std::vector<Bag> bags;
    double honest_hours{};
};
/// Fits weights and intercept; then the upper bound, no lower than it was, so that honest training
/// journeys pass it at most `false_alarms` times in 1,000 vehicle-days of 8 h.
void refit(Fit& fit, FitSettings settings, double false_alarms);

/// Tables in Markdown: weights before and after with how often each feature was seen, and what
/// bounds come to.
void print(std::ostream& out, const Fit& fit);
/// One line a journey: its label and its features at the instant that weighs most after fitting.
void print_csv(std::ostream& out, const Fit& fit);

}  // namespace liuhen::score
