#include "geofence/detect/silence.hpp"

#include "geofence/detect/outage.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

bool is_inside_destination(const Fix& fix, const Trip& trip) {
    const Site* destination = trip.places->find(trip.destination);
    return destination != nullptr &&
           destination->shape.signed_distance(fix.where) <= destination->hysteresis;
}

bool is_protected(const Fix& fix, const Trip& trip) {
    const auto sites = trip.places->at(fix.where, fix.at);
    return std::ranges::any_of(sites,
                               [](const Site* site) { return traits(site->kind).is_protected; });
}

}  // namespace

Episodes Silence::see(const Moment& moment, const std::optional<Instant>& departed,
                      const Trip& trip) {
    const Fix& fix = moment.fix;
    const bool on_route = moment.route && !moment.is_off_corridor();
    const auto along = on_route ? std::optional{moment.route->along} : std::nullopt;
    Episodes ended;
    const Instant from = last_ ? last_->at : fix.at;
    if (departed && *departed < fix.at) {
        const Instant since = std::max(from, *departed);
        const double passed = seconds_between(since, fix.at);
        auto gap = between(since, fix.at, passed, fix, trip);
        const bool in_tunnel =
            along_ && along && passes_tunnel(*trip.corridor, *along_, along, passed);
        if (gap && !in_tunnel) {
            gap->until = fix.at;
            ended.push_back(std::move(*gap));
        }
    }
    last_ = fix;
    along_ = along;
    without_position_ = 0;
    return ended;
}

std::optional<Episode> Silence::lasting(Instant now, std::optional<Instant> departed,
                                        const Trip& trip) const {
    if (!departed) return std::nullopt;
    const Instant since = last_ ? std::max(last_->at, *departed) : *departed;
    const double passed = seconds_between(since, now);
    if (along_ && passes_tunnel(*trip.corridor, *along_, std::nullopt, passed)) return std::nullopt;
    double shown = seconds(trip.rules->silent);  // what is shown moves in few steps
    if (passed >= seconds(trip.rules->silent_serious)) shown = seconds(trip.rules->silent_serious);
    while (shown >= seconds(trip.rules->silent_serious) && shown * 2 <= passed) shown *= 2;
    return between(since, now, shown, std::nullopt, trip);
}

std::optional<Episode> Silence::between(Instant since, Instant until, double shown_s,
                                        const std::optional<Fix>& next, const Trip& trip) const {
    const RuleSet& rules = *trip.rules;
    const double passed = seconds_between(since, until);
    if (passed <= seconds(rules.silent)) return std::nullopt;
    if (last_ && is_inside_destination(*last_, trip)) return std::nullopt;
    Evidence evidence;
    if (last_) {
        evidence.path.push_back(*last_);
        evidence.where = last_->where;
    }
    if (next) {
        evidence.path.push_back(*next);
        evidence.gaps.push_back({.from = since, .until = until});
    }
    evidence.fixes_total = static_cast<std::uint32_t>(evidence.path.size());
    evidence.terms = {
        {.name = "silent_s", .value = shown_s, .limit = seconds(rules.silent), .share = 1},
        {.name = "reports_without_position",
         .value = static_cast<double>(without_position_),
         .limit = 0,
         .share = 0}};
    if (last_ && next) {
        evidence.terms.push_back({.name = "moved_m",
                                  .value = geodesic_distance(last_->where, next->where).value,
                                  .limit = 0,
                                  .share = 0});
    }
    evidence.would_clear = "Positions of the silent time, sent late from the device's memory.";
    std::uint8_t grade = passed >= seconds(rules.silent_serious) ? 2 : 3;
    if (last_ && is_protected(*last_, trip)) grade = graver(grade);
    return Episode{.kind = Kind::terminal_silent,
                   .grade = grade,
                   .since = since,
                   .until = std::nullopt,
                   .evidence = as_published(std::move(evidence))};
}

}  // namespace liuhen::geofence
