// The papers without which nothing may be moved: each producer's management plan and each
// receiver's licence, as the scenario's trucks need them.
#pragma once

#include "simulators/fleet.hpp"

namespace liuhen::simulators {

/// Enters and files what is missing for this year and the next; rows that an earlier run entered
/// stay. `desk` speaks for the operator. Throws `Refusal`.
awaitable<void> enter_papers(const Scenario& scenario, const Fleet& fleet, const Api& desk,
                             Instant now);

}  // namespace liuhen::simulators
