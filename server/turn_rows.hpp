// What one chunk of a device came to, as rows by the vehicle they concern.
#pragma once

#include "server/device_floor.hpp"
#include "telematics/turn.hpp"

#include <optional>
#include <vector>

namespace liuhen::server {

struct TurnRows {
    std::vector<Report> reports;  ///< one a vehicle
    store::Entry rest;            ///< of no vehicle
};

/// Sightings go to the vehicle that the device was on at their own time; what is refused from
/// nobody in particular goes to quarantine within its limits. Takes the parts of `turn` that it
/// makes rows of.
TurnRows rows_of(DeviceFloor& floor, const Line& line, const std::optional<TerminalId>& speaker,
                 telematics::Turn& turn);

/// Returns once everything is committed: only then may the reply leave. Throws NotStored.
awaitable<void> store_rows(DeviceFloor& floor, TurnRows rows);

}  // namespace liuhen::server
