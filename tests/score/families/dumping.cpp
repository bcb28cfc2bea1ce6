// P1 P2 P3 P5 P6 P11 P15: the load leaves, or the lock lets it.
#include "tests/score/families/plays.hpp"

#include <algorithm>

namespace liuhen::score {

using geofence::Kind;
using geofence::Tier;

// 80-1,500 m off, 2-15 min, lock open or cut, weight -5..-100 %.
void dump_off_corridor(Scene& s) {
    const Branch& spur = s.some_spur();
    const double stand = s.random.between(2, 15) * minute;
    const double share = s.random.between(0.05, 1);
    s.load_up();
    s.go_to(spur.leaves);
    const Instant left = s.script.now();
    s.go(spur, 0, spur.turn);
    s.unload(stand, share);
    s.go(spur, spur.turn, spur.way.length());
    s.rejoin(spur);
    Mark& mark = s.mark(left, s.script.now(), dumping() | away(),
                        {.lock = true, .load = share, .body = true, .else_tier = Tier::b});
    mark.observable_from = s.off_since(left, corridor_m);
    mark.long_stop = stand >= 180;
    s.arrive();
}

// 0-40 m from the road, 60-240 s, weight -3..-30 %, lock open.
void short_dump(Scene& s) {
    const double stand = s.random.between(60, 240);
    const double share = s.random.between(0.03, 0.3);
    s.load_up();
    s.go_to(s.quiet_place());
    Instant stopped;
    s.aside(s.random.between(-40, 40), [&] {
        stopped = s.script.now();
        s.unload(stand, share);
    });
    s.mark(stopped, stopped + std::chrono::seconds(static_cast<int>(stand)), dumping() | away(),
           {.lock = true, .load = share, .body = true, .else_tier = Tier::b})
        .long_stop = stand >= 180;
    s.arrive();
}

// 300-3,000 m at 5-20 km/h, the weight falls slowly, no stop.
void creeping_leak(Scene& s) {
    const double far = s.random.between(300, 3'000);
    const double share = s.random.between(0.1, 0.9);
    const double speed = s.random.between(5, 20) / 3.6;
    s.load_up();
    s.go_to(std::min(s.quiet_place(), s.course.line.length() - far - 1'000));
    const Instant begun = s.script.now();
    const bool by_lock = s.random.chance(0.5);  // the valve is behind the lock
    if (by_lock) s.script.lock(LockAction::unsealed);
    s.script.set(Fact::lifted);
    s.script.pour(share * speed / far);
    s.script.creep(s.course.line, s.along_, s.along_ + far, speed * 0.9, speed * 1.1);
    s.along_ += far;
    s.script.pour(0);
    s.script.set(Fact::lifted, false);
    const Instant ended = s.script.now();
    if (by_lock) s.script.lock(LockAction::sealed);
    s.mark(begun, ended, dumping(), {.lock = by_lock, .load = share, .body = true});
    s.arrive();
}

// Open 1-10 min, number changed or the same, with or without a stop.
void lock_cut(Scene& s) {
    const double open = s.random.between(1, 10) * minute;
    s.load_up();
    s.go_to(s.quiet_place(1'200));
    const Instant cut = s.script.now();
    s.script.lock(LockAction::cut);
    if (s.random.chance(0.6)) {
        s.script.stand(open);
    } else {
        s.go_to(std::min(s.along_ + open * 5, s.course.line.length() - 600));
    }
    if (s.random.chance(0.4)) {
        s.script.lock(LockAction::sealed, LockMeans::unknown, "", true);  // another seal
        s.script.set(Fact::lock_mute);
    } else {
        s.script.lock(LockAction::sealed);
    }
    s.mark(cut, s.script.now(), dumping() | away() | Kinds{Kind::lock_lost}, {.lock = true})
        .by_lock = true;
    s.arrive();
}

// 2-20 min, no weight sensor.
void lock_opened(Scene& s) {
    s.device.scale.present = false;
    s.device.body_sensor = false;
    const double open = s.random.between(2, 20) * minute;
    s.load_up();
    s.go_to(s.quiet_place(1'200));
    const Instant opened = s.script.now();
    s.script.lock(LockAction::unsealed);
    if (s.random.chance(0.7)) {
        s.script.stand(open);
    } else {
        s.go_to(std::min(s.along_ + open * 5, s.course.line.length() - 600));
    }
    s.script.lock(LockAction::sealed);
    s.mark(opened, s.script.now(), dumping() | away(), {.lock = true}).by_lock = true;
    s.arrive();
}

// Part is unloaded at a second, real but not declared site; the truck arrives with less.
void split_load(Scene& s) {
    const Branch& spur = s.some_spur();
    const double share = s.random.between(0.15, 0.8);
    s.add_site(s.random.chance(0.6) ? geofence::SiteKind::receiver : geofence::SiteKind::storage,
               spur.way.at(spur.turn), 80);
    s.load_up();
    s.go_to(spur.leaves);
    const Instant left = s.script.now();
    s.go(spur, 0, spur.turn);
    s.unload(s.random.between(5, 25) * minute, share);
    s.go(spur, spur.turn, spur.way.length());
    s.rejoin(spur);
    Mark& mark = s.mark(left, s.script.now(), dumping() | away() | Kinds{Kind::wrong_destination},
                        {.lock = true, .load = share, .body = true, .else_tier = Tier::b});
    mark.observable_from = s.off_since(left, corridor_m);
    s.arrive();
}

// Two trucks meet for 3-10 min and the load goes over to the other.
void convoy(Scene& s) {
    const bool off_road = s.random.chance(0.5);
    const double stand = s.random.between(3, 10) * minute;
    const double share = s.random.between(0.3, 1);
    s.load_up();
    const Instant begins = [&] {
        if (!off_road) {
            s.go_to(s.quiet_place());
            const Instant left = s.script.now();
            s.aside(s.random.between(10, 45), [&] { s.unload(stand, share); });
            return left;
        }
        const Branch& spur = s.some_spur();
        s.go_to(spur.leaves);
        const Instant left = s.script.now();
        s.go(spur, 0, spur.turn);
        s.unload(stand, share);
        s.go(spur, spur.turn, spur.way.length());
        s.rejoin(spur);
        return left;
    }();
    s.mark(begins, s.script.now(), dumping() | away(),
           {.lock = true, .load = share, .body = true, .else_tier = Tier::b})
        .long_stop = true;
    s.arrive();
}

}  // namespace liuhen::score
