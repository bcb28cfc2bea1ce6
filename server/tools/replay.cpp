#include "server/tools/replay.hpp"

#include "geofence/watch.hpp"
#include "server/json/alert_json.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <ostream>

namespace liuhen::server::replay {
namespace {

using geofence::Site;
using geofence::SiteKind;
using nlohmann::ordered_json;

constexpr Metres end_reach{500};  // around the ends of the route

const Site* site_near(const std::vector<Site>& sites, LatLon where,
                      std::initializer_list<SiteKind> kinds) {
    for (const Site& site : sites) {
        const bool fits = std::ranges::find(kinds, site.kind) != kinds.end();
        if (fits && site.shape.signed_distance(where) <= end_reach) return &site;
    }
    return nullptr;
}

Site end_site(std::string id, std::string name, SiteKind kind, LatLon where) {
    return {.id = {std::move(id)},
            .name = std::move(name),
            .kind = kind,
            .shape = *geofence::Shape::circle(where, end_reach),
            .valid = {},
            .hysteresis = {0}};
}

ordered_json alert_line(const geofence::Alert& alert) {
    ordered_json line;
    line["kind"] = code(alert.kind);
    line["tier"] = code(alert.tier);
    line["grade"] = alert.grade;
    line["since"] = to_iso(alert.since);
    line["detected_at"] = to_iso(alert.detected_at);
    line["until"] = alert.until ? ordered_json(to_iso(*alert.until)) : ordered_json();
    line["rule_set"] = alert.rule_set;
    line["evidence"] = to_json(alert.evidence);
    return line;
}

ordered_json change_line(const geofence::AlertChange& change) {
    ordered_json line;
    line["change"] = code(change.what);
    line["alert"] = change.alert.key;
    line["revision"] = change.alert.revision;
    line.update(alert_line(change.alert));
    return line;
}

ordered_json summary_line(const Replayed& replayed) {
    std::map<std::string, std::size_t> counts;
    for (const auto& alert : replayed.alerts) ++counts[std::string(code(alert.kind))];
    ordered_json line;
    line["summary"]["hours"] = std::round(replayed.hours * 1000) / 1000;
    line["summary"]["fixes"] = replayed.fixes;
    line["summary"]["alerts"] = counts;
    return line;
}

void print(std::ostream& out, const ordered_json& line) {
    out << line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

struct Asked {
    std::string route, track, sites, locks;
    double width = 50;
    bool changes = false;
};

/// Reads the files and folds them. The fault is the first that a file had.
Result<Replayed, FileFault> carry_out(const Asked& asked) {
    auto route = read_route(asked.route, {asked.width});
    if (!route) return fail(route.error());
    auto seen = read_track(asked.track);
    if (!seen) return fail(seen.error());
    if (seen->empty()) return fail(FileFault{asked.track + ":1:1: there is no fix"});
    std::vector<Site> sites;
    if (!asked.sites.empty()) {
        auto read = read_sites(asked.sites);
        if (!read) return fail(read.error());
        sites = std::move(*read);
    }
    if (!asked.locks.empty()) {
        auto read = read_locks(asked.locks);
        if (!read) return fail(read.error());
        seen->insert(seen->end(), read->begin(), read->end());
    }
    const auto first =
        std::ranges::min(*seen, {}, [](const Sighting& one) { return time_of(one.what); });
    return replay(trip_of(*route, std::move(sites), time_of(first.what)), std::move(*seen));
}

}  // namespace

geofence::Trip trip_of(const Route& route, std::vector<Site> sites, Instant armed_at) {
    const LatLon start = route.lines.front().front();
    const LatLon finish = route.lines.back().back();
    geofence::Trip trip;
    trip.id = {"replay"};
    trip.vehicle = {"replay"};
    trip.carrying = {{"replay"}};
    trip.armed_at = armed_at;
    if (sites.empty()) {
        sites.push_back(end_site("start", "start of the route", SiteKind::producer, start));
        sites.push_back(end_site("finish", "end of the route", SiteKind::receiver, finish));
    } else {
        const Site* origin = site_near(sites, start, {SiteKind::producer});
        const Site* destination = site_near(sites, finish, {SiteKind::receiver, SiteKind::storage});
        if (origin != nullptr) trip.origin = origin->id;
        if (destination != nullptr) trip.destination = destination->id;
    }
    trip.corridor = std::make_shared<const geofence::Corridor>(route.corridor);
    trip.places =
        std::make_shared<const geofence::Places>(geofence::Places::from(std::move(sites)).value());
    trip.rules = std::make_shared<const geofence::RuleSet>(geofence::RuleSet::standard());
    return trip;
}

Replayed replay(geofence::Trip trip, std::vector<Sighting> seen) {
    std::ranges::stable_sort(seen, {}, [](const Sighting& one) { return time_of(one.what); });
    Replayed replayed;
    geofence::Watch watch(std::make_shared<const geofence::Trip>(std::move(trip)));
    std::optional<Instant> first, last;
    for (const Sighting& one : seen) {
        const Instant at = time_of(one.what);
        if (std::holds_alternative<Fix>(one.what)) {
            ++replayed.fixes;
            first = first.value_or(at);
            last = at;
        }
        auto outcome = watch.observe({&one, 1}, at);
        std::ranges::move(outcome.changes, std::back_inserter(replayed.changes));
    }
    if (first) replayed.hours = seconds_between(*first, *last) / 3600;
    replayed.alerts = watch.standing();
    return replayed;
}

int main_of(int argc, const char* const* argv, std::ostream& out, std::ostream& error) {
    Asked asked;
    CLI::App app("Folds a recorded track through the watch and prints one JSON line per alert.",
                 "liuhen replay");
    app.add_option("--route", asked.route,
                   "GeoJSON LineString or MultiLineString, such as `liuhen route` prints")
        ->required();
    app.add_option("--track", asked.track, "CSV: time,lat,lon[,speed_kmh,direction_deg,satellites]")
        ->required();
    app.add_option("--width", asked.width, "greatest allowed metres to either side, 20..2000")
        ->check(CLI::Range(geofence::min_half_width.value, geofence::max_half_width.value))
        ->capture_default_str();
    app.add_option("--sites", asked.sites, "GeoJSON features with kind and name");
    app.add_option("--locks", asked.locks, "CSV: time,lock,action");
    app.add_flag("--changes", asked.changes, "print each raise, amendment and withdrawal first");
    app.footer("Exit: 0 done, 1 a file cannot be used, 2 wrong usage.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& fault) {
        return app.exit(fault, out, error) == 0 ? 0 : 2;
    }
    const auto replayed = carry_out(asked);
    if (!replayed) {
        error << "liuhen replay: " << replayed.error().text << '\n';
        return 1;
    }
    if (asked.changes) {
        for (const auto& change : replayed->changes) print(out, change_line(change));
    }
    for (const auto& alert : replayed->alerts) print(out, alert_line(alert));
    print(out, summary_line(*replayed));
    return 0;
}

}  // namespace liuhen::server::replay
