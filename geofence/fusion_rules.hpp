// The weights of the fusion: what each sign and each pairing of signs says for dumping.
#pragma once

#include "geofence/finding.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace liuhen::geofence {

inline constexpr auto sign_count = static_cast<std::size_t>(Sign::count_);

/// How a sign is named outside, and how an alert speaks of it.
struct SignWords {
    std::string_view code;    ///< in rule sets: "lock_open"
    std::string_view term;    ///< in evidence, with the unit of the amount: "lock_open_s"
    std::string_view clears;  ///< what would have cleared it, a noun phrase
    bool is_context = false;  ///< weighs in beside other signs, but is no news by itself
};
const SignWords& words_of(Sign sign);

/// What one sign says. Its strength rises in a straight line from 0 where the amount is `none` to
/// 1 where it is `full`, and no further; `full` below `none` is a sign for which less is more.
struct SignRule {
    double weight{};        ///< added to the log-likelihood ratio at full strength, 0 or more
    double none{}, full{};  ///< amounts, in the unit of the sign
    std::chrono::seconds fades{900};  ///< the strength falls to 1/e this long after it was told
};

/// Signs that mean more together than each for itself; the product of their strengths counts.
enum class Pairing : std::uint8_t {
    stop_lock,        ///< standing or creeping, and a lock open or cut
    stop_load,        ///< standing or creeping, and load that goes
    lock_load,        ///< a lock open or cut, and load that goes
    stop_place,       ///< standing or creeping near water, in a zone or at a suspect place
    stop_off_night,   ///< standing or creeping off the corridor at night
    gap_place,        ///< no positions, and then off the corridor, near water or at a suspect place
    gap_load,         ///< no positions, and load that goes
    off_night_place,  ///< off the corridor at night near water or at a suspect place
    stop_back,        ///< standing far behind the farthest place reached
    slow_load,        ///< driving slowly, and load that goes
    off_load,         ///< off the corridor, and load that goes
    forged_load,      ///< positions that wheels, lock or noise contradict, and load that goes
    forged_unplugged,  ///< the same, and wires of the truck that fell silent at a stop
    count_,
};
inline constexpr auto pairing_count = static_cast<std::size_t>(Pairing::count_);
/// "stop_lock", …
std::string_view code(Pairing pairing);

/// Weights and bounds of the sequential test. The sum is a log-likelihood ratio of dumping against
/// honest driving; Wald's bounds for error rates of about one in twenty either way are +-3.
struct FusionRules {
    double intercept = -4;  ///< the sum while nothing is found
    double watch = 0;       ///< at this sum the truck is under watch: a stop is told sooner
    double suspected = 3;   ///< at this sum it is suspected dumping
    double quiet = 0.25;    ///< data whose own signs weigh less is normal
    std::chrono::seconds quiet_for{600};  ///< normal data that ends an episode
    std::chrono::seconds step_cap{120};   ///< a step between fixes is normal data for at most this
    std::chrono::seconds gap{120};        ///< a longer step is shown as a gap of the evidence
    std::array<SignRule, sign_count> signs;
    std::array<double, pairing_count> pairings;

    [[nodiscard]] const SignRule& of(Sign sign) const {
        return signs[static_cast<std::size_t>(sign)];
    }
    static FusionRules standard();
};

/// 0..1: how strongly an amount speaks.
double strength_of(const SignRule& rule, double amount);

/// Strengths of all signs at one instant, and what they weigh together.
struct Weighing {
    std::array<double, sign_count> signs{};        ///< strengths, 0..1
    std::array<double, pairing_count> pairings{};  ///< products, 0..1
    double sum{};                                  ///< log-likelihood ratio
};
Weighing weigh(const std::array<double, sign_count>& strengths, const FusionRules& rules);

}  // namespace liuhen::geofence
