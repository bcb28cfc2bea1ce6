// OpenStreetMap's ways from OPL, the text form that `osmium` writes: one object a line.
// Format: the osmium tool's manual of file formats, "OPL".
#pragma once

#include "base/result.hpp"
#include "geofence/roads/way.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::geofence::roads {

inline constexpr std::size_t max_opl_line = 1'000'000;  ///< bytes; a way has at most 2,000 nodes

/// Why a line is no OPL, or has no places in it.
struct OplFault {
    std::string detail;  ///< an English sentence that names the field
};

/// The road on this line for this lorry; nothing when the line holds something else, or a way that
/// no lorry drives on. Places must be within the way (`add-locations-to-ways`): a node without one
/// is a fault.
Result<std::optional<Way>, OplFault> read_way(std::string_view line, const Lorry& lorry);

}  // namespace liuhen::geofence::roads
