// CLONE_PLATE: cameras that saw a truck where it cannot have been.
#pragma once

#include "geofence/alert.hpp"
#include "geofence/rules.hpp"
#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/store/passages.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace liuhen::server {

/// Granted to a passage before the speed needed for it is judged.
inline constexpr Metres camera_slack{500};               ///< of the camera's place
inline constexpr std::chrono::seconds camera_clock{30};  ///< of its clock

/// Speed that a truck needs to be at both places of a pair, both slacks granted.
Speed needed_speed(const store::PassagePair& pair);

/// What the pairs of one day show that need more than `rules.impossible`, as an alert without key,
/// revision and times of the server; nullopt: nothing is impossible. Depends on the pairs alone,
/// whatever their order.
std::optional<geofence::Alert> clone_plate(std::vector<store::PassagePair> pairs,
                                           const geofence::RuleSet& rules);

/// Judges what is due: raises, amends or withdraws the alert of each truck's day. How many
/// revisions were stored. As the core.
std::size_t judge_passages(pqxx::transaction_base& db, Instant now, int most_days = 200);

class CameraWatch {
public:
    /// `told` is called when alerts were stored.
    CameraWatch(Database& database, const Clock& clock, std::function<void()> told)
        : database_(database), clock_(clock), told_(std::move(told)) {}

    /// To be called every few seconds.
    awaitable<std::size_t> pass();
    /// Drops passages that are judged no more; to be called every hour or so.
    awaitable<std::size_t> forget();

private:
    Database& database_;
    const Clock& clock_;
    std::function<void()> told_;
};

}  // namespace liuhen::server
