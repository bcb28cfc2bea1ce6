// Stays near a place and stops along a river, of every truck: who answers a caller joins
// `vehicles`.
#pragma once

#include "server/store/traces.hpp"

#include <cstdint>
#include <vector>

namespace liuhen::server::store {

/// A truck near a place. A stay goes on from one of its fixes to the next while both are there,
/// none elsewhere lies between, and no more than `trace_gap` passes.
struct Presence {
    std::int32_t vehicle_key{};
    std::int64_t first_ms{}, last_ms{}, fixes{}, stays{};
    std::int64_t longest_ms{}, longest_from_ms{};  ///< of two as long, the earlier
    std::int64_t stayed_ms{};
    double nearest_m{};
    std::int64_t nearest_ms{};
};
/// By truck.
std::vector<Presence> presences(pqxx::transaction_base& db, const NearQuestion& asked);

/// Fixes of one truck near the line one after the other, each slower than `trace_still` and within
/// 50 m of the one before, by the rules of stays. Its place is the one nearest to the line.
struct Stop {
    std::int32_t vehicle_key{};
    std::int64_t from_ms{}, until_ms{}, fixes{};
    std::int32_t lat{}, lon{};
    double off_m{};
};
/// By truck and time.
std::vector<Stop> stops_along(pqxx::transaction_base& db, const UpstreamQuestion& asked);

}  // namespace liuhen::server::store
