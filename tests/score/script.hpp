// What truly happens on a journey, second by second.
#pragma once

#include "base/observation.hpp"
#include "tests/score/ground.hpp"

#include <optional>
#include <string>
#include <vector>

namespace liuhen::score {

/// Facts that hold for a second; bits of `Tick::facts`.
enum class Fact : std::uint16_t {
    ignition = 1U << 0U,
    in_tunnel = 1U << 1U,   ///< no satellites
    no_network = 1U << 2U,  ///< nothing gets out: a blind area
    jammed = 1U << 3U,      ///< no satellites, network well
    unpowered = 1U << 4U,   ///< the tracker is dead
    lock_open = 1U << 5U,
    lock_mute = 1U << 6U,   ///< the lock does not report
    carried = 1U << 7U,     ///< on a ferry: moves, wheels do not
    lifted = 1U << 8U,      ///< the body is tipped or a valve is open
    spoofed = 1U << 9U,     ///< reported places are made up: smooth, satellites constant
    unplugged = 1U << 10U,  ///< the tracker left the truck: no odometer, no load
};

struct Tick {
    LatLon where;
    float speed{};      ///< m/s
    float heading{};    ///< degrees
    double odometer{};  ///< metres
    float load{};       ///< share of what was loaded, 0..1
    std::uint16_t facts{};
    [[nodiscard]] bool is(Fact fact) const {
        return (facts & static_cast<std::uint16_t>(fact)) != 0;
    }
};

/// Real speeds, a second each, that drivers are given.
using SpeedTape = std::vector<float>;

/// How a driver drives.
struct Driver {
    double factor = 1;                ///< of what the road allows a lorry
    const SpeedTape* tape = nullptr;  ///< real speeds instead of the model's
    double light_every = 4'000;       ///< metres between stops at lights and crossings
};

/// Builds the ticks of one journey. What is set lasts until it is set otherwise.
class Script {
public:
    Script(Instant start, LatLon at, Driver driver, Random random);
    /// What goes on from another script's end: place, load, wheels and facts as they are there.
    Script(const Script& before, Instant start);

    /// Along a line; speeds are a course's (by length along it) or `usual` m/s everywhere.
    void drive(const Line& line, double from, double to, const std::vector<double>* speeds,
               double usual = 8);
    void stand(double seconds);
    /// At a speed between the two, m/s, without stops.
    void creep(const Line& line, double from, double to, double low, double high);
    void set(Fact fact, bool on = true);
    /// Load that leaves, share a second, until set otherwise.
    void pour(double share_a_second) { pouring_ = share_a_second; }
    void load(double share) { load_ = static_cast<float>(share); }
    /// An event of the truck's lock, now. `other`: of another lock on the same truck.
    void lock(LockAction action, LockMeans means = LockMeans::unknown, std::string actor = {},
              bool other = false);

    [[nodiscard]] Instant now() const;
    [[nodiscard]] Instant start() const { return start_; }
    [[nodiscard]] LatLon where() const { return at_; }
    [[nodiscard]] double load() const { return load_; }
    [[nodiscard]] const std::vector<Tick>& ticks() const { return ticks_; }
    [[nodiscard]] const Tick& tick(Instant at) const;
    Random& random() { return random_; }

    struct LockMoment {
        Instant at;
        LockAction action{};
        LockMeans means{};
        std::string actor;
        bool other = false;
    };
    [[nodiscard]] const std::vector<LockMoment>& lock_moments() const { return lock_moments_; }

private:
    void tick(LatLon where, double speed);
    double wanted(double allowed);

    Instant start_;
    LatLon at_;
    Driver driver_;
    Random random_;
    std::size_t on_tape_ = 0;
    int idle_ = 0;  ///< seconds that the tape stood
    double speed_ = 0, sway_ = 0, to_light_ = 0, odometer_ = 0;
    float heading_ = 0;
    float load_ = 0;
    double pouring_ = 0;
    std::uint16_t facts_ = 0;
    std::vector<Tick> ticks_;
    std::vector<LockMoment> lock_moments_;
};

}  // namespace liuhen::score
