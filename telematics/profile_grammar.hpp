// Rows of profiles as text: what each says of a model (docs/wire-items.md).
#pragma once

#include "telematics/profile.hpp"

#include <string_view>
#include <vector>

namespace liuhen::telematics {

/// What stands between one `profile NAME` and the next.
struct ProfileBlock {
    Profile profile;
    Dialect dialect;
    std::size_t line{};     ///< where it begins
    bool replaces = false;  ///< a model of the same name that is known already
};

/// Reads all blocks; the first row that is wrong is the fault.
Result<std::vector<ProfileBlock>, ProfileFault> read_profile_blocks(std::string_view rows);

}  // namespace liuhen::telematics
