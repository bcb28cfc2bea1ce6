// What the detectors told on each journey, for fitting the fusion's weights.
#pragma once

#include "tests/score/journey.hpp"

#include <ostream>

namespace liuhen::score {

inline constexpr std::size_t most_instants = 40;  ///< rows of one journey

/// `journey,family,dumping,at_s` and the strength of each sign and pairing.
void print_features_head(std::ostream& out);

/// Rows of one journey: the instants at which anything was told, evenly thinned, those of the
/// greatest sum and of the greatest number of signs always there; one row of zeros when nothing
/// was. `dumping`: 1 for a label that the signals show as a crime, 0 for a legal journey. Journeys
/// that are neither are left out.
void print_features(std::ostream& out, const Journey& journey);

}  // namespace liuhen::score
