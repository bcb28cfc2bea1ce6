#include "telematics/jtt808/vehicle.hpp"

#include "telematics/jtt808/location.hpp"

#include <algorithm>

namespace liuhen::telematics::jtt808 {

bool PositionReply::plausible() const {
    const bool dated = has_no_time(position) || time_of(position, china_standard_time);
    return dated && position.tail.empty();
}

VehicleControl door_command(Edition edition, Doors wanted) {
    VehicleControl command{.layout = layout_for(edition)};
    const bool open = wanted == Doors::open;
    if (command.layout == Layout::v2019) {
        command.controls.push_back(
            {.kind = Control::doors, .value = static_cast<std::uint8_t>(open ? 1 : 0)});
    } else {
        command.flags = open ? 0 : 1;
    }
    return command;
}

std::optional<Doors> doors_in(const VehicleControl& command) {
    if (command.layout != Layout::v2019) {
        return (command.flags & 1U) != 0 ? Doors::locked : Doors::open;
    }
    const auto found = std::ranges::find(command.controls, Control::doors, &Control::kind);
    if (found == command.controls.end()) return std::nullopt;
    return found->value == 0 ? Doors::locked : Doors::open;
}

}  // namespace liuhen::telematics::jtt808
