// The thresholds of the watch by name, with the range that makes sense.
#pragma once

#include "geofence/rules.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>

namespace liuhen::server {

using Threshold =
    std::variant<double geofence::RuleSet::*, int geofence::RuleSet::*,
                 std::size_t geofence::RuleSet::*, geofence::Seconds geofence::RuleSet::*,
                 Metres geofence::RuleSet::*, Speed geofence::RuleSet::*>;

/// A threshold: its name is that of the field.
struct ThresholdRow {
    std::string_view name;
    Threshold field;
    double least{}, most{};  ///< of a sane set
};
std::span<const ThresholdRow> threshold_rows();

/// The numbers of the fusion beside its signs and pairings.
using FusionNumber =
    std::variant<double geofence::FusionRules::*, std::chrono::seconds geofence::FusionRules::*>;
struct FusionRow {
    std::string_view name;
    FusionNumber field;
    double least{}, most{};
};
std::span<const FusionRow> fusion_rows();

}  // namespace liuhen::server
