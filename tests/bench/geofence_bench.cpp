// Fixes a second of Watch::observe on one core, and the memory of one watched trip.
// Run by `./liuhen bench geofence`.
#include "geofence/watch.hpp"
#include "tests/bench/bench.hpp"
#include "tests/support/drive.hpp"

#include <ctime>
#include <malloc.h>

using namespace liuhen;
using namespace liuhen::test;

int main() {
    Path road{sketch_corner};
    for (int i = 1; i <= 520; ++i) {
        road.push_back(shifted(road.back(), {180}, {i % 2 == 0 ? 60.0 : -55.0}));
    }
    Drive drive(afternoon, road.front());
    for (std::size_t i = 10; i < road.size(); i += 10) drive.to(road[i]);
    while (drive.seen().size() < 1'000) drive.wait(60);
    const auto trip = std::make_shared<const geofence::Trip>(loaded_trip(road));

    constexpr int trucks = 1'000;
    const auto before = mallinfo2().uordblks;
    std::vector<geofence::Watch> watches(trucks, geofence::Watch(trip));
    std::size_t changes = 0;
    const std::clock_t start = std::clock();  // processor time: others may share the core
    for (const Sighting& one : drive.seen()) {
        for (auto& watch : watches) {
            changes += watch.observe({&one, 1}, time_of(one.what)).changes.size();
        }
    }
    const double took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    const double fixes = static_cast<double>(drive.seen().size()) * trucks;
    bench::Results results{"geofence", 1};
    results.add("Watch::observe, a fix", "ns", took * 1e9 / fixes);
    results.add("fixes of one core", "1/s", fixes / took);
    results.add("memory of a watched trip", "bytes",
                static_cast<double>(mallinfo2().uordblks - before) / trucks);
    results.add("alerts changed", "changes", static_cast<double>(changes));
}
