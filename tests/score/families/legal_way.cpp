// N1 N2 N3 N9 N10 N15 N19: odd ways that are allowed.
#include "tests/score/families/plays.hpp"

#include <algorithm>

namespace liuhen::score {

using geofence::Kind;

// 5-90 min of creeping.
void jam(Scene& s) {
    const double lasts = s.random.between(5, 90) * minute;
    s.load_up();
    s.go_to(s.quiet_place(200));
    const Instant begun = s.script.now();
    const double limit = s.course.line.length() - 700;
    while (seconds_between(begun, s.script.now()) < lasts) {
        const double move = std::min(s.random.between(8, 120), limit - s.along_);
        if (move < 1) break;
        s.script.creep(s.course.line, s.along_, s.along_ + move, 0.6, 3);
        s.along_ += move;
        s.script.stand(s.random.between(5, 150));
    }
    s.arrive();
}

// 0.3-8 km without satellites; half of them without network too.
void tunnel(Scene& s) {
    const double far = std::min(s.random.between(300, 8'000), s.course.line.length() * 0.5);
    const double from = std::min(s.quiet_place(), s.course.line.length() - far - 800);
    s.tunnels.push_back({from, from + far});
    const bool dark = s.random.chance(0.5);
    s.load_up();
    s.go_to(from);
    s.script.set(Fact::no_network, dark);
    s.go_to(from + far);
    s.script.set(Fact::no_network, false);
    s.arrive();
}

// The way round is approved and told to the watch.
void diversion(Scene& s) {
    const Branch& detour = s.random.pick(s.course.detours);
    geofence::Stretch stretch{.line = detour.way.points(), .half_widths = {}};
    stretch.half_widths.assign(stretch.line.size(), {50});
    s.alternatives.push_back(std::move(stretch));
    s.planned_s += detour.way.length() / 7;
    s.load_up();
    s.go_to(detour.leaves);
    s.go(detour, 0, detour.way.length());
    s.rejoin(detour);
    s.arrive();
}

// 10-120 min, moving up now and then.
void gate_queue(Scene& s) {
    const double lasts = s.random.between(10, 120) * minute;
    s.load_up();
    s.go_to(s.course.line.length() - 150 - s.random.between(40, 400));
    const Instant begun = s.script.now();
    while (seconds_between(begun, s.script.now()) < lasts) {
        s.script.stand(s.random.between(120, 900));
        const double room = s.course.line.length() - 160 - s.along_;
        const double move = std::clamp(s.random.between(6, 30), 0.0, std::max(0.0, room));
        if (move < 1) continue;
        s.script.creep(s.course.line, s.along_, s.along_ + move, 0.8, 2);
        s.along_ += move;
    }
    s.arrive();
}

// Moves while its wheels stand and the lock is out of reach.
void ferry(Scene& s) {
    s.tolerated = {Kind::lock_lost};
    s.load_up();
    const double far = s.random.between(800, 4'000);
    s.go_to(std::min(s.quiet_place(), s.course.line.length() - far - 800));
    s.script.stand(s.random.between(2, 12) * minute);
    s.script.set(Fact::carried);
    s.script.set(Fact::lock_mute);
    s.script.set(Fact::ignition, false);
    s.script.creep(s.course.line, s.along_, s.along_ + far, 3, 5);
    s.along_ += far;
    s.script.set(Fact::carried, false);
    s.script.set(Fact::lock_mute, false);
    s.script.stand(s.random.between(30, 180));
    s.arrive();
}

// A service road or the other carriageway, 15-45 m beside the line, for 1-4 km.
void parallel_road(Scene& s) {
    const double far = s.random.between(1'000, 4'000);
    const double off = s.random.between(15, 45) * (s.random.chance(0.5) ? 1 : -1);
    s.load_up();
    s.go_to(std::min(s.quiet_place(100), s.course.line.length() - far - 800));
    Path way{s.course.line.at(s.along_)};
    for (double d = 60; d < far - 60; d += 40) {
        way.push_back(beside(s.course.line, s.along_ + d, off));
    }
    way.push_back(s.course.line.at(s.along_ + far));
    const Line beside_road(std::move(way));
    s.script.drive(beside_road, 0, beside_road.length(), nullptr, s.random.between(6, 14));
    s.along_ += far;
    s.arrive();
}

// A vehicle between trips drives home with its lock open.
void empty_return(Scene& s) {
    s.empty = true;
    s.along_ = s.course.line.length();
    s.script = Script(s.begins, s.course.line.at(s.along_), s.driver, Random(s.random.bits()));
    s.script.lock(LockAction::unsealed, LockMeans::card, "receiver");
    s.script.stand(s.random.between(300, 900));
    s.armed = s.departed = s.script.now();
    s.go_to(s.random.between(400, 1'500));
    s.arrived = s.script.now();
    s.script.stand(300);
}

}  // namespace liuhen::score
