// A load that is divided at its receipt: what is kept and what is refused, line by line.
#pragma once

#include "manifest/manifest.hpp"
#include "manifest/refusal.hpp"
#include "manifest/requests.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace liuhen::manifest {

/// How much of the load is refused.
enum class Share : std::uint8_t { nothing, part, everything };

/// What arrived on a line: as weighed in, else as sent.
Grams arrived_g(const WasteLine& line);

/// What a line keeps and gives back under a split: what is not said follows from what is.
struct Division {
    Grams accepted;
    Grams refused;
};
/// Lines that the split does not name are kept, or refused with `Share::everything`.
Division divide(const WasteLine& line, std::span<const LineSplit> split, Share share);

/// SPLIT_SUM where accepted and refused are not what arrived (within 0.5 kg), SPLIT_RANGE where
/// the refused weight is not the share said: 0 < refused < received for a part.
Refusals split_faults(const Manifest& manifest, const std::vector<LineSplit>& split, Share share);

/// Writes the division into the lines.
void apply_split(Manifest& manifest, const std::vector<LineSplit>& split, Share share);

/// The split that a declared difference wrote into the lines.
std::vector<LineSplit> declared_split(const Manifest& manifest);

/// Sum of what was refused.
Grams refused_total(const Manifest& manifest);

}  // namespace liuhen::manifest
