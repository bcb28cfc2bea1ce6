#include "simulators/recording.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace liuhen::simulators {
namespace {

using nlohmann::json;

std::vector<std::string_view> cells_of(std::string_view line) {
    std::vector<std::string_view> cells;
    if (line.ends_with('\r')) line.remove_suffix(1);
    for (;;) {
        const auto comma = line.find(',');
        auto cell = line.substr(0, comma);
        if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
            cell = cell.substr(1, cell.size() - 2);
        }
        cells.push_back(cell);
        if (comma == std::string_view::npos) return cells;
        line.remove_prefix(comma + 1);
    }
}

std::optional<double> number(std::string_view text) {
    double value{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<Instant> time_in(std::string_view text) {
    if (const auto seconds = number(text)) {
        if (!(*seconds >= 0 && *seconds < 2.5e11)) return std::nullopt;
        return Instant{Duration{std::llround(*seconds * 1000)}};
    }
    return parse_iso(text);
}

/// Cells of one line by the header's names.
class Row {
public:
    Row(const std::map<std::string, std::size_t, std::less<>>& columns,
        std::vector<std::string_view> cells)
        : columns_{columns}, cells_{std::move(cells)} {}
    [[nodiscard]] std::string_view operator[](std::string_view column) const {
        const auto found = columns_.find(column);
        return found == columns_.end() || found->second >= cells_.size() ? std::string_view{}
                                                                         : cells_[found->second];
    }

private:
    const std::map<std::string, std::size_t, std::less<>>& columns_;
    std::vector<std::string_view> cells_;
};

std::optional<Fix> fix_in(const Row& row) {
    const auto at = time_in(row["time"]);
    const auto lat = number(row["lat"]);
    const auto lon = number(row["lon"]);
    if (!at || !lat || !lon || !is_on_earth({.lat = *lat, .lon = *lon})) return std::nullopt;
    Fix fix{.at = *at,
            .where = {.lat = *lat, .lon = *lon},
            .speed = {},
            .heading = {},
            .satellites = {},
            .odometer = {}};
    fix.speed = from_kmh(number(row["speed_kmh"]).value_or(0));
    fix.heading = {std::fmod(number(row["direction_deg"]).value_or(0), 360)};
    if (const auto satellites = number(row["satellites"])) {
        fix.satellites = static_cast<std::uint8_t>(std::clamp(*satellites, 0.0, 99.0));
    }
    return fix;
}

/// Speeds that nobody measured are those between the fixes: a truck that says 0 would be standing.
void guess_speeds(std::vector<Fix>& fixes) {
    for (std::size_t i = 1; i < fixes.size(); ++i) {
        const double seconds = seconds_between(fixes[i - 1].at, fixes[i].at);
        if (seconds <= 0) continue;
        fixes[i].speed = {distance(fixes[i - 1].where, fixes[i].where).value / seconds};
        fixes[i].heading = bearing(fixes[i - 1].where, fixes[i].where);
    }
}

std::optional<std::string> content_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) return std::nullopt;
    std::ostringstream content;
    content << in.rdbuf();
    return content.str();
}

const json* geometry_in(const json& document) {
    if (!document.is_object()) return nullptr;
    if (document.contains("features") && document["features"].is_array() &&
        !document["features"].empty()) {
        return geometry_in(document["features"][0]);
    }
    return document.contains("geometry") ? &document["geometry"] : &document;
}

void add_line(Path& path, const json& line) {
    for (const json& place : line) {
        path.push_back({.lat = place.at(1).get<double>(), .lon = place.at(0).get<double>()});
    }
}

const PartyPlan* first_of(const Scenario& scenario, std::string_view role) {
    const auto found = std::ranges::find(scenario.parties, role, &PartyPlan::role);
    return found == scenario.parties.end() ? nullptr : &*found;
}

SitePlan end_of_track(std::string key, std::string_view kind, std::string party, LatLon where) {
    const auto micro = [](double degrees) { return std::llround(degrees * 1e6); };
    SitePlan site{
        .key = std::move(key),
        .name = fmt::format("recorded {} {},{}", kind, micro(where.lat), micro(where.lon)),
        .kind = std::string{kind},
        .party = std::move(party),
        .centre = where,
        .radius = {150},
        .area = {}};
    return site;
}

