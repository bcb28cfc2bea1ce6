#include "geofence/detect/wiring.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr int sure_fixes = 20;          // in a row with wires: this tracker has them
constexpr int silent_fixes = 6;         // in a row without: they are gone
constexpr double stop_least = 60;       // seconds of standing that it takes to carry a tracker over
constexpr double moving = 3;            // m/s
constexpr double longest_step = 2'000;  // metres; a longer step is no driving that was seen

}  // namespace

void Wiring::see(const Moment& moment, double stood_s, Findings& found) {
    const Fix& fix = moment.fix;
    const bool stops = stood_s >= stop_least && !moment.stops_allowed && !moment.at_gate;
    if (fix.mass || fix.recorder_speed) {
        wired_ = std::min(wired_ + 1, sure_fixes);
        silent_ = 0;
        driven_ = 0;
        at_stop_ = stops;
        last_ = fix.where;
        return;
    }
    if (wired_ < sure_fixes) {
        wired_ = 0;
        return;
    }
    if (silent_++ == 0) at_stop_ = at_stop_ || stops;
    if (last_ && fix.speed.value >= moving) {
        driven_ += std::min(flat_distance(*last_, fix.where).value, longest_step);
    }
    last_ = fix.where;
    if (!at_stop_ || silent_ < silent_fixes) return;
    found.push_back({.sign = Sign::unplugged, .at = fix.at, .amount = driven_});
}

}  // namespace liuhen::geofence
