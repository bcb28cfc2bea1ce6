// Whole stories from one seed: trucks, a server, its database, a network between them, and all that
// happens to each.
#pragma once

#include "tests/world/stage.hpp"

#include <cstdint>

namespace liuhen::world {

/// Plays the story of a seed to its end, with a bug or without, and audits it.
Account play(std::uint64_t seed, Bug bug = Bug::none);

}  // namespace liuhen::world
