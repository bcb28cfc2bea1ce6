// P7 P8 P9 P10: the tracker is blinded, killed, carried away or lied to.
#include "tests/score/families/plays.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::score {

using geofence::Kind;
using geofence::Tier;

// GNSS lost 4-40 min, link alive, satellites 0; comes back 0-15 km on, weight lower or no sensor.
void jamming(Scene& s) {
    const double lasts = s.random.between(4, 40) * minute;
    const double share = s.random.between(0.1, 1);
    s.load_up();
    s.go_to(s.quiet_place(1'200));
    const Instant begun = s.script.now();
    s.script.set(Fact::jammed);
    const double stand = std::min(lasts * s.random.between(0.3, 0.9), 15 * minute);
    s.script.pour(share / stand);
    s.script.stand(stand);
    s.script.pour(0);
    const double way =
        std::min({(lasts - stand) * 7, 15'000.0, s.course.line.length() - 800 - s.along_});
    s.go_to(s.along_ + std::max(0.0, way));
    s.script.stand(std::max(0.0, lasts - seconds_between(begun, s.script.now())));
    s.script.set(Fact::jammed, false);
    Mark& mark = s.mark(begun, s.script.now(), dumping() | away() | dark(),
                        {.load = share, .else_tier = Tier::c});
    mark.end += std::chrono::minutes(2);  // the weight is told all along
    s.arrive();
    mark.until = s.script.now();
}

// The power bit or silence for 5-60 min in a covered area.
void switched_off(Scene& s) {
    const double lasts = s.random.between(5, 60) * minute;
    s.load_up();
    s.go_to(s.quiet_place(1'200));
    const Instant begun = s.script.now();
    s.script.set(Fact::unpowered);
    s.script.stand(lasts * s.random.between(0, 0.8));
    const double left = lasts - seconds_between(begun, s.script.now());
    s.go_to(std::min(s.along_ + left * 8, s.course.line.length() - 700));
    s.script.stand(std::max(0.0, lasts - seconds_between(begun, s.script.now())));
    s.script.set(Fact::unpowered, false);
    Mark& mark = s.mark(begun, s.script.now(), dumping() | away() | dark(), {.else_tier = Tier::c});
    mark.by_clock = true;
    s.arrive();
    mark.until = s.script.now();
}

/// The truth leaves the tracker: out on a spur, the load goes, it stays.
void part_cargo(Scene& s, const Branch& spur) {
    Script cargo(s.script, s.script.now());
    cargo.set(Fact::unplugged, false);
    cargo.set(Fact::spoofed, false);
    cargo.drive(spur.way, 0, spur.turn, nullptr, 7);
    cargo.stand(60);
    const bool opens = s.random.chance(0.7);
    if (opens) cargo.lock(LockAction::unsealed);
    cargo.pour(1 / 400.0);
    cargo.stand(420);
    cargo.pour(0);
    if (opens) cargo.lock(LockAction::sealed);
    cargo.stand(s.random.between(10, 40) * minute);
    s.cargo = std::move(cargo);
}

// The tracker keeps to the route in another vehicle; lock, weight, wheels tell otherwise.
void tracker_moved(Scene& s) {
    const Branch& spur = s.some_spur();
    s.load_up();
    s.go_to(spur.leaves);
    s.script.stand(s.random.between(2, 6) * minute);
    const Instant moved_at = s.script.now();
    part_cargo(s, spur);
    s.script.set(Fact::unplugged);
    s.arrive();
    const auto& d = s.device;
    Mark& mark = s.mark(
        moved_at, s.script.now(), dumping() | away() | dark() | Kinds{Kind::lock_lost},
        {.lock = true, .place = d.odometer || d.recorder || d.scale.present, .other_place = true});
    mark.until = s.script.now();
}

/// An old trip is played back with new times: too smooth, satellites constant.
void replay_track(Scene& s) {
    const Branch& spur = s.some_spur();
    s.load_up();
    s.go_to(spur.leaves);
    const Instant begun = s.script.now();
    part_cargo(s, spur);
    s.script.set(Fact::spoofed);
    s.arrive();
    Mark& mark = s.mark(begun, s.script.now(), dumping() | away() | dark(),
                        {.lock = true, .place = true, .other_place = true});
    mark.until = s.script.now();
}

/// What is reported drifts off the truth at 1-5 m/s while the truck stands and unloads.
void drift_away(Scene& s) {
    s.load_up();
    s.go_to(s.quiet_place(1'200));
    const Instant begun = s.script.now();
    const double speed = s.random.between(1, 5);
    const double lasts = s.random.between(5, 15) * minute;
    Script cargo(s.script, begun);
    const bool opens = s.random.chance(0.5);
    cargo.stand(60);
    if (opens) cargo.lock(LockAction::unsealed);
    cargo.pour(1 / lasts);
    cargo.stand(lasts * 0.7);
    cargo.pour(0);
    if (opens) cargo.lock(LockAction::sealed);
    const double load = cargo.load();
    const double angle = s.random.between(0, 6.28);
    const LatLon here = s.script.where();
    const Offset drift = Offset{std::cos(angle), std::sin(angle)} * (speed * lasts);
    s.script.set(Fact::spoofed);
    s.script.set(Fact::carried);
    s.script.creep(Line({here, moved(here, drift)}), 0, speed * lasts, speed, speed);
    s.script.set(Fact::carried, false);
    s.script.set(Fact::spoofed, false);
    s.script.load(load);
    s.cargo = std::move(cargo);
    s.cargo_until = s.script.now();
    Mark& mark = s.mark(begun, s.script.now(), dumping() | away() | dark(),
                        {.lock = opens, .load = 0.7, .place = true, .other_place = true});
    s.arrive();
    mark.until = s.script.now();
}

// The shape of an old trip with new times, or a drift off the truth.
void spoofed(Scene& s) {
    if (s.random.chance(0.6)) {
        replay_track(s);
    } else {
        drift_away(s);
    }
}

}  // namespace liuhen::score
