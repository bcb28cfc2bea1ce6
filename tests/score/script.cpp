#include "tests/score/script.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace liuhen::score {
namespace {

constexpr double gains = 0.7;   // m/s2
constexpr double brakes = 1.1;  // m/s2

float degrees_of(Offset heading) {
    const double degrees = std::atan2(heading.east, heading.north) * 180 / std::numbers::pi;
    return static_cast<float>(degrees < 0 ? degrees + 360 : degrees);
}

}  // namespace

Script::Script(Instant start, LatLon at, Driver driver, Random random)
    : start_(start), at_(at), driver_(driver), random_(random) {
    to_light_ = random_.exponential(driver_.light_every);
    odometer_ = std::floor(random_.between(20'000'000, 400'000'000));
    if (driver_.tape) {
        on_tape_ =
            static_cast<std::size_t>(random_.unit() * static_cast<double>(driver_.tape->size()));
    }
}

Script::Script(const Script& before, Instant start)
    : start_(start),
      at_(before.at_),
      driver_(before.driver_),
      random_(mixed(before.ticks_.size(), 5)),
      to_light_(before.to_light_),
      odometer_(before.odometer_),
      heading_(before.heading_),
      load_(before.load_),
      facts_(before.facts_) {}

Instant Script::now() const {
    return start_ + std::chrono::seconds(static_cast<std::int64_t>(ticks_.size()));
}

const Tick& Script::tick(Instant at) const {
    const auto second = std::chrono::duration_cast<std::chrono::seconds>(at - start_).count();
    const auto last = static_cast<std::int64_t>(ticks_.size()) - 1;
    return ticks_[static_cast<std::size_t>(std::clamp<std::int64_t>(second, 0, last))];
}

void Script::set(Fact fact, bool on) {
    const auto bit = static_cast<std::uint16_t>(fact);
    facts_ = static_cast<std::uint16_t>(on ? facts_ | bit : facts_ & ~bit);
}

void Script::lock(LockAction action, LockMeans means, std::string actor, bool other) {
    lock_moments_.push_back({now(), action, means, std::move(actor), other});
    if (other) return;
    if (action == LockAction::unsealed || action == LockAction::cut) set(Fact::lock_open);
    if (action == LockAction::sealed) set(Fact::lock_open, false);
}

void Script::tick(LatLon where, double speed) {
    load_ = static_cast<float>(std::max(0.0, load_ - pouring_));
    at_ = where;
    Tick tick{.where = where, .speed = static_cast<float>(speed)};
    if (!(facts_ & static_cast<std::uint16_t>(Fact::carried))) odometer_ += speed;
    tick.heading = heading_;
    tick.odometer = odometer_;
    tick.load = load_;
    tick.facts = facts_;
    ticks_.push_back(tick);
}

/// The speed that the driver would have where the road allows `allowed`.
double Script::wanted(double allowed) {
    if (driver_.tape) {
        const auto next = [&] { return (*driver_.tape)[on_tape_++ % driver_.tape->size()]; };
        double said = next();
        idle_ = said < 0.5 ? idle_ + 1 : 0;
        for (std::size_t i = 0; idle_ > 60 && said < 0.5 && i < driver_.tape->size(); ++i) {
            said = next();  // jams are a family of their own
        }
        return std::min({said * 0.8, allowed * 1.25, 22.0});
    }
    sway_ += -sway_ / 25 + random_.normal(0.03);
    return std::max(2.0, allowed * driver_.factor * (1 + sway_));
}

void Script::drive(const Line& line, double from, double to, const std::vector<double>* speeds,
                   double usual) {
    set(Fact::ignition);
    const double direction = to < from ? -1 : 1;
    double along = from;
    while ((to - along) * direction > 0) {
        double allowed = usual;
        if (speeds && !speeds->empty()) {
            const auto station = static_cast<std::size_t>(std::max(0.0, along) / speed_step);
            allowed = (*speeds)[std::min(station, speeds->size() - 1)];
        }
        if (!driver_.tape && to_light_ <= 0) {
            to_light_ = random_.exponential(driver_.light_every);
            stand(random_.between(5, 60));
            speed_ = 0;
        }
        const double left = std::abs(to - along);
        double aim = std::min(wanted(allowed), std::sqrt(2 * brakes * left) + 0.5);
        aim = std::clamp(aim, speed_ - brakes * 1.5, speed_ + gains);
        speed_ = std::max(0.0, aim);
        along += direction * std::min(speed_, left);
        to_light_ -= speed_;
        heading_ = degrees_of(line.heading(along) * direction);
        tick(line.at(along), speed_);
    }
}

void Script::creep(const Line& line, double from, double to, double low, double high) {
    const double direction = to < from ? -1 : 1;
    double along = from;
    while ((to - along) * direction > 0) {
        const double speed = random_.between(low, high);
        along += direction * std::min(speed, std::abs(to - along));
        heading_ = degrees_of(line.heading(along) * direction);
        tick(line.at(along), speed);
    }
    speed_ = low;
}

void Script::stand(double seconds) {
    speed_ = 0;
    for (int second = 0; second < static_cast<int>(seconds); ++second) tick(at_, 0);
}

}  // namespace liuhen::score
