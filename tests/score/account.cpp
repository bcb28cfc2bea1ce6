#include "tests/score/account.hpp"

#include "geofence/flat.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::score {
namespace {

using geofence::Corridor;
using geofence::flat_distance;

/// What the fixes of a time say against the corridor.
struct Look {
    LatLon where;
    std::vector<double> off;  ///< metres
    double width = 0;         ///< at the first fix
    double to_end = 0;        ///< metres from the first fix to the nearer end of the corridor
    double along = 0;         ///< metres
    double longest_step = 0;  ///< seconds
};

Look look_at(const Journey& journey, Instant since, Instant until) {
    Look look;
    const Corridor* corridor = journey.trip->corridor.get();
    std::optional<Instant> before;
    for (const Arrival& one : journey.arrivals) {
        const auto* fix = std::get_if<Fix>(&one.what.what);
        if (fix == nullptr || fix->at < since || fix->at > until) continue;
        if (before)
            look.longest_step = std::max(look.longest_step, seconds_between(*before, fix->at));
        if (!before) look.where = fix->where;
        if (corridor != nullptr) {
            const auto route = corridor->locate(fix->where);
            if (!before) {
                look.width = route.half_width.value;
                look.along = route.along.value;
                look.to_end = std::min(flat_distance(fix->where, corridor->start()),
                                       flat_distance(fix->where, corridor->finish()))
                                  .value;
            }
            look.off.push_back(route.off.value);
        }
        before = fix->at;
    }
    return look;
}

bool is_about(const Raise& raise, const Label& label) {
    return label.kinds.has(raise.kind) && raise.at >= label.start - std::chrono::seconds{60} &&
           raise.at <= label.counts_until;
}

void print_line(std::ostream& out, const std::string& what, const Journey& journey, Instant since,
                Instant until) {
    const Look look = look_at(journey, since, until);
    const double greatest = look.off.empty() ? std::nan("") : std::ranges::max(look.off);
    out << what << '\t' << journey.id << '\t' << to_iso(since) << '\t'
        << std::lround(seconds_between(since, until)) << '\t' << look.where.lat << '\t'
        << look.where.lon << '\t' << std::round(quantile(look.off, 0.5)) << '\t'
        << std::round(greatest) << '\t' << std::round(look.width) << '\t'
        << std::round(look.longest_step) << '\t' << std::round(look.to_end) << '\t'
        << std::round(look.along) << '\n';
}

}  // namespace

void print_account_head(std::ostream& out) {
    out << "set\twhat\tdrive\tsince\tlasted_s\tlat\tlon\toff_median_m\toff_most_m\twidth_m\t"
           "longest_step_s\tto_end_m\talong_m\n";
}

void account_of(std::ostream& out, const std::string& set, const Journey& journey,
                const std::vector<Raise>& raises) {
    const auto told = [&](const Label& label) {
        return std::ranges::any_of(raises, [&](const Raise& raise) {
            return raise.tier <= geofence::Tier::b && is_about(raise, label);
        });
    };
    out.precision(9);
    for (const Raise& raise : raises) {
        const auto explains = [&](const Label& label) { return is_about(raise, label); };
        const bool counts = raise.tier <= geofence::Tier::b;
        if (!counts || std::ranges::any_of(journey.labels, explains)) continue;
        const auto& alert = raise.alert;
        const std::string what =
            std::string(code(raise.kind)) + (raise.withdrawn ? " withdrawn" : "");
        print_line(out, set + '\t' + what, journey, alert.since,
                   alert.until.value_or(journey.ends));
    }
    for (const Label& label : journey.labels) {
        if (!told(label)) print_line(out, set + "\tmissed", journey, label.start, label.end);
    }
}

}  // namespace liuhen::score
