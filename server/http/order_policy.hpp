// Who may give which orders, and which orders nobody gives through this door.
#pragma once

#include "server/http/routes.hpp"
#include "server/json/fault.hpp"
#include "telematics/command.hpp"

#include <optional>
#include <string_view>

namespace liuhen::server::http {

/// Who may give an order of this kind; empty: nobody, for there is no such kind.
Roles may_order(std::string_view kind);

/// Why a command may not be given as an order, with the pointer to what makes it so; nullopt when
/// it may. Opening a lock or a door is governed by manifest, place and role, and has its own
/// address; whatever could do the same by another way is turned away here too.
std::optional<Fault> ungoverned_opening(const telematics::Command& command);

}  // namespace liuhen::server::http
