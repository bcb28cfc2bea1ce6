#include "tests/score/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace liuhen::score {
namespace {

constexpr double fixed_sigma = 3;      // metres, per 500 m of road
constexpr double fixed_stretch = 500;  // metres
constexpr double wander_sigma = 3.5;   // Ornstein-Uhlenbeck
constexpr double wander_tau = 30;      // seconds
constexpr double white_sigma = 1.5;
constexpr double parked_tau = 300;
constexpr double parked_after = 90;  // seconds of standing
constexpr double block_s = 120;
constexpr double largest = 300;

/// One step of an Ornstein-Uhlenbeck walk.
double walk(double from, double sigma, double tau, double step, Random& random) {
    const double kept = std::exp(-step / tau);
    return from * kept + random.normal(sigma * std::sqrt(1 - kept * kept));
}

}  // namespace

Noise::Noise(NoiseSettings settings, const Recordings* recordings, Random random)
    : settings_(settings), recordings_(recordings), random_(random) {
    if (!recordings_ || recordings_->errors.empty()) settings_.from_tapes = false;
}

double Noise::from_block(Block& block, double seconds) {
    if (!block.tape || seconds >= block.begins + block_s) {
        block.tape = &random_.pick(recordings_->errors);
        block.from = random_.unit() * (static_cast<double>(block.tape->size()) - block_s);
        block.begins = seconds;
    }
    const double at = std::max(0.0, block.from + seconds - block.begins);
    const auto index = std::min(static_cast<std::size_t>(at), block.tape->size() - 1);
    return std::clamp<double>((*block.tape)[index], -largest, largest);
}

Offset Noise::burst(double seconds, double step, bool moving) {
    if (burst_from_ < 0 && moving &&
        random_.chance(1 - std::exp(-step * settings_.bursts_an_hour / 3600))) {
        burst_from_ = seconds;
        burst_for_ = std::min(300.0, random_.log_normal(12, 80, 1.2816));
        burst_peak_ = std::min(largest, random_.log_normal(38, 100, 1.6449));
        burst_angle_ = random_.between(0, 2 * std::numbers::pi);
    }
    if (burst_from_ < 0) return {};
    const double share = (seconds - burst_from_) / std::max(burst_for_, 1.0);
    if (share > 1) burst_from_ = -1;
    if (share > 1) return {};
    const double height = burst_peak_ * std::sin(std::numbers::pi * (0.1 + 0.8 * share));
    return {height * std::cos(burst_angle_), height * std::sin(burst_angle_)};
}

Offset Noise::at(double seconds, double odometer, double speed, double heading) {
    const double step = last_ < 0 ? 1'000 : seconds - last_;
    last_ = seconds;
    const bool moving = speed > 0.5;
    parked_s_ = moving ? 0 : parked_s_ + std::min(step, 60.0);
    const double sigma = settings_.parked_p95 / 2.45;  // of each axis
    parked_ = {walk(parked_.east, sigma, parked_tau, step, random_),
               walk(parked_.north, sigma, parked_tau, step, random_)};
    if (parked_s_ > parked_after) return parked_ * settings_.factor;

    if (settings_.from_tapes) {
        const double across = from_block(cross_, seconds);
        const double ahead = from_block(along_, seconds);
        const double angle = heading * std::numbers::pi / 180;
        const Offset error{across * std::cos(angle) + ahead * std::sin(angle),
                           -across * std::sin(angle) + ahead * std::cos(angle)};
        return error * settings_.factor;
    }
    if (std::floor(odometer / fixed_stretch) != stretch_) {
        stretch_ = std::floor(odometer / fixed_stretch);
        fixed_ = {random_.normal(fixed_sigma), random_.normal(fixed_sigma)};
    }
    wander_ = {walk(wander_.east, wander_sigma, wander_tau, step, random_),
               walk(wander_.north, wander_sigma, wander_tau, step, random_)};
    const Offset white{random_.normal(white_sigma), random_.normal(white_sigma)};
    return (fixed_ + wander_ + white + burst(seconds, step, moving)) * settings_.factor;
}

}  // namespace liuhen::score
