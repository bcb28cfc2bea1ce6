// Administrative divisions as codes of GB/T 2260: two digits a province, four a prefecture, six a
// county.
#pragma once

#include <string_view>

namespace liuhen::server {

/// Six digits below a known prefecture.
bool is_county(std::string_view code);
/// What an authority may be responsible for: a known province, a known prefecture, or a county.
bool is_area(std::string_view code);
/// True when `inner` is `outer` or lies in it; the empty code is the whole country.
bool lies_in(std::string_view inner, std::string_view outer);

}  // namespace liuhen::server
