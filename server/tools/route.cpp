#include "server/tools/route.hpp"

#include "geofence/roads/network.hpp"
#include "geofence/roads/opl.hpp"
#include "geofence/roads/road_corridor.hpp"
#include "geofence/roads/route_finder.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <fstream>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace liuhen::server::route {
namespace {

namespace roads = geofence::roads;
using nlohmann::ordered_json;

struct Asked {
    std::string file;
    std::string from, to;
    std::vector<std::string> via;
    double width = roads::usual_half_width.value;
    roads::Lorry lorry;
    std::vector<std::pair<std::string, std::string>> words;  ///< what the server is told with it
    bool progress = false;
};

/// `28.10,119.60`: latitude, longitude in degrees.
std::optional<LatLon> place_of(std::string_view text) {
    LatLon place;
    const char* const end = text.data() + text.size();
    const auto lat = std::from_chars(text.data(), end, place.lat);
    if (lat.ec != std::errc{} || lat.ptr == end || *lat.ptr != ',') return std::nullopt;
    const auto lon = std::from_chars(lat.ptr + 1, end, place.lon);
    if (lon.ec != std::errc{} || lon.ptr != end || !is_on_earth(place)) return std::nullopt;
    return place;
}

const CLI::Validator is_place(
    [](const std::string& text) {
        return place_of(text) ? std::string{} : "a place is LATITUDE,LONGITUDE, not " + text;
    },
    "LAT,LON");

/// Every road of the stream, or the first fault with its line.
Result<std::vector<roads::Way>, std::string> read_roads(std::istream& in, const Asked& asked) {
    std::vector<roads::Way> ways;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        auto way = roads::read_way(line, asked.lorry);
        if (!way) return fail("line " + std::to_string(number) + ": " + way.error().detail);
        if (*way) ways.push_back(std::move(**way));
    }
    if (in.bad()) return fail(std::string("the roads could not be read to their end"));
    if (ways.empty()) return fail(std::string("there is no road for this lorry"));
    return ways;
}

Result<std::vector<roads::Way>, std::string> read_roads_of(const Asked& asked, std::istream& in) {
    if (asked.file.empty()) return read_roads(in, asked);
    std::ifstream file(asked.file);
    if (!file) return fail(asked.file + ": cannot be opened");
    auto ways = read_roads(file, asked);
    if (!ways) return fail(asked.file + ": " + ways.error());
    return ways;
}

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

/// What the server takes as the form of a route, beside the line.
ordered_json words_of(const Asked& asked) {
    ordered_json words = ordered_json::object();
    for (const auto& [name, text] : asked.words) words[name] = text;
    if (!words.empty()) words["kind"] = "roads";
    return words;
}

ordered_json feature_of(const roads::RoadRoute& route, const geofence::Stretch& stretch,
                        const Asked& asked) {
    ordered_json widths = ordered_json::array();
    ordered_json coordinates = ordered_json::array();
    for (std::size_t i = 0; i < stretch.line.size(); ++i) {
        const LatLon at = stretch.line[i];
        coordinates.push_back({rounded(at.lon, 1e7), rounded(at.lat, 1e7)});
        widths.push_back(std::round(stretch.half_widths[i].value));
    }
    ordered_json properties = words_of(asked);
    properties["length_m"] = std::round(route.length.value);
    properties["duration_s"] = route.duration.count();
    properties["width_m"] = asked.width;
    properties["widths_m"] = std::move(widths);
    properties["tunnels"] = ordered_json::array();
    for (const auto& [first, last] : stretch.tunnels) {
        properties["tunnels"].push_back({first, last});
    }
    const ordered_json geometry{{"type", "LineString"}, {"coordinates", std::move(coordinates)}};
    return {{"type", "Feature"}, {"properties", properties}, {"geometry", geometry}};
}

Result<ordered_json, std::string> carry_out(const Asked& asked, std::istream& in,
                                            std::ostream& error) {
    const auto tell = [&](const std::string& line) {
        if (asked.progress) error << line << std::endl;
    };
    tell("reading roads ...");
    const auto ways = read_roads_of(asked, in);
    if (!ways) return fail(ways.error());
    tell(std::to_string(ways->size()) + " ways read; looking for the way ...");
    std::vector<LatLon> places{*place_of(asked.from)};
    for (const std::string& stop : asked.via) places.push_back(*place_of(stop));
    places.push_back(*place_of(asked.to));
    const roads::RoadNetwork network(*ways);
    const auto route = roads::find_route(network, places);
    if (!route) return fail(route.error().detail);
    const auto stretch = corridor_along(network, *route, {asked.width});
    tell(std::to_string(std::lround(route->length.value)) + " m, " +
         std::to_string(stretch.line.size()) + " vertices, " +
         std::to_string(stretch.tunnels.size()) + " tunnels");
    return feature_of(*route, stretch, asked);
}

}  // namespace

int main_of(int argc, const char* const* argv, std::istream& in, std::ostream& out,
            std::ostream& error) {
    Asked asked;
    bool harmless = false;
    CLI::App app("Finds the way of a lorry over OpenStreetMap's roads and prints its corridor.",
                 "liuhen route");
    app.add_option("--opl", asked.file, "roads in OPL with locations on ways; else standard input");
    app.add_option("--from", asked.from, "where it is loaded: latitude,longitude (WGS 84)")
        ->required()
        ->check(is_place);
    app.add_option("--to", asked.to, "where it is unloaded")->required()->check(is_place);
    app.add_option("--via", asked.via, "a place to drive through; in order, up to 48")
        ->check(is_place)
        ->take_all();
    app.add_option("--width", asked.width, "greatest allowed metres to either side, 20..2000")
        ->check(CLI::Range(geofence::min_half_width.value, geofence::max_half_width.value))
        ->capture_default_str();
    app.add_option("--tonnes", asked.lorry.tonnes, "gross weight, held against signs")
        ->check(CLI::Range(1.0, 100.0))
        ->capture_default_str();
    app.add_option("--height", asked.lorry.height.value, "metres, held against signs")
        ->check(CLI::Range(1.0, 10.0))
        ->capture_default_str();
    app.add_flag("--harmless", harmless, "no dangerous goods: `hazmat=no` is not minded");
    const auto word = [&](const std::string& name, const std::string& property,
                          const std::string& help) {
        app.add_option_function<std::string>(
            name,
            [&, property](const std::string& text) { asked.words.emplace_back(property, text); },
            help);
    };
    word("--name", "name", "how the route is called; with it the server takes the feature");
    word("--from-site", "origin_site", "id of the site where it begins");
    word("--to-site", "destination_site", "id of the site where it ends");
    word("--carrier", "carrier", "id of the only carrier that may drive it");
    word("--source", "source", "where the roads come from");
    word("--why", "why", "why it is approved");
    app.add_flag("--progress", asked.progress, "tells on standard error how far it is");
    app.footer("Exit: 0 done, 1 the roads cannot be used or lead nowhere, 2 wrong usage.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& fault) {
        return app.exit(fault, out, error) == 0 ? 0 : 2;
    }
    asked.lorry.hazardous = !harmless;
    const auto feature = carry_out(asked, in, error);
    if (!feature) {
        error << "liuhen route: " << feature.error() << '\n';
        return 1;
    }
    out << feature->dump() << '\n';
    return 0;
}

}  // namespace liuhen::server::route
