// The tracker, lock and scale of one truck: what they make of the truth, and when it arrives.
#pragma once

#include "tests/score/noise.hpp"
#include "tests/score/script.hpp"

namespace liuhen::score {

/// How a run differs from the usual one, for robustness.
struct Variant {
    std::string name = "usual";
    double step = 0;   ///< seconds between fixes for every device; 0: as devices are
    double noise = 1;  ///< factor of every error
    bool lock = true, load = true, body = true;  ///< what trucks carry
};

struct Device {
    double step = 10;         ///< seconds between fixes, +-10 %
    bool sleeps = false;      ///< a fix each minute with the ignition off
    double clock_s = 0;       ///< its clock is so far ahead
    double clock_jump_s = 0;  ///< and goes wrong by this from `jump_from` until `jump_until`
    Instant jump_from, jump_until;
    Offset datum;  ///< coordinates of another datum
    bool odometer = true, recorder = true, wired = true, tells_jam = false, tells_power = true;
    bool body_sensor = false;
    NoiseSettings noise;
    struct Scale {
        bool present = true, stuck = false;
        double sigma = 0.015;  ///< share of a full load
        double drift = 0.005;  ///< share an hour
        double slope = 0;      ///< share, while standing, that a slope adds
        double bumps = 0.02;   ///< share, sigma while moving
    } scale;
    struct Lock {
        bool present = true, has_place = true;
        double beat_s = 450;  ///< between reports
        double lost = 0.01;   ///< share of reports
        bool battery_low = false;
    } lock;
    double full_kg = 12'000;  ///< of a full load
    double lost = 0.005;      ///< share of fixes
};

/// A device as fleets have them.
Device some_device(const Variant& variant, Random& random);

/// An observation and when the service received it.
struct Arrival {
    Sighting what;
    Instant received;
};

/// The truth of lock, load and wheels where it is another than the tracker's: from its own start.
struct Cargo {
    const Script* script = nullptr;
    std::optional<Instant> until;
    [[nodiscard]] bool counts(Instant at) const {
        return script && at >= script->start() && (!until || at < *until);
    }
};

/// All that arrives, by time of receipt.
std::vector<Arrival> sensed(const Script& truth, const Cargo& cargo, const Device& device,
                            const LockId& lock, const Recordings* recordings, Random random);

}  // namespace liuhen::score
