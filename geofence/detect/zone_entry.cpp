#include "geofence/detect/zone_entry.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

bool counts(const Moment& moment, const Site& zone, double stood_s, const Trip& trip) {
    if (trip.carrying.empty()) return zone.kind == SiteKind::restricted;
    if (!moment.under_way) return false;
    return !moment.route || moment.is_off_corridor() || stood_s >= seconds(trip.rules->zone_stop);
}

std::uint8_t grade_of(const Site& zone) { return zone.kind == SiteKind::water_source ? 1 : 2; }

}  // namespace

Episodes ZoneEntry::see(const Moment& moment, double stood_s, const Trip& trip) {
    for (Visit& visit : visits_) ++visit.outside;
    for (const Presence& presence : moment.nearby) {
        const Site& zone = *presence.site;
        if (!traits(zone.kind).is_protected || presence.distance > zone.hysteresis) continue;
        if (!counts(moment, zone, stood_s, trip)) continue;
        auto visit = std::ranges::find(visits_, &zone, &Visit::zone);
        if (visit == visits_.end()) {
            if (presence.distance > Metres{0}) continue;  // one enters at the boundary itself
            Visit fresh;
            fresh.zone = &zone;
            visit = visits_.insert(visits_.end(), fresh);
        }
        enter(*visit, moment, presence.distance * -1, trip);
    }
    Episodes ended;
    std::erase_if(visits_, [&](const Visit& visit) {
        const bool gone =
            visit.outside >= trip.rules->zone_fixes || (visit.outside > 0 && !visit.open);
        if (gone && visit.open) {
            ended.push_back(visit.open->closed(visit.last, evidence(visit, trip)));
        }
        return gone;
    });
    return ended;
}

void ZoneEntry::enter(Visit& visit, const Moment& moment, Metres depth, const Trip& trip) {
    const Instant at = moment.fix.at;
    if (visit.inside == 0) visit.since = at;
    if (visit.inside == 0 || depth > visit.deepest) {
        visit.deepest = depth;
        visit.deepest_fix = moment.fix;
    }
    ++visit.inside;
    visit.outside = 0;
    visit.last = at;
    visit.track.add(moment.fix);
    const std::uint8_t grade = grade_of(*visit.zone);
    if (!visit.open && visit.inside >= trip.rules->zone_fixes) {
        visit.open = OpenEpisode{
            .kind = Kind::zone_entry, .grade = 0, .since = visit.since, .shown = nullptr};
    }
    if (visit.open && visit.open->is_due(at, grade)) {
        visit.open->show(at, grade, evidence(visit, trip));
    }
}

Episodes ZoneEntry::end(Instant at, const Trip& trip) {
    Episodes ended;
    for (const Visit& visit : visits_) {
        if (visit.open) ended.push_back(visit.open->closed(at, evidence(visit, trip)));
    }
    visits_.clear();
    return ended;
}

Episodes ZoneEntry::lasting() const {
    Episodes lasting;
    for (const Visit& visit : visits_) {
        if (visit.open) lasting.push_back(visit.open->lasting());
    }
    return lasting;
}

Evidence ZoneEntry::evidence(const Visit& visit, const Trip& trip) {
    Evidence evidence;
    evidence.path = visit.track.path();
    evidence.fixes_total = visit.track.total();
    evidence.terms = {
        {.name = "fixes_inside",
         .value = static_cast<double>(visit.inside),
         .limit = static_cast<double>(trip.rules->zone_fixes),
         .share = 1},
        {.name = "depth_m", .value = visit.deepest.value, .limit = 0, .share = 0},
    };
    evidence.where = visit.deepest_fix.where;
    evidence.place = visit.zone->name;
    evidence.would_clear = "Fixes outside the zone, or moving on the approved road through it.";
    return evidence;
}

}  // namespace liuhen::geofence
