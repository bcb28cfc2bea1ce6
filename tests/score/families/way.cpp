// P4 P12 P13 P14 P16: the truck goes, or does not go, where it should.
#include "tests/score/families/plays.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::score {

using geofence::Kind;
using geofence::SiteKind;
using geofence::Tier;

// 1-12 km extra, 22-05 h, back to the route further on.
void night_detour(Scene& s) {
    const Branch& detour = s.random.pick(s.course.detours);
    s.load_up();
    s.go_to(detour.leaves);
    const Instant left = s.script.now();
    s.go(detour, 0, detour.way.length());
    s.rejoin(detour);
    s.mark(left, s.script.now(), dumping() | away(), {.else_tier = Tier::b}).observable_from =
        s.off_since(left, corridor_m);
    s.arrive();
}

// Back 1-10 km, a stay, on the route again.
void u_turn(Scene& s) {
    s.load_up();
    s.go_to(std::max(0.5 * s.course.line.length(), s.quiet_place()));
    const double turn = s.along_;
    const double back = std::clamp(s.random.between(1'000, 10'000), 1'000.0, turn - 1'000);
    const Instant begun = s.script.now();
    s.go_to(turn - back);
    s.script.stand(s.random.between(3, 20) * minute);
    s.go_to(turn);
    s.mark(begun, s.script.now(), dumping() | away(), {.else_tier = Tier::b});
    s.arrive();
}

/// Metres inside a circle that a truck at the turn of a branch is; the course stays outside.
void add_zone(Scene& s, const Branch& branch, double inside) {
    const LatLon turn = branch.way.at(branch.turn);
    const auto near = s.course.line.nearest(turn);
    const Offset away = between(s.course.line.at(near.along), turn);
    const Offset outward = away * (1 / std::max(length_of(away), 1.0));
    const double radius = std::max(60.0, s.random.between(1, 4) * inside);
    s.add_site(SiteKind::water_source, moved(turn, outward * (radius - inside)), radius);
}

// Grazing 20-100 m inside, through, or with a stop inside.
void water_zone(Scene& s) {
    const Branch* const branch = &s.some_spur(160);
    const double inside = std::clamp(s.random.between(20, 100), 20.0, branch->off - 70);
    add_zone(s, *branch, inside);
    const geofence::Shape zone = s.sites.back().shape;
    s.load_up();
    s.go_to(branch->leaves);
    const Instant left = s.script.now();
    s.go(*branch, 0, branch->turn);
    if (s.random.chance(0.4)) s.script.stand(s.random.between(1, 10) * minute);
    s.go(*branch, branch->turn, branch->way.length());
    s.rejoin(*branch);
    const Instant back = s.script.now();
    Instant entered = back;
    Instant inside_until = left;
    for (Instant at = left; at < back; at += std::chrono::seconds(1)) {
        if (!zone.contains(s.script.tick(at).where)) continue;
        entered = std::min(entered, at);
        inside_until = at;
    }
    Mark& mark = s.mark(left, back, dumping() | away() | Kinds{Kind::zone_entry},
                        {.place = true, .else_tier = Tier::b});
    mark.observable_from = entered;
    mark.shown.place = inside_until > entered;
    mark.seen_from = entered;
    mark.seen_until = inside_until;
    s.arrive();
}

/// Another receiver takes it, or another yard; the truck stays there.
void stay_elsewhere(Scene& s) {
    const Branch& spur = s.some_spur();
    const bool unloads = s.random.chance(0.6);
    s.add_site(unloads ? SiteKind::receiver : SiteKind::yard, spur.way.at(spur.turn), 80);
    s.load_up();
    s.go_to(spur.leaves);
    const Instant left = s.script.now();
    s.go(spur, 0, spur.turn);
    if (unloads) s.unload(s.random.between(8, 30) * minute, 1);
    s.script.set(Fact::ignition, false);
    const double until_due = seconds_between(s.script.now(), s.due());
    s.script.stand(std::max(0.0, until_due) + s.random.between(40, 90) * minute);
    const Kinds kinds = dumping() | away() | Kinds{Kind::wrong_destination, Kind::trip_overdue};
    Mark& mark = s.mark(
        left, s.script.now(), kinds,
        {.lock = unloads, .load = unloads ? 1.0 : 0.0, .body = unloads, .else_tier = Tier::b});
    mark.observable_from = s.off_since(left, corridor_m);
}

/// The clock is set back to hide a stay off the road.
void hide_by_clock(Scene& s) {
    const Branch& spur = s.some_spur();
    s.load_up();
    s.go_to(spur.leaves);
    s.device.jump_from = s.script.now();
    s.device.clock_jump_s = -std::round(s.random.between(20, 120)) * minute;
    const bool opens = s.random.chance(0.5);
    s.go(spur, 0, spur.turn);
    if (opens) {
        s.unload(s.random.between(4, 20) * minute, 0.5);
    } else {
        s.script.stand(s.random.between(4, 20) * minute);
    }
    s.go(spur, spur.turn, spur.way.length());
    s.rejoin(spur);
    s.device.jump_until = s.script.now() + std::chrono::hours(24);
    const Kinds kinds = dumping() | away() | dark() | Kinds{Kind::wrong_destination};
    Mark& mark =
        s.mark(s.device.jump_from, s.script.now(), kinds,
               {.lock = opens, .load = opens ? 0.5 : 0.0, .body = opens, .else_tier = Tier::c});
    s.arrive();
    mark.until = s.script.now();
}

// Goes to another yard or receiver, or the clock is set back to hide it.
void never_arrives(Scene& s) {
    if (s.random.chance(0.75)) {
        stay_elsewhere(s);
    } else {
        hide_by_clock(s);
    }
}

// 20-180 min late without a cause in the signals: too long at a place where trucks may stand.
void overdue(Scene& s) {
    s.load_up();
    const double late = s.random.between(20, 180) * minute;
    s.visit(SiteKind::rest, late + s.planned_s * 0.4 + 1'500);
    s.go_to(s.course.line.length() - 400);
    const double early = seconds_between(s.script.now(), s.due()) + 25 * minute;
    if (early > 0) s.visit(SiteKind::rest, early);  // a fast driver: back once more
    s.arrive();
    if (!(s.due() < *s.arrived)) return;
    Mark& mark = s.mark(s.due(), *s.arrived, {Kind::trip_overdue, Kind::unplanned_stop},
                        {.else_tier = Tier::b});
    mark.until = s.script.now();
    mark.by_clock = true;
}

}  // namespace liuhen::score
