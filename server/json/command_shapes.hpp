// What areas and routes have in common: places on the wire, hours, speed limits, flags.
#pragma once

#include "server/json/command_readers.hpp"

#include <array>

namespace liuhen::server::commands {

inline constexpr std::size_t most_corners = 500;  ///< of a polygon or a route
inline constexpr std::size_t area_name_bytes = 60;

/// A field that is true or false, and its bit in an area's flags.
struct FlagField {
    std::string_view name;
    std::uint16_t bit;
};
/// Whom the terminal tells; areas and routes have these.
inline constexpr std::array told_flags{
    FlagField{"tell_driver_on_entry", jtt808::area_flag::tell_entry_to_driver},
    FlagField{"tell_platform_on_entry", jtt808::area_flag::tell_entry_to_platform},
    FlagField{"tell_driver_on_exit", jtt808::area_flag::tell_exit_to_driver},
    FlagField{"tell_platform_on_exit", jtt808::area_flag::tell_exit_to_platform}};
/// The bits of those fields that are true.
std::uint16_t flags_of(Fields& form, std::span<const FlagField> fields);

/// [lon, lat] in WGS 84; nullopt and a fault when it is none.
std::optional<LatLon> place_in(const nlohmann::json& value, const std::string& pointer,
                               Faults& faults);
/// The same in a field that must be there; 0, 0 with a fault.
LatLon place_of(Fields& form, std::string_view name);
/// In 1e-6 degree without sign, as terminals have it.
jtt808::Point wire_point(LatLon place);

/// The bits that say in which hemisphere all these corners lie. An area across the equator or the
/// meridian of Greenwich cannot be said: a fault.
struct HemisphereBits {
    std::uint16_t south, west;
};
std::uint16_t hemisphere(Fields& form, std::string_view name, std::span<const LatLon> corners,
                         HemisphereBits bits);

/// `from` and `until`, or `daily_from` and `daily_until`; nullopt: always.
std::optional<jtt808::Hours> read_hours(Fields& form);
/// `speed_limit`; nullopt: none.
std::optional<jtt808::SpeedLimit> read_limit(Fields& form);

}  // namespace liuhen::server::commands
