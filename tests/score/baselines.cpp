#include "tests/score/baselines.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace liuhen::score {
namespace {

using geofence::Kind;
using geofence::Tier;

struct Sample {
    Instant at, received;
    LatLon where;
    double off{};     ///< metres to the route's line
    double step_s{};  ///< since the position before
    bool at_site{};   ///< within a place where trucks may stand
};

/// True when an alert is raised with this sample.
using Rule = std::function<bool(const Sample&)>;

/// Beyond `limit` metres for `seconds`, and `fixes` in a row.
Rule beyond(double limit, double seconds, int fixes) {
    return [=, lasted = 0.0, count = 0, told = false](const Sample& one) mutable {
        if (one.off <= limit) {
            lasted = 0;
            count = 0;
            told = false;
            return false;
        }
        if (count > 0) lasted += one.step_s;
        ++count;
        if (told || lasted < seconds || count < fixes) return false;
        told = true;
        return true;
    };
}

/// Within `radius` of where it came to stand for `seconds`, not at a listed place.
Rule stay(double radius, double seconds) {
    return [=, centre = LatLon{}, since = Instant{}, begun = false,
            told = false](const Sample& one) mutable {
        if (!begun || one.at_site || distance(centre, one.where) > radius) {
            centre = one.where;
            since = one.at;
            begun = true;
            told = false;
        }
        if (told || one.at_site || seconds_between(since, one.at) < seconds) return false;
        told = true;
        return true;
    };
}

/// S <- max(0, S + clip((d - W) / 15 m, -3, 3) (1 - exp(-dt / 20 s))), alarm at S > h.
Rule cusum(double width, double h) {
    return [=, sum = 0.0, told = false](const Sample& one) mutable {
        const double grown = std::clamp((one.off - width) / 15, -3.0, 3.0) *
                             (1 - std::exp(-std::min(one.step_s, 30.0) / 20));
        sum = std::max(0.0, sum + grown);
        if (sum <= 0) told = false;
        if (told || sum <= h) return false;
        told = true;
        return true;
    };
}

std::vector<Sample> samples_of(const Journey& journey) {
    std::vector<Sample> samples;
    const geofence::Trip& trip = *journey.trip;
    std::optional<Metres> along;
    for (const Arrival& arrival : journey.arrivals) {
        const auto* fix = std::get_if<Fix>(&arrival.what.what);
        if (!fix || fix->source != FixSource::satellite || fix->at < trip.armed_at) continue;
        if (!samples.empty() && fix->at <= samples.back().at) continue;
        const auto route =
            along ? trip.corridor->locate(fix->where, *along) : trip.corridor->locate(fix->where);
        along = route.along;
        Sample one{.at = fix->at,
                   .received = arrival.received,
                   .where = fix->where,
                   .off = route.off.value};
        if (!samples.empty()) one.step_s = seconds_between(samples.back().at, one.at);
        for (const auto& near : trip.places->near(fix->where, fix->at, {30})) {
            one.at_site = one.at_site || geofence::traits(near.site->kind).may_stop;
        }
        samples.push_back(one);
    }
    return samples;
}

}  // namespace

const std::array<std::string_view, baseline_count>& baseline_names() {
    static constexpr std::array<std::string_view, baseline_count> names{
        "25 m polyline, set difference (Traccar)",
        "50 m for 30 s (trade)",
        "100 m, 2 fixes",
        "50 m, 60 s dwell",
        "stay 50 m / 10 min, white list",
        "CUSUM W=50 h=3"};
    return names;
}

std::array<std::vector<Raise>, baseline_count> baseline_raises(const Journey& journey) {
    std::array<std::vector<Raise>, baseline_count> raises;
    if (!journey.trip->corridor) return raises;
    std::array<Rule, baseline_count> rules{beyond(25, 0, 1),  beyond(50, 30, 1), beyond(100, 0, 2),
                                           beyond(50, 60, 1), stay(50, 600),     cusum(50, 3)};
    for (const Sample& one : samples_of(journey)) {
        for (std::size_t i = 0; i < rules.size(); ++i) {
            if (!rules[i](one)) continue;
            const Kind kind = i == 4 ? Kind::unplanned_stop : Kind::route_deviation;
            raises[i].push_back({.kind = kind, .tier = Tier::b, .at = one.received});
        }
    }
    return raises;
}

}  // namespace liuhen::score
