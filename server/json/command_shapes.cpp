#include "server/json/command_shapes.hpp"

#include "telematics/text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace liuhen::server::commands {
namespace {

using nlohmann::json;

constexpr double units_a_degree = 1e6;

// "hh:mm:ss" of China, every day.
std::optional<jtt808::Octets<6>> daily_time(Fields& form, std::string_view name) {
    const std::string text = form.text(name, {8, 8}, Need::required);
    if (text.empty()) return std::nullopt;
    const auto at = parse_iso("2000-01-01T" + text + "+08:00");
    if (!at) form.add("NOT_A_TIME", name, text);
    if (!at) return std::nullopt;
    jtt808::Octets<6> packed{};
    const Bytes bytes = telematics::to_bcd_time(*at, china_standard_time);
    std::copy(bytes.begin() + 3, bytes.end(), packed.begin() + 3);
    return packed;
}

}  // namespace

std::uint16_t flags_of(Fields& form, std::span<const FlagField> fields) {
    unsigned flags = 0;
    for (const FlagField& one : fields) flags |= form.flag(one.name, false) ? one.bit : 0U;
    return static_cast<std::uint16_t>(flags);
}

std::optional<LatLon> place_in(const json& value, const std::string& pointer, Faults& faults) {
    const bool pair =
        value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
    const LatLon place = pair ? LatLon{value[1].get<double>(), value[0].get<double>()} : LatLon{};
    if (pair && is_on_earth(place)) return place;
    faults.push_back(fault("BAD_GEOMETRY", pointer, value.dump()));
    return std::nullopt;
}

LatLon place_of(Fields& form, std::string_view name) {
    const json* const value = form.any(name, Need::required);
    if (value == nullptr) return {};
    return place_in(*value, form.pointer(name), form.faults()).value_or(LatLon{});
}

jtt808::Point wire_point(LatLon place) {
    const auto units = [](double degrees) {
        return static_cast<std::uint32_t>(std::llround(std::abs(degrees) * units_a_degree));
    };
    return {units(place.lat), units(place.lon)};
}

std::uint16_t hemisphere(Fields& form, std::string_view name, std::span<const LatLon> corners,
                         HemisphereBits bits) {
    if (corners.empty()) return 0;
    const bool below = corners.front().lat < 0, left = corners.front().lon < 0;
    for (const LatLon corner : corners) {
        if ((corner.lat < 0) == below && (corner.lon < 0) == left) continue;
        form.add("BAD_GEOMETRY", name, "two hemispheres");
        break;
    }
    return static_cast<std::uint16_t>((below ? bits.south : 0) | (left ? bits.west : 0));
}

std::optional<jtt808::Hours> read_hours(Fields& form) {
    const bool once = form.has("from") || form.has("until");
    const bool daily = form.has("daily_from") || form.has("daily_until");
    if (once && daily) form.add("EXCLUSIVE", "daily_from");
    if (daily) {
        const auto start = daily_time(form, "daily_from"), end = daily_time(form, "daily_until");
        return jtt808::Hours{start.value_or(jtt808::Octets<6>{}),
                             end.value_or(jtt808::Octets<6>{})};
    }
    if (!once) return std::nullopt;
    const auto from = form.instant("from", Need::required);
    const auto until = form.instant("until", Need::required);
    if (from && until && *until <= *from) form.add("TIME_ORDER", "until", to_iso(*until));
    return jtt808::Hours{packed_time(form, "from"), packed_time(form, "until")};
}

std::optional<jtt808::SpeedLimit> read_limit(Fields& form) {
    const json* const value = form.any("speed_limit");
    if (value == nullptr) return std::nullopt;
    Fields limit{*value, form.pointer("speed_limit"), form.faults()};
    jtt808::SpeedLimit found;
    found.highest_kmh = number_of<std::uint16_t>(limit, "highest_kmh", 1, 250);
    found.seconds = number_or<std::uint8_t>(limit, "for_s", 0, 255, 10);
    found.highest_at_night_kmh =
        number_or<std::uint16_t>(limit, "highest_at_night_kmh", 1, 250, found.highest_kmh);
    limit.finish();
    return found;
}

}  // namespace liuhen::server::commands
