#include "geofence/moment.hpp"

#include <algorithm>

namespace liuhen::geofence {

namespace {

/// Off the route a fix is held against the diversions of its time, and judged by the one that it is
/// nearest to being on; progress stays that along the route.
void try_diversions(Moment& moment, const Trip& trip) {
    for (const Diversion& diversion : trip.diversions) {
        if (!diversion.during.contains(moment.fix.at)) continue;
        const RouteOffset there = diversion.corridor->locate(moment.held);
        const Metres half_width = there.half_width;
        if (there.off - half_width >= moment.route->off - moment.half_width) continue;
        moment.route->off = there.off;
        moment.half_width = half_width;
        moment.diverted = there.off <= half_width;
    }
}

/// True in the yard at an end of a route of which no site is known.
bool is_at_end(LatLon where, const Trip& trip) {
    const auto near = [&](const SiteId& site, LatLon end) {
        return flat_distance(where, end) <= trip.rules->off_end_yard &&
               trip.places->find(site) == nullptr;
    };
    return near(trip.origin, trip.corridor->start()) ||
           near(trip.destination, trip.corridor->finish());
}

}  // namespace

Moment moment_of(const Fix& fix, const Motion& motion, const Trip& trip,
                 const std::optional<RouteOffset>& before) {
    Moment moment;
    moment.fix = fix;
    moment.held = motion.held();
    moment.gait = motion.gait();
    moment.stands_at = motion.stands_at();
    moment.queues = motion.queues();
    if (trip.corridor) {
        moment.route = before ? trip.corridor->locate(moment.held, *before)
                              : trip.corridor->locate(moment.held);
        moment.half_width = moment.route->half_width;
        if (moment.is_off_corridor()) try_diversions(moment, trip);
        const bool asked = moment.is_off_corridor() || is_standing(moment.gait);
        moment.at_end = asked && is_at_end(moment.held, trip);
    }
    moment.nearby = trip.places->near(moment.held, fix.at, max_reach);
    for (const Presence& presence : moment.nearby) {
        const SiteTraits means = traits(presence.site->kind);
        if (means.may_stop && presence.distance <= presence.site->hysteresis) {
            moment.stops_allowed = true;
        }
        const bool has_gate = means.may_open_lock || presence.site->kind == SiteKind::weighbridge;
        if (has_gate && presence.distance <= trip.rules->gate_reach && !moment.is_off_corridor()) {
            moment.at_gate = true;
        }
        if (means.is_protected && presence.distance <= Metres{0}) moment.protects = presence.site;
    }
    return moment;
}

const Presence* nearest_protected(const Moment& moment, Metres reach) {
    const Presence* nearest = nullptr;
    for (const Presence& presence : moment.nearby) {
        if (!traits(presence.site->kind).is_protected || presence.distance > reach) continue;
        if (nearest == nullptr || presence.distance < nearest->distance) nearest = &presence;
    }
    return nearest;
}

bool lock_may_open(LatLon where, Instant at, const Trip& trip) {
    const auto nearby = trip.places->near(where, at, max_reach);
    return std::ranges::any_of(nearby, [&](const Presence& presence) {
        const Site& site = *presence.site;
        if (presence.distance > site.hysteresis) return false;
        return traits(site.kind).may_open_lock || site.id == trip.origin ||
               site.id == trip.destination;
    });
}

bool is_watched(const LockId& lock, const Trip& trip) {
    return trip.locks.empty() || std::ranges::find(trip.locks, lock) != trip.locks.end();
}

bool is_night(Instant at, const RuleSet& rules) {
    const auto local = at + china_standard_time;
    const auto hour = std::chrono::floor<std::chrono::hours>(local) -
                      std::chrono::floor<std::chrono::days>(local);
    return hour.count() >= rules.night_from_hour || hour.count() < rules.night_until_hour;
}

}  // namespace liuhen::geofence
