// Text in one spelling: what looks the same is stored, compared and signed as the same bytes.
#pragma once

#include <string>
#include <string_view>

namespace liuhen::server {

/// UTF-8 in Unicode's normalization form C (Unicode Standard Annex 15): "e" and an accent become
/// "é". Text that is composed already, as most is, comes back as it was.
std::string composed(std::string_view text);

}  // namespace liuhen::server
