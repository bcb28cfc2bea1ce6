#include "server/tools/backtest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <numeric>
#include <ostream>

namespace liuhen::server::backtest {
namespace {

using geofence::Alert;
using geofence::Kind;
using nlohmann::ordered_json;

ordered_json side(const std::optional<Alert>& alert) {
    if (!alert) return nullptr;
    return {{"since", to_iso(alert->since)},
            {"until", alert->until ? ordered_json(to_iso(*alert->until)) : ordered_json()},
            {"tier", code(alert->tier)},
            {"grade", alert->grade},
            {"rule_set", alert->rule_set}};
}

std::string grade_of(const std::optional<Alert>& alert) {
    return alert ? fmt::format("{}{}", code(alert->tier), alert->grade) : "-";
}

std::size_t sum_of(const Counts& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

void say_json(std::ostream& out, const Report& report, const Options& options) {
    ordered_json summary;
    summary["rules"] = options.rules->version;
    summary["from"] = to_iso(options.from);
    summary["to"] = to_iso(options.to);
    summary["vehicles"] = report.vehicles;
    summary["trips"] = report.trips;
    summary["sightings"] = report.sightings;
    summary["kinds"] = ordered_json::object();
    for (std::size_t i = 0; i < report.kinds.size(); ++i) {
        if (sum_of(report.kinds[i]) == 0) continue;
        auto& kind = summary["kinds"][std::string(code(static_cast<Kind>(i)))];
        for (std::size_t c = 0; c < report.kinds[i].size(); ++c) {
            kind[std::string(code(static_cast<Change>(c)))] = report.kinds[i][c];
        }
    }
    out << ordered_json{{"summary", summary}}.dump() << '\n';
}

}  // namespace

void say(std::ostream& out, const Difference& one, Form form) {
    const Alert& alert = one.before ? *one.before : *one.after;
    if (form == Form::text) {
        out << fmt::format("{:<10} {:<22} {}  {} -> {}  {}  {}\n", code(one.what), code(alert.kind),
                           to_iso(alert.since), grade_of(one.before), grade_of(one.after),
                           one.plate.empty() ? alert.vehicle.text : one.plate, alert.trip.text);
        return;
    }
    const ordered_json line{{"change", code(one.what)},      {"kind", code(alert.kind)},
                            {"vehicle", alert.vehicle.text}, {"plate", one.plate},
                            {"trip", alert.trip.text},       {"before", side(one.before)},
                            {"after", side(one.after)}};
    out << line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

void say(std::ostream& out, const Report& report, const Options& options, Form form) {
    if (form == Form::json) return say_json(out, report, options);
    out << fmt::format("\n{:<22} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "kind", "same", "withdrawn",
                       "raised", "regraded", "moved");
    for (std::size_t i = 0; i < report.kinds.size(); ++i) {
        const Counts& counts = report.kinds[i];
        if (sum_of(counts) == 0) continue;
        out << fmt::format("{:<22}", code(static_cast<Kind>(i)));
        for (const std::size_t count : counts) out << fmt::format(" {:>9}", count);
        out << '\n';
    }
    out << fmt::format("{} vehicles, {} trips, {} sightings under {} against what held then\n",
                       report.vehicles, report.trips, report.sightings, options.rules->version);
}

}  // namespace liuhen::server::backtest