void add_papers(Scenario& scenario, TruckPlan& truck, Path line, Metres width) {
    truck.producer = first_of(scenario, "producer")->key;
    truck.receiver = first_of(scenario, "receiver")->key;
    const LatLon start = truck.recording.front().where;
    const LatLon finish = truck.recording.back().where;
    truck.origin = truck.key + "-origin";
    truck.destination = truck.key + "-destination";
    truck.route = truck.key + "-route";
    scenario.sites.push_back(end_of_track(truck.origin, "producer", truck.producer, start));
    scenario.sites.push_back(end_of_track(truck.destination, "receiver", truck.receiver, finish));
    scenario.routes.push_back({.key = truck.route,
                               .name = fmt::format("recorded route, {} points", line.size()),
                               .line = std::move(line),
                               .width = width,
                               .also = {}});
    truck.waste = {.name = "废矿物油 waste mineral oil",
                   .code = "900-249-08",
                   .hazards = {"T", "I"},
                   .form = "L",
                   .package = "DRUM",
                   .un_no = "UN3082",
                   .dg_class = "9",
                   .planned_kg = 2'000};
    truck.loading = std::chrono::minutes{1};
    truck.unloading = std::chrono::minutes{3};
}

}  // namespace

Result<std::vector<Fix>, ScenarioFault> parse_recording(std::string_view csv) {
    std::vector<Fix> fixes;
    std::map<std::string, std::size_t, std::less<>> columns;
    for (std::size_t line_no = 1; !csv.empty(); ++line_no) {
        const auto end = csv.find('\n');
        const auto cells = cells_of(csv.substr(0, end));
        csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
        if (line_no == 1) {
            for (std::size_t i = 0; i < cells.size(); ++i) columns.emplace(cells[i], i);
            continue;
        }
        if (cells.size() == 1 && cells[0].empty()) continue;
        const auto fix = fix_in(Row{columns, cells});
        const auto pointer = fmt::format("line {}", line_no);
        if (!fix) return fail(ScenarioFault{pointer, "is no fix: time,lat,lon are needed"});
        if (fixes.size() == max_recorded_fixes) return fail(ScenarioFault{pointer, "is too many"});
        fixes.push_back(*fix);
    }
    if (fixes.size() < 2) return fail(ScenarioFault{"", "holds fewer than two fixes"});
    std::ranges::stable_sort(fixes, {}, [](const Fix& f) { return f.at; });
    if (!columns.contains("speed_kmh")) guess_speeds(fixes);
    return fixes;
}

Result<std::vector<Fix>, ScenarioFault> load_recording(const std::filesystem::path& file) {
    const auto content = content_of(file);
    if (!content) return fail(ScenarioFault{"", "cannot be opened"});
    return parse_recording(*content);
}

Result<Path, ScenarioFault> load_route(const std::filesystem::path& file) {
    const auto content = content_of(file);
    if (!content) return fail(ScenarioFault{"", "cannot be opened"});
    const json document = json::parse(*content, nullptr, false);
    const json* geometry = geometry_in(document);
    if (geometry == nullptr || !geometry->is_object())
        return fail(ScenarioFault{"", "is no GeoJSON"});
    Path path;
    try {
        const json& coordinates = geometry->at("coordinates");
        if (geometry->at("type") == "MultiLineString") {
            for (const json& line : coordinates) add_line(path, line);
        } else {
            add_line(path, coordinates);
        }
    } catch (const json::exception&) {
        return fail(ScenarioFault{"/coordinates", "are no line"});
    }
    if (path.size() < 2) return fail(ScenarioFault{"/coordinates", "hold fewer than two places"});
    return path;
}

Result<Scenario, ScenarioFault> with_recording(Scenario scenario, std::vector<Fix> recording,
                                               std::optional<Path> route, Metres width) {
    const PartyPlan* carrier = first_of(scenario, "carrier");
    if (carrier == nullptr) return fail(ScenarioFault{"/parties", "hold no carrier"});
    const bool has_ends =
        first_of(scenario, "producer") != nullptr && first_of(scenario, "receiver") != nullptr;
    if (route && !has_ends) return fail(ScenarioFault{"/parties", "lack a producer or receiver"});
    const std::size_t n = scenario.trucks.size();
    TruckPlan truck;
    truck.key = fmt::format("recorded-{}", n + 1);
    truck.plate = fmt::format("浙KR{:04}", n + 1);
    truck.carrier = carrier->key;
    truck.driver = "记录员 recorder";
    truck.terminal = fmt::format("1390579{:04}", n + 1);
    truck.laps = 1;
    truck.recording = std::move(recording);
    if (route) add_papers(scenario, truck, std::move(*route), width);
    scenario.trucks.push_back(std::move(truck));
    return scenario;
}

}  // namespace liuhen::simulators
