// N4 N5 N6 N7 N14 N18 N20: stops with a reason.
#include "tests/score/families/plays.hpp"

namespace liuhen::score {

using geofence::Kind;
using geofence::SiteKind;

// 15-120 min on the road; told by radio, so that a dispatcher's alert is no false one.
void breakdown(Scene& s) {
    s.tolerated = {Kind::unplanned_stop};
    s.load_up();
    s.go_to(s.quiet_place());
    s.script.stand(s.random.between(15, 120) * minute);
    s.arrive();
}

void fuel(Scene& s) {
    s.load_up();
    s.visit(SiteKind::fuel, s.random.between(4, 20) * minute);
    s.arrive();
}

// 15-60 min.
void rest(Scene& s) {
    s.load_up();
    s.visit(SiteKind::rest, s.random.between(15, 60) * minute);
    s.arrive();
}

// 5-15 min, 10-45 m from the road; a dispatcher may call.
void unlisted_shop(Scene& s) {
    s.tolerated = {Kind::unplanned_stop};
    s.load_up();
    s.go_to(s.quiet_place());
    s.aside(s.random.between(10, 45), [&] { s.script.stand(s.random.between(5, 15) * minute); });
    s.arrive();
}

void weighbridge(Scene& s) {
    s.load_up();
    s.visit(SiteKind::weighbridge, s.random.between(2, 10) * minute);
    s.arrive();
}

// Another truck stands at the same rest place; nothing of it is in this truck's data.
void two_trucks(Scene& s) {
    s.load_up();
    s.visit(SiteKind::rest, s.random.between(3, 15) * minute);
    s.arrive();
}

// Customs or the police open the lock with a number that authorises them, 5-20 min. Their order is
// entered as they stop the truck, for half an hour to two hours.
void inspection(Scene& s) {
    s.tolerated = {Kind::unplanned_stop};
    s.load_up();
    s.go_to(s.quiet_place());
    const Instant stopped = s.script.now();
    s.script.stand(s.random.between(30, 180));
    const auto number = "AUTH" + std::to_string(s.random.bits() % 1'000'000);
    s.script.lock(LockAction::unsealed, LockMeans::one_time_password, number);
    s.script.stand(s.random.between(5, 20) * minute);
    s.script.lock(LockAction::sealed);
    s.script.stand(30);
    const auto lasts = std::chrono::minutes(30 + static_cast<int>(s.random.bits() % 91));
    s.inspected.push_back({stopped, stopped + lasts});
    s.arrive();
}

}  // namespace liuhen::score
