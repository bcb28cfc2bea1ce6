// Runs a detector over journeys as a service would meet them, and counts what it said.
#pragma once

#include "tests/score/journey.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace liuhen::score {

/// One alert at the time it was first raised.
struct Raise {
    geofence::Kind kind{};
    geofence::Tier tier{};
    Instant at;  ///< by the service's clock
    bool withdrawn = false;
    geofence::Alert alert{};  ///< its last revision
};

/// Everything that the watch raised, each key once. Observations come one by one as they were
/// received; the clock ticks each minute.
std::vector<Raise> watched(const Journey& journey);

/// True when the alerts that stand at the end are the same under `orders` random arrival orders.
bool same_in_any_order(const Journey& journey, int orders, Random random);

/// Counts of one family, or of a set of real tracks.
struct Tally {
    int journeys = 0, labels = 0, undecidable = 0;
    double hours = 0;  ///< under way
    struct Tier {
        int labels = 0;              ///< that the signals suffice for at this tier or a graver one
        int hits = 0;                ///< of these, told by an alert of this tier or a graver one
        int finds = 0;               ///< labels of any tier told by such an alert
        int false_alarms = 0;        ///< alerts of exactly this tier that nothing explains
        std::vector<double> delays;  ///< seconds from the first data that showed it
    } a, b, c;
    std::map<std::string, int> false_kinds;
    std::map<std::string, int> hit_kinds;  ///< of the earliest alert of a label
    std::vector<double> at_10_s;      ///< delays of A or B alerts, trackers with a fix each 10 s
    std::vector<double> stop_delays;  ///< stops of 3 min or more, any tier
    int raised = 0, withdrawn = 0, duplicates = 0, tolerated = 0;

    void add(const Journey& journey, const std::vector<Raise>& raises);
    void add(const Tally& other);
    [[nodiscard]] double vehicle_days() const { return hours / 8; }
};

/// A count's 95 % bounds (Byar's approximation of the exact Poisson ones).
struct Bounds {
    double low{}, high{};
};
Bounds poisson_bounds(int count);
/// A share's 95 % bounds (Wilson).
Bounds share_bounds(int hits, int of);
double quantile(std::vector<double> values, double share);
double share(int hits, int of);
double f1(double precision, double recall);

}  // namespace liuhen::score
