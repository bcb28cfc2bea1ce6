// The read, record, reply loop of every device, whatever it speaks.
#pragma once

#include "server/exchange.hpp"
#include "server/shard.hpp"
#include "telematics/turn.hpp"

#include <array>
#include <memory>
#include <optional>

namespace liuhen::server {

/// Bytes taken from a connection at once; no more is read before these are stored and answered.
inline constexpr std::size_t max_chunk = 16 * 1024;

/// What the sessions of one shard share. Belongs to the shard's thread.
struct DeviceFloor {
    Shard& shard;
    ShardSet& shards;
    Exchange& exchange;
    const DirectoryBoard& board;
    const Clock& clock;
    const DeviceLimits& limits;
    Metrics& metrics;
    Lines lines{};
    std::array<std::byte, max_chunk> chunk{};  ///< between a read and the decoding of it only
    Monotonic strangers_since{};               ///< the minute that is counted
    int strangers_kept = 0;                    ///< pieces of unknown devices put away in it
};
/// Pieces of devices that never made themselves known, kept a minute and shard; more are counted.
inline constexpr int max_strangers_per_minute = 60;

/// Talks with one device until it leaves, is hung up on, or is ended. Runs on the floor's shard.
awaitable<void> converse(DeviceFloor& floor, Protocol protocol, std::shared_ptr<Line> line);

/// Takes connections until the acceptor is closed and gives them to the floors in turn. Runs on
/// the exchange's executor.
awaitable<void> take_calls(tcp::acceptor& acceptor, Protocol protocol,
                           std::vector<std::unique_ptr<DeviceFloor>>& floors);

}  // namespace liuhen::server
