// Recorded legal drives as journeys: what is raised on them is false, but for injected stops.
#pragma once

#include "tests/score/journey.hpp"

#include <filesystem>

namespace liuhen::score {

/// A set of recorded drives.
struct RealSet {
    std::string name;
    std::vector<Journey> legal;
    std::vector<Journey> with_stop;  ///< the same with a stop of 3 min 80 m off, real errors added
};

/// Hof, Kubicka, Liverpool, Jersey City: as many as are there.
std::vector<RealSet> real_sets(const std::filesystem::path& shared, std::uint64_t seed);

/// Other drives, see `drives_of`.
RealSet real_set(const std::string& name, const std::filesystem::path& points,
                 const std::filesystem::path& truth, std::uint64_t seed);

}  // namespace liuhen::score
