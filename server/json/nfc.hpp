// Text in one spelling: what looks the same is stored, compared and signed as the same bytes.
#pragma once

#include <string>
#include <string_view>

namespace liuhen::server {

/// UTF-8 in Unicode's normalization form C (Unicode Standard Annex 15): "e" and an accent become
/// "é". Text that is composed already, as most is, comes back as it was.
std::string composed(std::string_view text);
/// UTF-8 as one compares it when looks do not matter (NFKC_Casefold): full-width forms become
/// ASCII, letters small, characters that show nothing fall away.
std::string folded(std::string_view text);

}  // namespace liuhen::server
