// Positions of all trucks in a place and a time, rows and packed hours alike. Pieces are unpacked
// here: SQL takes a thousand times longer (docs/decisions/066-traces-unpack.md).
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace liuhen::server::store {

/// A fix by the terminal's own receiver, at a believable time, of a truck.
struct PastFix {
    std::int32_t vehicle_key{}, terminal_key{};
    std::int64_t at_ms{};
    std::int32_t lat{}, lon{};  ///< WGS 84, 1e-7 degree
};

/// Both ends included, 1e-7 degree.
struct PlaceBox {
    std::int32_t low_lat{}, high_lat{}, low_lon{}, high_lon{};
};

/// A hundredth of a degree both ways, by its south-western corner.
constexpr std::int64_t square_of(std::int32_t lat, std::int32_t lon) {
    constexpr std::int64_t side = 100'000, width = 100'000;
    const auto floored = [](std::int64_t v) { return (v - (v < 0 ? side - 1 : 0)) / side; };
    return floored(lat) * width + floored(lon);
}

/// What is looked for: fixes in [from, until) by device time, in the box.
struct PastQuestion {
    PlaceBox box;
    Instant from, until;
    /// Not empty: only in these, by `square_of`.
    std::unordered_set<std::int64_t> squares = {};
    /// 0.01 m/s; nothing faster, no speed counts as none.
    std::optional<std::int32_t> fastest = std::nullopt;
};
std::vector<PastFix> fixes_of_all(pqxx::transaction_base& db, const PastQuestion& asked);

/// Two moments of a truck.
struct Between {
    std::int32_t vehicle_key{};
    std::int64_t after_ms{}, before_ms{};
};
/// Of each, whether the truck reported a place between its ends, these not included. By truck and
/// time; of one truck no two overlap.
std::vector<bool> reported_between(pqxx::transaction_base& db, std::span<const Between> spans);

/// Of each fix, whether it tells where its truck was: of the truck's JT/T 808 terminal while it has
/// one, else of its lock.
std::vector<bool> moving(pqxx::transaction_base& db, std::span<const PastFix> fixes);

}  // namespace liuhen::server::store
