// How much of what nobody knows is put away, shared out by address.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace liuhen::server {

/// Pieces of devices that never made themselves known are evidence once and a flood afterwards: so
/// many a minute and a day are kept, and so many of each address a day, so that one address leaves
/// room for others. A day is one of UTC. Pure; belongs to one shard's thread.
class StrangerShare {
public:
    struct Limits {
        int a_minute = 60;
        int a_day = 4'000;
        int of_address = 40;  ///< a day; an IPv4 address, or the /64 network of an IPv6 one
        std::size_t bytes_of_address = 64 * 1024;  ///< a day
    };
    explicit StrangerShare(Limits limits) : limits_(limits) {}
    StrangerShare() : StrangerShare(Limits{}) {}

    /// Whether a piece of `bytes` that came from `address` is to be kept; it is counted when so.
    [[nodiscard]] bool take(const std::string& address, std::size_t bytes, Instant now);
    /// Addresses told apart: as many as pieces of a day at most.
    [[nodiscard]] std::size_t addresses() const { return of_address_.size(); }

private:
    struct Taken {
        int pieces{};
        std::size_t bytes{};
    };
    Limits limits_;
    std::int64_t minute_{}, day_{};
    int this_minute_{}, today_{};
    std::unordered_map<std::string, Taken> of_address_;  ///< today
};

}  // namespace liuhen::server
