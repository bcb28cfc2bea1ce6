#include "server/tools/replay.hpp"

#include "geofence/watch.hpp"
#include "server/clock.hpp"
#include "server/json/alert_json.hpp"
#include "server/tools/backtest.hpp"
#include "server/tools/rules_file.hpp"

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
    std::string route, track, sites, locks, rules;
    double width = 50;
    bool changes = false;
    std::string from, to, database, vehicle;
    bool as_json = false;
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
    auto trip = trip_of(*route, std::move(sites), time_of(first.what));
    if (!asked.rules.empty()) {
        auto rules = read_rules(asked.rules);
        if (!rules) return fail(rules.error());
        trip.rules = std::make_shared<const geofence::RuleSet>(*std::move(rules));
    }
    return replay(std::move(trip), std::move(*seen));
}

/// A day of China, or an instant. Throws CLI::ValidationError.
Instant time_option(const std::string& name, const std::string& text) {
    constexpr std::size_t day_length = 10;
    const auto at = parse_iso(text.size() == day_length ? text + "T00:00:00+08:00" : text);
    if (!at) throw CLI::ValidationError(name, "is a day, or an ISO 8601 time with a zone");
    return *at;
}

/// Stored history under other rules; nullopt: that was not asked for.
std::optional<backtest::Options> backtest_asked(const Asked& asked) {
    if (asked.from.empty() && asked.to.empty()) {
        if (asked.route.empty()) throw CLI::RequiredError("--route (or --from and --to)");
        if (asked.track.empty()) throw CLI::RequiredError("--track");
        return std::nullopt;
    }
    for (const auto& [name, value] :
         {std::pair{"--from", &asked.from}, std::pair{"--to", &asked.to},
          std::pair{"--rules", &asked.rules}, std::pair{"--database", &asked.database}}) {
        if (value->empty()) throw CLI::RequiredError(name);
    }
    if (!asked.track.empty()) throw CLI::ExcludesError("--track", "--from");
    backtest::Options options;
    options.database = asked.database;
    options.from = time_option("--from", asked.from);
    options.to = time_option("--to", asked.to);
    if (options.to <= options.from) throw CLI::ValidationError("--to", "is not after --from");
    options.vehicle = asked.vehicle;
    return options;
}

/// Says twice a second where the work stands, and what is left of it by vehicles.
class Teller {
public:
    explicit Teller(std::ostream& error) : error_(error) {}
    void operator()(const backtest::Report& report) {
        const auto now = monotonic();
        if (now - said_ < std::chrono::milliseconds{500}) return;
        said_ = now;
        const double passed = std::chrono::duration<double>(now - begun_).count();
        const auto done = static_cast<double>(report.vehicles);
        const double left =
            done > 0 ? passed / done * static_cast<double>(report.of_vehicles) - passed : 0;
        error_ << "vehicle " << report.vehicles << " of " << report.of_vehicles << ", "
               << report.sightings << " sightings, " << std::lround(left) << " s left\n";
    }

private:
    std::ostream& error_;
    Monotonic begun_ = monotonic(), said_ = begun_;
};

int run_backtest(backtest::Options options, const Asked& asked, std::ostream& out,
                 std::ostream& error) {
    auto rules = read_rules(asked.rules);
    if (!rules) {
        error << "liuhen replay: " << rules.error().text << '\n';
        return 1;
    }
    options.rules = std::make_shared<const geofence::RuleSet>(*std::move(rules));
    const auto form = asked.as_json ? backtest::Form::json : backtest::Form::text;
    try {
        const auto tell = [&](const backtest::Difference& one) { say(out, one, form); };
        const auto report = backtest::run(options, tell, Teller{error});
        say(out, report, options, form);
        return 0;
    } catch (const std::exception& fault) {
        error << "liuhen replay: " << fault.what() << '\n';
        return 1;
    }
}

void declare(CLI::App& app, Asked& asked) {
    app.add_option("--route", asked.route,
                   "GeoJSON LineString or MultiLineString, such as `liuhen route` prints");
    app.add_option("--track", asked.track,
                   "CSV: time,lat,lon[,speed_kmh,direction_deg,satellites]");
    app.add_option("--width", asked.width, "greatest allowed metres to either side, 20..2000")
        ->check(CLI::Range(geofence::min_half_width.value, geofence::max_half_width.value))
        ->capture_default_str();
    app.add_option("--sites", asked.sites, "GeoJSON features with kind and name");
    app.add_option("--locks", asked.locks, "CSV: time,lock,action");
    app.add_flag("--changes", asked.changes, "print each raise, amendment and withdrawal first");
    app.add_option("--rules", asked.rules, "another rule set as JSON (docs/detection.md)");
    app.add_option("--from", asked.from, "stored history from this day or instant on, instead");
    app.add_option("--to", asked.to, "and before this day or instant");
    app.add_option("--vehicle", asked.vehicle, "of it only this vehicle, by id or plate");
    app.add_option("--database", asked.database, "libpq connection string without user")
        ->envname("LIUHEN_DATABASE");
    app.add_flag("--json", asked.as_json, "with --from: JSON lines instead of text");
    app.footer(
        "With --route and --track: a recorded drive. With --rules, --from and --to: what other\n"
        "rules would have said of stored history, against those that held then.\n"
        "Exit: 0 done, 1 a file or the database cannot be used, 2 wrong usage.");
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
    CLI::App app("Folds a recorded track, or stored history, through the watch.", "liuhen replay");
    declare(app, asked);
    std::optional<backtest::Options> stored;
    try {
        app.parse(argc, argv);
        stored = backtest_asked(asked);
    } catch (const CLI::ParseError& fault) {
        return app.exit(fault, out, error) == 0 ? 0 : 2;
    }
    if (stored) return run_backtest(*std::move(stored), asked, out, error);
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
