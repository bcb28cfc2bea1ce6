// The reckoning: what the devices and the police reader saw against what the server promised.
#pragma once

#include "simulators/police.hpp"
#include "simulators/truck.hpp"

#include <memory>
#include <string>
#include <vector>

namespace liuhen::simulators {

/// Every acknowledged point stands exactly once in the vehicle's track. Complaints go to the stage.
awaitable<void> audit_tracks(Stage& stage, const std::vector<std::unique_ptr<Truck>>& trucks,
                             Instant from, Instant until);

/// Each truck that finished a lap raised what its plan expects and nothing it does not allow.
/// Alerts detected before `since` belong to an earlier run; withdrawn ones do not stand.
void audit_alerts(Stage& stage, const std::vector<std::unique_ptr<Truck>>& trucks,
                  const AlertLog& log, Instant since);

/// The times of the points in one page of a GeoJSON track. Throws when there are none to be found.
std::vector<Instant> times_in_track(const json& track);
/// The same of all pages, from `target` on.
awaitable<std::vector<Instant>> read_track(Api police, std::string target);

}  // namespace liuhen::simulators
