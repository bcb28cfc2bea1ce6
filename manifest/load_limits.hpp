// How much one manifest may weigh by its modes of transport, and what goes on a vehicle at all.
#pragma once

#include "base/units.hpp"
#include "manifest/manifest.hpp"
#include "manifest/requests.hpp"

#include <span>
#include <string_view>

namespace liuhen::manifest {

/// The most that one load may weigh in a mode, and who says so.
struct LoadLimit {
    Mode mode{};
    Grams most;
    std::string_view source;
};
/// One row for each mode.
std::span<const LoadLimit> load_limits();

/// No weight of a manifest is above it, whatever the mode.
inline constexpr Grams largest_load{50'000'000'000};

Grams load_limit(Mode mode);
/// The least of its legs': each of them carries all of it. Without a leg the road's.
Grams load_limit(const Manifest& manifest);
Grams load_limit(const Filing& filing);

/// Waste in a pipe goes by pipe, whatever mode the form leaves unsaid.
Mode mode_of(Kind kind, Mode filed);

/// True when the load stands on a road vehicle, with plate, terminal and route. Trains, ships and
/// pipes have none of these (rule of the plate: as in UK Digital Waste Tracking).
bool by_vehicle(const Leg& leg);

/// True when the rules for dangerous goods on the road hold for it: hazardous waste, unless each
/// such line is exempt and its condition is met.
bool travels_as_dangerous_goods(const Manifest& manifest);

}  // namespace liuhen::manifest
