// Journeys for the test of order: what trucks do and what their devices say of it.
#pragma once

#include "geofence/trip.hpp"
#include "tests/support/drive.hpp"

#include <string>
#include <vector>

namespace liuhen::test {

struct Scenario {
    std::string name;
    geofence::Trip trip;
    std::vector<Sighting> seen;
    Instant end;  ///< the last tick
};

/// One of each kind of alert and of none; a third of the observations come twice.
std::vector<Scenario> scenarios();

/// A drive without sense: roads, detours, waits, gaps, lock events, jumps and blind stretches.
Scenario random_scenario(unsigned seed);

}  // namespace liuhen::test
