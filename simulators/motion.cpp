#include "simulators/motion.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace liuhen::simulators {
namespace {

constexpr double acceleration = 0.9;      // m/s2, a loaded truck
constexpr double wander_time = 90;        // s, memory of the receiver's error
constexpr double temper_time = 40;        // s, memory of the driver's mood
constexpr double temper_share = 0.12;     // of the cruising speed
constexpr double standstill = 0.3;        // m/s, slower is standing
constexpr double heading_look_ahead = 5;  // m

double metres_via(const Detour& detour, const Road& road) {
    Path line{road.at(detour.from).where};
    line.insert(line.end(), detour.via.begin(),
                detour.via.begin() + static_cast<std::ptrdiff_t>(detour.stay_at) + 1);
    return Road{std::move(line)}.length().value;
}

/// Works detours into the road, the last first so that earlier progress stays true; what lies
/// behind one moves by what it adds.
struct Worked {
    Road road;
    std::vector<Halt> halts;
    std::vector<BlindStretch> blind;
};
Worked work_in(DrivePlan plan) {
    Worked worked{std::move(plan.road), std::move(plan.halts), std::move(plan.blind)};
    std::ranges::sort(plan.detours, std::ranges::greater{}, [](const Detour& d) { return d.from; });
    for (const Detour& detour : plan.detours) {
        const Halt stay{detour.from + Metres{metres_via(detour, worked.road)}, detour.stay,
                        detour.lock};
        Road longer = worked.road.with_detour(detour.from, detour.until, detour.via);
        const Metres added = longer.length() - worked.road.length();
        const auto shift = [&](Metres& at) {
            if (at >= detour.until) at += added;
        };
        for (Halt& halt : worked.halts) shift(halt.at);
        for (BlindStretch& stretch : worked.blind) {
            shift(stretch.from);
            shift(stretch.until);
        }
        worked.halts.push_back(stay);
        worked.road = std::move(longer);
    }
    std::ranges::sort(worked.halts, {}, [](const Halt& h) { return h.at; });
    return worked;
}

}  // namespace

Drive::Drive(DrivePlan plan, Chance chance) : cruise_{plan.cruise.value}, chance_{chance} {
    Worked worked = work_in(std::move(plan));
    road_ = std::move(worked.road);
    halts_ = std::move(worked.halts);
    blind_ = std::move(worked.blind);
}

Metres Drive::next_halt() const {
    return halt_ < halts_.size() ? std::min(halts_[halt_].at, road_.length()) : road_.length();
}

void Drive::advance(Duration by) {
    for (Duration left = by; left.count() > 0 && phase_ != Phase::finished;) {
        const Duration step = std::min(left, Duration{1000});
        left -= step;
        if (phase_ == Phase::halted) {
            stood_ += step;
            if (stood_ < halts_[halt_].stay) continue;
            stood_ = {};
            ++halt_;
            phase_ = Phase::rolling;
        } else {
            second(std::chrono::duration<double>(step).count());
        }
    }
}

void Drive::second(double dt) {
    const double keep = std::exp(-dt / temper_time);
    temper_ =
        std::clamp(temper_ * keep + std::sqrt(1 - keep * keep) * chance_.normal() * 0.5, -1.0, 1.0);
    const Metres goal = next_halt();
    const double left = goal.value - along_.value;
    const double brake = std::sqrt(2 * acceleration * std::max(left, 0.0));
    const double wish = std::min(cruise_ * (1 + temper_share * temper_), std::max(brake, 1.0));
    speed_ = std::clamp(wish, speed_ - 2 * acceleration * dt, speed_ + acceleration * dt);
    along_ += Metres{std::min(speed_ * dt, std::max(left, 0.0))};
    if (along_ < goal) return;
    speed_ = 0;
    phase_ = halt_ < halts_.size() ? Phase::halted : Phase::finished;
}

Doing Drive::doing() const {
    const Road::Place place = road_.at(along_);
    const Road::Place ahead = road_.at(along_ + Metres{heading_look_ahead});
    Doing doing{.where = place.where, .speed = {speed_}, .heading = ahead.heading};
    if (phase_ == Phase::halted) doing.lock = halts_[halt_].lock;
    const auto covers = [this](const BlindStretch& b) {
        return b.from <= along_ && along_ < b.until;
    };
    if (std::ranges::any_of(blind_, covers)) doing.radio = Radio::blind;
    if (doing.speed.value < standstill) doing.speed = {0};
    return doing;
}

LatLon Receiver::see(LatLon truth, Duration since_last) {
    const double keep = std::exp(-std::chrono::duration<double>(since_last).count() / wander_time);
    const double fresh = std::sqrt(1 - keep * keep) * deviation_.value;
    east_ = east_ * keep + fresh * chance_.normal();
    north_ = north_ * keep + fresh * chance_.normal();
    return moved(truth, {east_}, {north_});
}

}  // namespace liuhen::simulators
