// Models that a program is told of at its start, beside those that come with it.
#pragma once

#include "telematics/profile.hpp"

namespace liuhen::telematics {

/// Adds a table to `known_profiles()`: `profile NAME` is a new model, `profile NAME replace` takes
/// the place of one that is known. All of it or, with a fault, nothing. Call it before there are
/// threads and before a profile is looked up: afterwards what is known never changes.
Result<void, ProfileFault> add_profiles(std::string_view rows);

}  // namespace liuhen::telematics
