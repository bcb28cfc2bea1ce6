// A recorded drive for tests of the watch: fixes and lock events, put together step by step.
#pragma once

#include "base/hash.hpp"
#include "base/observation.hpp"
#include "geofence/flat.hpp"
#include "geofence/trip.hpp"
#include "tests/support/sketch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace liuhen::test {

/// 14:00 on an ordinary day in China: not night.
inline const Instant afternoon = *parse_iso("2026-11-21T06:00:00Z");
/// 23:00 in China.
inline const Instant night = *parse_iso("2026-11-21T15:00:00Z");

/// A truck that reports every `step` seconds.
class Drive {
public:
    Drive(Instant at, LatLon where, int step = 10) : now_(at), here_(where), step_(step) { fix(); }

    Drive& to(LatLon goal, Speed speed = {15}) {
        const double whole = geofence::flat_distance(here_, goal).value;
        const LatLon from = here_;
        const int steps = std::max(1, static_cast<int>(std::ceil(whole / (speed.value * step_))));
        for (int i = 1; i <= steps; ++i) {
            const double share = static_cast<double>(i) / steps;
            here_ = {.lat = from.lat + (goal.lat - from.lat) * share,
                     .lon = from.lon + (goal.lon - from.lon) * share};
            pass(speed);
        }
        return *this;
    }
    /// Stands, with some metres of jitter.
    Drive& wait(int seconds) {
        const LatLon spot = here_;
        for (int passed = 0; passed < seconds; passed += step_) {
            const double wobble = static_cast<double>((passed / step_) % 5) - 2;
            here_ = shifted(spot, {3 * wobble}, {-4 * wobble});
            pass({0});
        }
        here_ = spot;
        return *this;
    }
    /// Time passes without a report.
    Drive& silent(int seconds) {
        now_ += std::chrono::seconds{seconds};
        return *this;
    }
    Drive& jump(LatLon where) {
        here_ = where;
        return *this;
    }
    Drive& lock(LockAction action, std::string name = "L1") {
        LockEvent event;
        event.at = now_;
        event.lock = {std::move(name)};
        event.action = action;
        add(event, static_cast<std::uint64_t>(action) + 1);
        return *this;
    }
    /// The lock tells its counter of cuts.
    Drive& cuts(std::uint16_t count, std::string name = "L1") {
        LockEvent event;
        event.at = now_;
        event.lock = {std::move(name)};
        event.action = LockAction::reported;
        event.cuts = count;
        add(event, 100U + count);
        return *this;
    }
    Drive& load(Load load) {
        load_ = load;
        return *this;
    }
    Drive& source(FixSource source) {
        source_ = source;
        return *this;
    }
    Drive& fix(Speed speed = {0}) {
        Fix fix;
        fix.at = now_;
        fix.where = here_;
        fix.speed = speed;
        fix.load = load_;
        fix.source = source_;
        const std::array body{here_.lat, here_.lon, speed.value, static_cast<double>(load_),
                              static_cast<double>(source_)};
        add(fix, hash64(std::as_bytes(std::span{body})));
        return *this;
    }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] const std::vector<Sighting>& seen() const { return seen_; }

private:
    void pass(Speed speed) {
        now_ += std::chrono::seconds{step_};
        fix(speed);
    }
    void add(Observation what, std::uint64_t hash) {
        Sighting one;
        one.what = std::move(what);
        one.hash = hash;
        seen_.push_back(std::move(one));
    }

    Instant now_;
    LatLon here_;
    int step_;
    Load load_ = Load::unknown;
    FixSource source_ = FixSource::satellite;
    std::vector<Sighting> seen_;
};

inline geofence::Site round_site(std::string id, geofence::SiteKind kind, LatLon where,
                                 Metres radius) {
    return {.id = {id},
            .name = "site " + id,
            .kind = kind,
            .shape = *geofence::Shape::circle(where, radius),
            .valid = {},
            .hysteresis = {30}};
}

/// A loaded trip from the first to the last point of the route, fences of 150 m around its ends
/// (producer "P", receiver "R"), and further sites.
inline geofence::Trip loaded_trip(const Path& route, std::vector<geofence::Site> sites = {}) {
    using geofence::SiteKind;
    sites.push_back(round_site("P", SiteKind::producer, route.front(), {150}));
    sites.push_back(round_site("R", SiteKind::receiver, route.back(), {150}));
    geofence::Trip trip;
    trip.id = {"trip-1"};
    trip.vehicle = {"truck-1"};
    trip.plate = "TEST01";
    trip.carrying = {{"manifest-1"}};
    trip.manifest_nos = {"20263311000001"};
    trip.corridor = std::make_shared<const geofence::Corridor>(
        *geofence::Corridor::from_lines({&route, 1}, {50}));
    trip.places =
        std::make_shared<const geofence::Places>(*geofence::Places::from(std::move(sites)));
    trip.origin = {"P"};
    trip.destination = {"R"};
    trip.armed_at = afternoon - std::chrono::hours{24};
    trip.locks = {{"L1"}};
    trip.rules = std::make_shared<const geofence::RuleSet>(geofence::RuleSet::standard());
    return trip;
}

/// The same truck without a load, between trips.
inline geofence::Trip empty_trip(std::vector<geofence::Site> sites) {
    geofence::Trip trip;
    trip.id = {"vehicle/truck-1"};
    trip.vehicle = {"truck-1"};
    trip.places =
        std::make_shared<const geofence::Places>(*geofence::Places::from(std::move(sites)));
    trip.armed_at = afternoon - std::chrono::hours{24};
    trip.rules = std::make_shared<const geofence::RuleSet>(geofence::RuleSet::standard());
    return trip;
}

}  // namespace liuhen::test
