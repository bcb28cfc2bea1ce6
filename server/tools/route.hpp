// `liuhen route`: roads from OPL in, the corridor between places out as GeoJSON. No database.
#pragma once

#include <iosfwd>

namespace liuhen::server::route {

/// The program: 0 done, 1 the roads cannot be used or lead nowhere, 2 wrong usage. Reads OPL with
/// locations on ways from `in` unless a file is named.
int main_of(int argc, const char* const* argv, std::istream& in, std::ostream& out,
            std::ostream& error);

}  // namespace liuhen::server::route
