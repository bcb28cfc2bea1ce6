// A journey while it is written: what every family starts from and ends with.
#pragma once

#include "tests/score/journey.hpp"

namespace liuhen::score {

/// Which signals can show what is done.
struct Shown {
    bool lock = false;         ///< an opened or cut lock says so
    double load = 0;           ///< share of a full load that leaves
    bool body = false;         ///< a tipped body says so
    bool place = false;        ///< where the truck is shows a crime
    bool other_place = false;  ///< the lock's own place differs from the truck's
    std::optional<geofence::Tier> else_tier =
        std::nullopt;  ///< what is left without those; none: undecidable
};

/// A label before it is known what the devices showed.
struct Mark {
    Instant start, end;
    Instant until;  ///< see `Label::counts_until`, before delays
    Instant observable_from;
    LatLon place;
    Kinds kinds;
    Shown shown;
    bool long_stop = false;
    Instant seen_from{}, seen_until{};  ///< `shown.place` needs a satellite fix of this time
    bool by_lock = false;               ///< the lock's report is what shows it
    bool by_clock = false;              ///< shown by the passing of time, not by data
};

struct Scene {
    Scene(const World& world, Family family, Random random);

    // The journey, in order.
    void load_up();            ///< stands at the origin, locks, arms the trip
    void go_to(double along);  ///< on the course, from `along_`
    void go(const Branch& branch, double from, double to);  ///< on a branch, by its lengths
    void rejoin(const Branch& branch) { along_ = branch.rejoins; }
    void arrive();   ///< to the destination, unloads, waits
    Journey told();  ///< through the device

    /// A place on the course at least `margin` from sites, tunnels and the ends.
    double quiet_place(double margin = 600);
    /// A way out and back that turns at least 250 m from every site and, if it can be, `off` metres
    /// off the course.
    const Branch& some_spur(double off = 0);
    /// First moment from `since` on at which the truck was truly beyond `metres` off the corridor.
    [[nodiscard]] Instant off_since(Instant since, double metres) const;
    Mark& mark(Instant start, Instant end, Kinds kinds, Shown shown);
    SiteId add_site(geofence::SiteKind kind, LatLon at, double radius);
    /// Opens or cuts the lock, lets load go while standing, and shuts it again.
    void unload(double stand_s, double share);
    /// Leaves the course sideways by `off` metres (negative: left), waits as told, comes back.
    template <class Stay>
    void aside(double off, Stay stay) {
        const Line way({course.line.at(along_), beside(course.line, along_, off)});
        script.drive(way, 0, way.length(), nullptr, 4);
        stay();
        script.drive(way, way.length(), 0, nullptr, 4);
    }
    /// To a place of the map beside the course and back, a stay of `stand_s` between.
    void visit(geofence::SiteKind kind, double stand_s);
    /// What a dispatcher plans: the way, a quarter of it and 20 min in hand.
    [[nodiscard]] Instant due() const;

    const World& world;
    const Course& course;
    Family family;
    Random random;
    Device device;
    std::optional<Script> cargo;  ///< of lock, load and wheels once they part from the tracker
    std::vector<geofence::Site> sites;
    std::vector<geofence::Stretch> alternatives;
    std::vector<Span> tunnels;
    std::vector<Mark> marks;
    Kinds tolerated;
    std::vector<Interval> inspected;  ///< by an order on record: every lock may be opened
    Instant begins;
    std::optional<Instant> armed, departed, arrived;
    double planned_s = 0;                ///< of the way, as the dispatcher reckons
    bool empty = false;                  ///< no load, no manifest: a vehicle between trips
    std::optional<Instant> cargo_until;  ///< the truth is the tracker's again
    SiteId origin, destination;
    Driver driver;
    Script script;
    double along_ = 0;

private:
    void choose_sites();
    std::shared_ptr<geofence::Trip> trip(const LockId& lock) const;
    Label label_of(const Mark& mark, const std::vector<Arrival>& arrivals, bool& shown) const;
};

/// What a family does; fills the scene from loading to arrival.
using Play = void (*)(Scene& scene);
struct FamilyRow {
    Family family;
    std::string_view id, title;
    Play play;
    bool at_night;  ///< always between 22 and 5 h, China time
};
const FamilyRow& row_of(Family family);

}  // namespace liuhen::score
