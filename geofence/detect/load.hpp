// What the truck's own sensors say of its load: weight that went at once, weight that leaks, a body
// that is tipped.
#pragma once

#include "geofence/finding.hpp"
#include "geofence/moment.hpp"

#include <vector>

namespace liuhen::geofence {

/// The middle of some weighings and how far they scatter.
struct Level {
    double kg{};
    double scatter_kg{};  ///< standard deviation of one weighing
    std::size_t weighings{};
};

/// How far weighings scatter, learnt from the differences of those that follow each other: a step
/// of the load counts once.
class Unrest {
public:
    void take(double kg);
    /// Between two weighings that do not follow each other.
    void pause() { last_.reset(); }
    [[nodiscard]] double scatter_kg() const { return scatter_kg_; }

private:
    std::optional<double> last_;
    double scatter_kg_ = 0;
    int taken_ = 0;
};

/// Signs: load_fell, load_leaks, body_lifted. A fall is one of medians over `load_window` of
/// standing, or against the last of driving; it must exceed `load_share` and `load_least` and four
/// times and a half the error that the scatter of the weighings leaves in the two medians. Against
/// another place a fall below `load_slope` waits for driving to confirm it: a truck weighs less on
/// a slope. A leak is a sum of what driving medians lack against a base that follows the sensor's
/// own drift. Shares are of the load that the manifests declare, when there is more on the scale. A
/// truck whose sensor says nothing, or always the same, has no signs.
class LoadWatch {
public:
    void see(const Moment& moment, const Trip& trip, Findings& found);
    /// A report without a position under way: what it weighs counts as much.
    void see_blind(const Fix& blind, const Trip& trip, Findings& found);

private:
    struct Weighing {
        Instant at;
        double kg{};
    };
    struct Fall {
        Instant at;  ///< last change
        Level from;
        double share{};
    };
    void weigh_standing(const Moment& moment, const Trip& trip);
    void weigh_driving(const Moment& moment, const Trip& trip);
    void judge_block(const Level& block, Instant at, const Trip& trip);
    static double share_of(double kg, double from_kg, const Trip& trip);
    void fell(const Level& from, const Level& to, Instant at, const Trip& trip);
    void hear_state(const Fix& fix);
    void hear_body(const Moment& moment, Findings& found);

    std::vector<Weighing> standing_;  ///< of this standstill, within `load_window`
    std::vector<Weighing> driving_;   ///< of this stretch of driving
    Unrest standing_unrest_, driving_unrest_;
    bool stood_ = false;
    std::optional<Level> reference_;    ///< before this standstill, or before this stretch
    std::optional<Level> highest_;      ///< of this standstill
    std::optional<Level> unconfirmed_;  ///< the reference of a fall that a slope may explain
    std::optional<Fall> fall_;
    // Leaks.
    std::optional<double> base_kg_;
    Instant based_at_;
    std::size_t based_on_ = 0;         ///< driving medians in the base
    std::optional<double> fuller_kg_;  ///< a driving median well above the base
    double leak_sum_ = 0, leak_share_ = 0;
    std::optional<Instant> leaked_at_;
    // The state by the terminal's own bits.
    int loaded_ = 0, unloaded_ = 0;  ///< reports in a row
    // The body.
    bool was_down_ = false, was_shut_ = false;
    std::optional<Instant> lifted_since_;
};

/// Median and scatter, which is at least what is known of the scale; nullopt of nothing.
std::optional<Level> level_of(std::vector<double> kilograms, const Unrest& unrest);

}  // namespace liuhen::geofence
