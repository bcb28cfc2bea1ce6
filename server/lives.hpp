// What a vehicle's watches begin with, read for many vehicles at once.
#pragma once

#include "geofence/alert.hpp"
#include "server/asked_together.hpp"
#include "server/store/legs.hpp"
#include "server/store/observations.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace liuhen::server {

/// How much of a vehicle's life is wanted.
enum class LifePart : std::uint8_t {
    legs,   ///< of watches that are in memory
    whole,  ///< with what each watch begins with
};

struct LifeAsked {
    VehicleId vehicle;
    std::int32_t key = -1;  ///< its short name; -1: it has none
    Instant now;
    LifePart part{};
};

/// A stretch of a vehicle's device times, `until` excluded.
struct Window {
    Instant from, until;
};

/// What one watch begins with.
struct Beginning {
    Window window;
    std::vector<geofence::Alert> told;  ///< newest revision of each alert
    store::HistoryPage first;           ///< of the window; at most `first_page` observations
};

struct Life {
    std::vector<store::Leg> legs;       ///< as store::legs_of
    std::map<TripId, Beginning> begun;  ///< of open legs, and under `roaming_trip`
};

/// The watch between trips begins with what was seen this long before.
inline constexpr Duration roaming_memory = std::chrono::hours{24};
/// Observations of a watch that are read with those of others: enough for most, and with all of a
/// group some tens of megabytes. Who has more is read on alone, a page at a time.
inline constexpr std::size_t first_page = 250;
/// Vehicles that are read in one transaction.
inline constexpr std::size_t lives_together = 128;

/// Lives in the order of those asked for, by at most four statements.
std::vector<Life> lives_of(pqxx::transaction_base& transaction,
                           const std::vector<LifeAsked>& asked);

using Lives = AskedTogether<LifeAsked, Life>;

}  // namespace liuhen::server
