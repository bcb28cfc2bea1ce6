// `liuhen-server import`: lists and calendars from files into the database.
#pragma once

#include "server/config.hpp"

#include <iosfwd>

namespace liuhen::server {

/// Imports the file as liuhen_owner, whole or not at all, and says in one line on `out` what came
/// of it: made, changed or unchanged. Faults go to `err`, one a line. The exit code: 0 imported,
/// 1 the file has faults, 2 the command line has. Throws when the database fails.
int import_waste_list(const Invocation& asked, std::ostream& out, std::ostream& err);
int import_calendar(const Invocation& asked, std::ostream& out, std::ostream& err);

}  // namespace liuhen::server
