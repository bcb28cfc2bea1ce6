// A score as the tables of docs/detection.md.
#pragma once

#include "tests/score/benchmark.hpp"

#include <ostream>

namespace liuhen::score {

/// Sum of the families of one sort.
Tally sum_of(const Result& result, bool positive);

/// What the targets of the benchmark are held against.
struct Headline {
    double recall_a{}, precision_a{}, f1_a{};  ///< micro, all journeys
    double macro_recall_a{}, macro_f1_a{}, least_recall{};
    double false_a{}, false_b{}, false_c{};  ///< per 1,000 vehicle-days of legal journeys
    int false_alarms_a{};
    double vehicle_days{};
};
Headline headline_of(const Result& result);

void print(std::ostream& out, const Score& score);

}  // namespace liuhen::score
