// A journey as the service meets it, and the truth that it is scored against.
#pragma once

#include "geofence/alert.hpp"
#include "geofence/trip.hpp"
#include "tests/score/device.hpp"
#include "tests/score/family.hpp"

#include <initializer_list>
#include <memory>

namespace liuhen::score {

/// A set of alert kinds.
struct Kinds {
    std::uint32_t bits = 0;
    Kinds() = default;
    Kinds(std::initializer_list<geofence::Kind> kinds) {
        for (const geofence::Kind kind : kinds) bits |= 1U << static_cast<unsigned>(kind);
    }
    [[nodiscard]] bool has(geofence::Kind kind) const {
        return (bits & (1U << static_cast<unsigned>(kind))) != 0;
    }
    friend Kinds operator|(Kinds a, Kinds b) {
        a.bits |= b.bits;
        return a;
    }
};

/// Something that was done, and what an alert about it must be.
struct Label {
    Family family{};
    Instant start{}, end{};  ///< of what was done
    Instant counts_until{};  ///< alerts raised from 60 s before `start` to here may be about it
    LatLon place{};
    Instant observable{};    ///< receipt of the first data that shows it
    Kinds kinds{};           ///< that say it
    geofence::Tier tier{};   ///< that the signals suffice for: A a crime, B a deviation, C a fault
    bool long_stop = false;  ///< it stood for 3 min or more
};

/// One truck on one journey.
struct Journey {
    std::string id;
    Family family{};
    std::shared_ptr<const geofence::Trip> trip;
    std::vector<Arrival> arrivals;  ///< by time of receipt
    Instant ends;                   ///< the clock is watched until then
    std::vector<Label> labels;
    bool undecidable = false;  ///< something was done that no signal shows
    Kinds tolerated;           ///< true statements that are neither finds nor false alarms
    double hours = 0;          ///< under way
    double step = 0;           ///< seconds between its fixes
    std::string course;
    bool other_datum = false;  ///< its device speaks of another map
};

/// What is the same for all journeys of a run.
struct World {
    std::vector<Course> courses;
    Recordings recordings;
    std::uint64_t seed = 0;
    Variant variant;
};

/// The journey of this number in its family: always the same for the same world.
Journey journey_of(const World& world, Family family, std::uint32_t number);

}  // namespace liuhen::score
