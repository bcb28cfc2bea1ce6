// What a scale showed, as typed, and how it is said to be shared over the lines.
#pragma once

#include "manifest/manifest.hpp"
#include "manifest/refusal.hpp"
#include "manifest/requests.hpp"

#include <optional>
#include <string>
#include <vector>

namespace liuhen::manifest {

struct ScaleReading {
    const std::optional<Grams>& gross;
    const std::optional<Grams>& tare;
    const std::optional<Grams>& net;
    bool counter = false;  ///< of a pipe: what it stood at before may be nothing
};

/// FIELD_REQUIRED, WEIGHT_INVALID, WEIGHT_ARITHMETIC.
Refusals reading_faults(const ScaleReading& reading);

/// Lines named that do not exist or come twice, weights out of range. `field` is the weight's name
/// in the body: sent_g, received_g or accepted_g.
Refusals named_line_faults(const Manifest& manifest, const std::vector<LineWeight>& lines,
                           const std::string& field);

/// Lines, when given, name every line and add up to `net`.
Refusals line_sum_faults(const Manifest& manifest, const std::vector<LineWeight>& lines, Grams net,
                         const std::string& field);

/// LINE_UNKNOWN when a line is not the manifest's or is named before; FIELD_RANGE.
Refusals split_line_faults(const Manifest& manifest, const std::vector<LineSplit>& lines);

}  // namespace liuhen::manifest
