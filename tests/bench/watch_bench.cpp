// Fixes a second of the whole watch on one core while much is in memory: 1,000 zones and 10,000
// corridors, each with a truck of its own that reports in turn with all others, so that nothing
// stays in the processor's caches. Run by `./liuhen bench watch`.
#include "geofence/fold.hpp"
#include "geofence/watch.hpp"
#include "tests/bench/bench.hpp"
#include "tests/support/drive.hpp"

#include <cmath>
#include <malloc.h>
#include <numbers>
#include <random>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

constexpr int zone_count = 1'000;
constexpr int truck_count = 10'000;
constexpr int fix_count = 120;       // of each truck, at 10 s
constexpr double region = 200'000;   // metres from side to side
constexpr double route_step = 90;    // metres between vertices
constexpr int route_vertices = 320;  // some 29 km

double within(std::mt19937& random, double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random);
}
LatLon anywhere(std::mt19937& random) {
    return shifted({.lat = 28, .lon = 120}, {within(random, 0, region)},
                   {within(random, 0, region)});
}

/// A shore: a ring of 24 to 200 vertices, 300 m to 3 km across.
Shape shore(std::mt19937& random) {
    const LatLon middle = anywhere(random);
    const double radius = within(random, 150, 1'500);
    const int corners = 24 + static_cast<int>(random() % 177);
    Path ring;
    for (int i = 0; i < corners; ++i) {
        const double angle = 2 * std::numbers::pi * i / corners;
        const double reach = radius * within(random, 0.8, 1.0);
        ring.push_back(shifted(middle, {reach * std::cos(angle)}, {reach * std::sin(angle)}));
    }
    return Shape::polygon({ring}).value();
}

std::shared_ptr<const Places> places(std::mt19937& random) {
    constexpr std::array kinds{SiteKind::water_source, SiteKind::restricted, SiteKind::fuel,
                               SiteKind::rest, SiteKind::receiver};
    std::vector<Site> sites;
    for (int i = 0; i < zone_count; ++i) {
        sites.push_back({.id = {"Z" + std::to_string(i)},
                         .name = "zone " + std::to_string(i),
                         .kind = kinds[static_cast<std::size_t>(i) % kinds.size()],
                         .shape = shore(random),
                         .valid = {},
                         .hysteresis = {30}});
    }
    return std::make_shared<const Places>(Places::from(std::move(sites)).value());
}

/// A winding mountain road.
Path route(std::mt19937& random) {
    Path line{anywhere(random)};
    double bearing = within(random, 0, 2 * std::numbers::pi);
    for (int i = 1; i < route_vertices; ++i) {
        bearing += within(random, -0.35, 0.35);
        line.push_back(shifted(line.back(), {route_step * std::cos(bearing)},
                               {route_step * std::sin(bearing)}));
    }
    return line;
}

struct Truck {
    std::shared_ptr<const Trip> trip;
    double along = 0, aside = 0, speed = 15;
};

/// The next 10 s of a truck: noise that wanders, now and then a stop, one in fifty far off its
/// road.
Sighting next_of(Truck& truck, int step, std::size_t number, std::mt19937& random) {
    if (random() % 40 == 0) truck.speed = random() % 3 == 0 ? 0 : within(random, 5, 22);
    truck.along += 10 * truck.speed;
    const double wander = number % 50 == 0 && step > 40 ? 40 : 4;
    truck.aside = 0.9 * truck.aside + within(random, -wander, wander);
    const LatLon road = truck.trip->corridor->point_at({truck.along});
    Fix fix;
    fix.at = afternoon + std::chrono::seconds{10 * step};
    fix.where = shifted(road, {truck.aside}, {0.7 * truck.aside});
    fix.speed = {truck.speed};
    fix.satellites = 9;
    Sighting one;
    one.what = fix;
    one.hash = static_cast<std::uint64_t>(step) * truck_count + number;
    return one;
}

double memory() { return static_cast<double>(mallinfo2().uordblks); }

}  // namespace

int main() {
    std::mt19937 random(20261122);
    const double empty = memory();
    const auto sites = places(random);
    std::vector<Truck> trucks(truck_count);
    for (int i = 0; i < truck_count; ++i) {
        Trip trip;
        const Path line = route(random);
        trip.id = {"trip-" + std::to_string(i)};
        trip.vehicle = {"truck-" + std::to_string(i)};
        trip.carrying = {{trip.id.text}};
        trip.corridor =
            std::make_shared<const Corridor>(Corridor::from_lines({&line, 1}, {50}).value());
        trip.places = sites;
        trip.rules = std::make_shared<const RuleSet>(RuleSet::standard());
        if (i > 0) trip.rules = trucks.front().trip->rules;
        trucks[static_cast<std::size_t>(i)].trip = std::make_shared<const Trip>(std::move(trip));
    }
    const double loaded = memory();
    std::vector<Watch> watches;
    for (const Truck& truck : trucks) watches.emplace_back(truck.trip);
    std::vector<State> states(trucks.size());
    const double before = memory();

    std::size_t changes = 0;
    double observing = 0;
    double folding = 0;
    std::vector<Sighting> round(trucks.size());
    for (int step = 0; step < fix_count; ++step) {
        for (std::size_t i = 0; i < trucks.size(); ++i) {
            round[i] = next_of(trucks[i], step, i, random);
        }
        double start = bench::processor_seconds();
        for (std::size_t i = 0; i < trucks.size(); ++i) {
            const Sighting& one = round[i];
            changes += watches[i].observe({&one, 1}, time_of(one.what)).changes.size();
        }
        observing += bench::processor_seconds() - start;
        start = bench::processor_seconds();
        for (std::size_t i = 0; i < trucks.size(); ++i) {
            geofence::step(states[i], round[i].what, *trucks[i].trip);
        }
        folding += bench::processor_seconds() - start;
    }
    const double fixes = 1.0 * fix_count * truck_count;
    bench::Results results{"watch", 1};
    results.add("the fold alone, a fix", "ns", folding * 1e9 / fixes);
    results.add("the fold alone, one core", "fixes/s", fixes / folding);
    results.add("Watch::observe, a fix", "ns", observing * 1e9 / fixes);
    results.add("Watch::observe, one core", "fixes/s", fixes / observing);
    results.add("a watched truck after 20 min", "bytes", (memory() - before) / truck_count);
    results.add("a corridor of 29 km, and its trip", "bytes", (loaded - empty) / truck_count);
    results.add("alerts changed", "changes", static_cast<double>(changes));
}
