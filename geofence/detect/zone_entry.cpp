#include "geofence/detect/zone_entry.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr double look_every = 15;  // metres between looks at the way from fix to fix
constexpr int most_looks = 60;

bool counts(const Moment& moment, const Site& zone, double stood_s, const Trip& trip) {
    if (trip.carrying.empty()) return zone.kind == SiteKind::restricted;
    if (!moment.under_way) return false;
    return !moment.route || moment.is_off_corridor() || stood_s >= seconds(trip.rules->zone_stop);
}

std::uint8_t grade_of(const Site& zone) {
    const bool strict = zone.protection != Protection::quasi;
    return zone.kind == SiteKind::water_source && strict ? 1 : 2;
}

/// True off the approved way, where nothing but distance says what the truck is about.
bool is_astray(const Moment& moment, const Trip& trip) {
    return !trip.carrying.empty() && moment.under_way &&
           (!moment.route || moment.is_off_corridor());
}

bool is_protected(const Presence& presence) { return traits(presence.site->kind).is_protected; }

}  // namespace

Episodes ZoneEntry::see(const Moment& moment, double stood_s, const Trip& trip) {
    for (Visit& visit : visits_) ++visit.outside;
    const bool near = std::ranges::any_of(moment.nearby, is_protected);
    const bool astray = near && is_astray(moment, trip);
    for (const Presence& presence : moment.nearby) {
        const Site& zone = *presence.site;
        if (!is_protected(presence) || presence.distance > zone.hysteresis) continue;
        if (!counts(moment, zone, stood_s, trip)) continue;
        count(moment, zone, presence.distance * -1, 1, trip);
    }
    if (astray && aside_) cross(moment, trip);
    if (astray) approach(moment, trip);
    if (!astray) approaches_.clear();
    aside_.reset();
    if (astray) aside_ = Aside{.at = moment.fix.at, .where = moment.fix.where};

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

/// From how fast each boundary came nearer since the fix before: when it will be reached.
void ZoneEntry::approach(const Moment& moment, const Trip& trip) {
    std::vector<Approach> now;
    for (const Presence& presence : moment.nearby) {
        if (!is_protected(presence) || presence.distance <= Metres{0}) continue;
        Approach one{.zone = presence.site,
                     .distance = presence.distance,
                     .at = moment.fix.at,
                     .foreseen = std::nullopt};
        const auto before = std::ranges::find(approaches_, presence.site, &Approach::zone);
        if (before != approaches_.end()) {
            const double nearer = (before->distance - presence.distance).value;
            const double passed = seconds_between(before->at, moment.fix.at);
            const double left = presence.distance.value * passed;  // times the closing speed
            if (nearer > 0 && left <= seconds(trip.rules->zone_foresight) * nearer) {
                one.foreseen = before->foreseen ? before->foreseen : moment.fix.at;
            }
        }
        now.push_back(one);
    }
    approaches_ = std::move(now);
}

/// Two fixes outside a zone may have a piece of it between them.
void ZoneEntry::cross(const Moment& moment, const Trip& trip) {
    const double passed = seconds_between(aside_->at, moment.fix.at);
    if (passed > seconds(trip.rules->dwell_step_cap)) return;
    const double length = flat_distance(aside_->where, moment.fix.where).value;
    const int pieces = std::min(most_looks, static_cast<int>(length / look_every));
    for (const Presence& presence : moment.nearby) {
        const Site& zone = *presence.site;
        if (!is_protected(presence) || presence.distance <= Metres{0}) continue;
        if (presence.distance.value > length) continue;
        Metres deepest;
        for (int i = 1; i < pieces; ++i) {
            const double share = 1.0 * i / pieces;
            const LatLon from = aside_->where;
            const LatLon to = moment.fix.where;
            const LatLon between{.lat = from.lat + (to.lat - from.lat) * share,
                                 .lon = from.lon + (to.lon - from.lon) * share};
            deepest = std::max(deepest, zone.shape.signed_distance(between) * -1);
        }
        const bool visited = std::ranges::find(visits_, &zone, &Visit::zone) != visits_.end();
        if (visited || deepest < trip.rules->zone_graze) continue;
        count(moment, zone, deepest, trip.rules->zone_fixes, trip);
    }
}

/// Takes `fixes` inside; one enters at the boundary itself.
void ZoneEntry::count(const Moment& moment, const Site& zone, Metres depth, int fixes,
                      const Trip& trip) {
    const Instant at = moment.fix.at;
    auto visit = std::ranges::find(visits_, &zone, &Visit::zone);
    if (visit == visits_.end()) {
        if (depth < Metres{0}) return;
        Visit fresh;
        fresh.zone = &zone;
        fresh.since = at;
        const auto expected = std::ranges::find(approaches_, &zone, &Approach::zone);
        if (expected != approaches_.end() && expected->foreseen) {
            fresh.foreseen_s = seconds_between(*expected->foreseen, at);
        }
        visit = visits_.insert(visits_.end(), fresh);
    }
    if (visit->inside == 0 || depth > visit->deepest) {
        visit->deepest = depth;
        visit->deepest_fix = moment.fix;
    }
    visit->inside += fixes;
    visit->outside = 0;
    visit->last = at;
    visit->track.add(moment.fix);
    judge(*visit, at, trip);
}

void ZoneEntry::judge(Visit& visit, Instant at, const Trip& trip) {
    const int needed = trip.rules->zone_fixes - (visit.foreseen_s ? 1 : 0);
    const std::uint8_t grade = grade_of(*visit.zone);
    if (!visit.open && visit.inside >= needed) {
        visit.open = OpenEpisode{
            .kind = Kind::zone_entry, .grade = 0, .since = visit.since, .shown = nullptr};
    }
    if (visit.open && visit.open->is_due(at, grade)) {
        visit.open->show(at, grade, evidence(visit, trip));
    }
}

void ZoneEntry::found(Findings& into, Instant at) const {
    double longest = -1;
    for (const Visit& visit : visits_) {
        if (visit.open && visit.outside == 0) {
            longest = std::max(longest, seconds_between(visit.since, at));
        }
    }
    if (longest >= 0) into.push_back({.sign = Sign::in_zone, .at = at, .amount = longest});
}

Episodes ZoneEntry::end(Instant at, const Trip& trip) {
    Episodes ended;
    for (const Visit& visit : visits_) {
        if (visit.open) ended.push_back(visit.open->closed(at, evidence(visit, trip)));
    }
    *this = ZoneEntry{};
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
    if (visit.foreseen_s) {
        evidence.terms.push_back({.name = "predicted_in_s",
                                  .value = *visit.foreseen_s,
                                  .limit = seconds(trip.rules->zone_foresight),
                                  .share = 0});
    }
    evidence.where = visit.deepest_fix.where;
    evidence.place = visit.zone->name;
    evidence.would_clear = "Fixes outside the zone, or moving on the approved road through it.";
    return evidence;
}

}  // namespace liuhen::geofence
