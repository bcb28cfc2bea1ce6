// Models that the operator knows and the program does not.
#pragma once

#include "base/result.hpp"

#include <string>

namespace liuhen::server {

/// Adds the profiles of a file, in the grammar of docs/wire-items.md, to those that are known. Call
/// it before there are threads; an empty name adds none. The fault is `FILE:LINE: why`.
Result<void, std::string> load_profiles(const std::string& file);

}  // namespace liuhen::server
