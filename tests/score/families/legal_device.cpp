// N8 N11 N12 N13 N16 N17: devices that err without anybody's guilt.
#include "tests/score/families/plays.hpp"

#include <cmath>

namespace liuhen::score {

using geofence::Kind;
using geofence::SiteKind;

// Parked scatter of 30-80 m, many bursts; short stops at works on the road.
void canyon(Scene& s) {
    s.device.noise.from_tapes = false;
    s.device.noise.parked_p95 = s.random.between(30, 80);
    s.device.noise.bursts_an_hour = s.random.between(3, 8);
    s.load_up();
    s.go_to(s.quiet_place(200));
    s.script.stand(s.random.between(2, 8) * minute);
    s.visit(SiteKind::rest, s.random.between(10, 40) * minute);
    s.arrive();
}

// 1-40 min without a network; the store is sent afterwards.
void blind_valley(Scene& s) {
    const double lasts = s.random.between(1, 40) * minute;
    s.load_up();
    s.go_to(s.quiet_place());
    const Instant begun = s.script.now();
    s.script.set(Fact::no_network);
    while (seconds_between(begun, s.script.now()) < lasts &&
           s.along_ + 300 < s.course.line.length() - 500) {
        s.go_to(s.along_ + 300);
    }
    s.script.set(Fact::no_network, false);
    s.arrive();
}

// Drift of 1-4 % an hour, bumps, slopes; stops on a slope and for fuel.
void load_noise(Scene& s) {
    s.device.scale.present = s.world.variant.load;
    s.device.scale.stuck = false;
    s.device.scale.drift = s.random.between(0.01, 0.04);
    s.device.scale.slope = s.random.between(0.01, 0.05);
    s.device.scale.bumps = s.random.between(0.02, 0.06);
    s.load_up();
    s.go_to(s.quiet_place());
    s.script.stand(s.random.between(1, 4) * minute);
    s.visit(SiteKind::fuel, s.random.between(4, 12) * minute);
    s.arrive();
}

// A third to all of its reports are lost for a time, the battery is low.
void lock_battery(Scene& s) {
    s.tolerated = {Kind::lock_lost, Kind::device_fault};
    s.device.lock.lost = s.random.between(0.3, 0.9);
    s.device.lock.battery_low = true;
    s.load_up();
    s.arrive();
}

// All places 300-600 m off in one direction.
void shifted_datum(Scene& s) {
    s.tolerated = {Kind::device_fault};
    const double far = s.random.between(300, 600);
    const double angle = s.random.between(0, 6.28);
    s.device.datum = {far * std::cos(angle), far * std::sin(angle)};
    s.load_up();
    s.arrive();
}

// Some seconds, an hour or a day wrong for a moment, as at midnight or by a leap.
void clock_jump(Scene& s) {
    s.tolerated = {Kind::device_fault};
    s.load_up();
    s.go_to(s.quiet_place());
    const std::vector<double> jumps{-1, 1, 18, 60, -3'600, 3'600, -86'400, 86'400};
    s.device.clock_jump_s = s.random.pick(jumps);
    s.device.jump_from = s.script.now();
    s.device.jump_until = s.script.now() + std::chrono::seconds(s.random.whole(5, 120));
    s.arrive();
}

}  // namespace liuhen::score
