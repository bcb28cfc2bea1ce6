// A drive whose fixes say what their test wants: sensors, signals, another grid, errors.
#pragma once

#include "tests/support/drive.hpp"

#include <random>

namespace liuhen::test {

/// The sightings with each fix put through `change`, which gets its number too.
template <class Change>
std::vector<Sighting> sensed(std::vector<Sighting> seen, Change change) {
    int number = 0;
    for (Sighting& one : seen) {
        if (auto* fix = std::get_if<Fix>(&one.what)) {
            change(*fix, number++);
            const std::array body{fix->where.lat, fix->where.lon,
                                  static_cast<double>(fix->at.time_since_epoch().count())};
            one.hash = hash64(std::as_bytes(std::span{body})) ^ fix->signals.bits;
        }
    }
    return seen;
}

/// An odometer that turns as the truck moves between fixes.
class Odometer {
public:
    /// Reads it at a place; `share` of the way since the last reading is counted.
    Metres at(LatLon where, double share = 1) {
        if (last_) metres_ += geofence::flat_distance(*last_, where).value * share;
        last_ = where;
        return {std::floor(metres_ / 100) * 100};
    }

private:
    std::optional<LatLon> last_;
    double metres_ = 1e6;
};

/// Errors of a receiver: a slow part and a fresh one, metres to each side.
class Scatter {
public:
    explicit Scatter(unsigned seed) : random_(seed) {}
    LatLon of(LatLon where) {
        std::normal_distribution<double> one(0, 1);
        east_ = 0.7 * east_ + 2.5 * one(random_);
        north_ = 0.7 * north_ + 2.5 * one(random_);
        return shifted(where, {east_ + one(random_)}, {north_ + one(random_)});
    }

private:
    std::mt19937 random_;
    double east_ = 0, north_ = 0;
};

}  // namespace liuhen::test
