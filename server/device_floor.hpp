// What the device sessions of one shard share.
#pragma once

#include "server/day_budget.hpp"
#include "server/exchange.hpp"
#include "server/fault_tally.hpp"
#include "server/lock_safe.hpp"
#include "server/newcomers.hpp"
#include "server/order_book.hpp"
#include "server/registrations.hpp"
#include "server/shard.hpp"
#include "server/stranger_share.hpp"

#include <array>
#include <string_view>

namespace liuhen::server {

/// Bytes taken from a connection at once; no more is read before these are stored and answered.
inline constexpr std::size_t max_chunk = 16 * 1024;
/// Sessions of one shard that ask the order book at the same time; the others ask a little later.
inline constexpr int max_asking = 1'024;
/// TLS hand-shakes of one shard at the same time; each costs some milliseconds of its thread.
inline constexpr std::size_t max_handshakes = 200;
/// Of these one address has so many at most.
inline constexpr std::size_t max_handshakes_of_address = 20;
/// How long one who has just come is not pushed out by who has no better claim to a place.
inline constexpr std::chrono::milliseconds newcomers_patience{2'000};

/// Belongs to the shard's thread.
struct DeviceFloor {
    Shard& shard;
    ShardSet& shards;
    Exchange& exchange;
    const DirectoryBoard& board;
    const Clock& clock;
    const DeviceLimits& limits;
    Metrics& metrics;
    OrderBook& orders;
    Registrations& registrations;
    Lines lines{};
    std::array<std::byte, max_chunk> chunk{};  ///< between a read and the decoding of it only
    StrangerShare strangers{};                 ///< what is put away of unknown devices
    FaultTally faults{};
    int asking = 0;               ///< sessions that ask the order book just now
    LockSafe* safe = nullptr;     ///< null: one-time passwords are not kept
    DayBudget* budget = nullptr;  ///< null: all that devices send is archived
    /// Lines whose TLS begins just now.
    Newcomers shaking_hands{{max_handshakes, max_handshakes_of_address, newcomers_patience}};
};

/// The protocol's name in the register and in metrics.
std::string_view name_of(Protocol protocol);

}  // namespace liuhen::server
