// The manifest that a refused load travels on with.
#pragma once

#include "manifest/lifecycle.hpp"

namespace liuhen::manifest {

/// The child that `redirect` makes: the refused weights, the same producer, truck, crew and locks,
/// another receiver; LOADED, since the load never left the truck. It starts at the receiver that
/// refused it. `facts.directory` knows the new receiver and place, `facts.child` and
/// `facts.next_no` name it.
Manifest redirected(const Manifest& parent, const Request& request, const Facts& facts);

/// True: what comes home goes to who sent it, who is its receiver on the way back. In the
/// producer's role he acts as the receiver.
bool takes_back_own(const Manifest& manifest);

/// What goes back or on: the lines with something refused, renumbered from 1.
std::vector<WasteLine> refused_lines(const Manifest& parent);

}  // namespace liuhen::manifest
