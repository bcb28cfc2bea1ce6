// The parts of the roadside page, one below the other.
#pragma once

#include "server/http/roadside_page.hpp"

#include <string>
#include <string_view>

namespace liuhen::server::http {

/// A text from outside as it may stand in the page: no markup, nothing that hides or turns writing.
std::string shown(std::string_view text);
/// "王**": somebody who stands before the person recognizes the name, a stranger learns none.
std::string masked_name(std::string_view name);
/// "…1234": the last four characters, of a longer number.
std::string masked_number(std::string_view number);

/// What a column or field is called: "车牌 <small>Plate</small>".
std::string bilingual(std::string_view zh, std::string_view en);

std::string vehicle_part(const RoadsideView& view);
std::string journey_part(const RoadsideView& view);
std::string parties_part(const RoadsideView& view);
std::string wastes_part(const RoadsideView& view);
std::string containers_part(const RoadsideView& view);
std::string signatures_part(const RoadsideView& view);

}  // namespace liuhen::server::http
