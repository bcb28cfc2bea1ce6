#include "geofence/roads/opl.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace liuhen::geofence::roads {
namespace {

/// The tags of one way as they stand between its commas, still escaped: keys and values that we ask
/// for are of plain letters.
class Tags {
public:
    explicit Tags(std::string_view text) : text_(text) {}

    /// The value of a key, empty when the way has no such tag.
    [[nodiscard]] std::string_view operator[](std::string_view key) const {
        for (std::string_view rest = text_; !rest.empty();) {
            const auto comma = rest.find(',');
            const std::string_view tag = rest.substr(0, comma);
            if (tag.starts_with(key) && tag.size() > key.size() && tag[key.size()] == '=') {
                return tag.substr(key.size() + 1);
            }
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
        return {};
    }

private:
    std::string_view text_;
};

struct HighwayRow {
    std::string_view value;
    RoadClass built_as;
};
constexpr auto highways = std::to_array<HighwayRow>({
    {"motorway", RoadClass::motorway},
    {"trunk", RoadClass::trunk},
    {"primary", RoadClass::primary},
    {"secondary", RoadClass::secondary},
    {"tertiary", RoadClass::tertiary},
    {"unclassified", RoadClass::unclassified},
    {"road", RoadClass::unclassified},
    {"residential", RoadClass::residential},
    {"living_street", RoadClass::residential},
    {"service", RoadClass::service},
    {"track", RoadClass::track},
    {"motorway_link", RoadClass::link},
    {"trunk_link", RoadClass::link},
    {"primary_link", RoadClass::link},
    {"secondary_link", RoadClass::link},
    {"tertiary_link", RoadClass::link},
});

std::optional<RoadClass> class_of(std::string_view highway) {
    const auto* row = std::ranges::find(highways, highway, &HighwayRow::value);
    if (row == highways.end()) return std::nullopt;
    return row->built_as;
}

struct AccessRow {
    std::string_view value;
    Access access;
};
constexpr auto accesses = std::to_array<AccessRow>({
    {"no", Access::closed},
    {"agricultural", Access::closed},
    {"forestry", Access::closed},
    {"emergency", Access::closed},
    {"private", Access::ends_only},
    {"destination", Access::ends_only},
    {"delivery", Access::ends_only},
    {"customers", Access::ends_only},
    {"permit", Access::ends_only},
});

Access meaning(std::string_view value) {
    const auto* row = std::ranges::find(accesses, value, &AccessRow::value);
    return row == accesses.end() ? Access::open : row->access;
}

/// The first number in a value, such as `3.5 t` or `50`; nothing for words.
std::optional<double> number_in(std::string_view value) {
    double number{};
    const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
    if (read.ec != std::errc{} || !(number > 0)) return std::nullopt;
    return number;
}

/// The most specific sign decides: `hgv=yes` opens what `access=no` closes.
Access access_of(const Tags& tags, const Lorry& lorry) {
    const auto over = [&](std::string_view key, double own) {
        const auto limit = number_in(tags[key]);
        return limit && own > *limit;
    };
    if (over("maxweight", lorry.tonnes) || over("maxheight", lorry.height.value)) {
        return Access::closed;
    }
    if (lorry.hazardous && tags["hazmat"] == "no") return Access::closed;
    for (const std::string_view key : {"hgv", "motor_vehicle", "vehicle", "access"}) {
        if (const auto value = tags[key]; !value.empty()) return meaning(value);
    }
    return Access::open;
}

Speed speed_of(const Tags& tags, RoadClass built_as) {
    const Speed usual = usual_speed(built_as);
    const auto sign = number_in(tags["maxspeed"]);
    if (!sign) return usual;
    const double factor = tags["maxspeed"].ends_with("mph") ? 1.609344 : 1;
    return std::min(usual, Speed{*sign * factor / 3.6});
}

enum class Ways : std::uint8_t { both, onward, backward };

Ways directions(const Tags& tags, std::string_view highway) {
    const auto sign = tags["oneway"];
    if (sign == "yes" || sign == "true" || sign == "1") return Ways::onward;
    if (sign == "-1" || sign == "reverse") return Ways::backward;
    if (!sign.empty()) return Ways::both;
    const auto junction = tags["junction"];
    const bool usually =
        highway == "motorway" || junction == "roundabout" || junction == "circular";
    return usually ? Ways::onward : Ways::both;
}

OplFault fault(std::string_view what, std::string_view text) {
    return {std::string(what) + ": \"" + std::string(text.substr(0, 60)) + "\""};
}

template <class Number>
bool take(std::string_view& text, Number& number) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return true;
}

bool take(std::string_view& text, char letter) {
    if (!text.starts_with(letter)) return false;
    text.remove_prefix(1);
    return true;
}

/// `n625022x1.5513077y42.5128977,n…`
Result<std::vector<WayNode>, OplFault> nodes_of(std::string_view text) {
    std::vector<WayNode> nodes;
    const std::string_view whole = text;
    while (!text.empty()) {
        WayNode node;
        if (!take(text, 'n') || !take(text, node.id)) {
            return fail(fault("nodes are written n1x2y3,n4x5y6", whole));
        }
        if (!take(text, 'x') || !take(text, node.at.lon) || !take(text, 'y') ||
            !take(text, node.at.lat)) {
            return fail(fault("node " + std::to_string(node.id) +
                                  " has no place: write the file with locations on ways",
                              whole));
        }
        if (!is_on_earth(node.at)) {
            return fail(fault("node " + std::to_string(node.id) + " is not on earth", whole));
        }
        nodes.push_back(node);
        if (!text.empty() && !take(text, ',')) {
            return fail(fault("a comma belongs between two nodes", text));
        }
    }
    return nodes;
}

/// The fields of a line by their first letter; the one that `line` begins with is the id's.
std::string_view field(std::string_view line, char letter) {
    for (std::size_t at = line.find(' '); at != std::string_view::npos; at = line.find(' ', at)) {
        ++at;
        if (at < line.size() && line[at] == letter) {
            return line.substr(at + 1, line.find(' ', at) - at - 1);
        }
    }
    return {};
}

}  // namespace

Speed usual_speed(RoadClass road) {
    constexpr std::array<double, road_classes> km_h{80, 65, 55, 45, 40, 30, 25, 12, 10, 40};
    return {km_h[static_cast<std::size_t>(road)] / 3.6};
}

Result<std::optional<Way>, OplFault> read_way(std::string_view line, const Lorry& lorry) {
    if (line.size() > max_opl_line) return fail(OplFault{"a line has over 1,000,000 bytes"});
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with('w')) return std::nullopt;
    const Tags tags(field(line, 'T'));
    const auto highway = tags["highway"];
    const auto built_as = class_of(highway);
    if (!built_as || tags["area"] == "yes") return std::nullopt;
    Way way{.built_as = *built_as, .access = access_of(tags, lorry)};
    if (way.access == Access::closed) return std::nullopt;
    std::string_view head = line.substr(1);
    if (!take(head, way.id)) return fail(fault("a way begins with w and its number", line));
    auto nodes = nodes_of(field(line, 'N'));
    if (!nodes) return fail(nodes.error());
    if (nodes->size() < 2) return std::nullopt;
    const Ways directed = directions(tags, highway);
    if (directed == Ways::backward) std::ranges::reverse(*nodes);
    way.one_way = directed != Ways::both;
    const auto tunnel = tags["tunnel"];
    way.in_tunnel = !tunnel.empty() && tunnel != "no";
    way.speed = speed_of(tags, *built_as);
    way.nodes = std::move(*nodes);
    return way;
}

}  // namespace liuhen::geofence::roads
