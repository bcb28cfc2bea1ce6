// What must hold at the end of a story, whatever happened in it.
#pragma once

#include "tests/world/truck.hpp"

#include <cstdint>
#include <vector>

namespace liuhen::world {

/// A reader of the feed, by its cursor.
struct Reader {
    struct Line {
        std::int64_t no{};
        AlertKey key;
    };
    std::vector<Line> lines;
    [[nodiscard]] std::int64_t cursor() const { return lines.empty() ? 0 : lines.back().no; }
};

/// What the truck was told is stored, once; what is stored it has sent.
void audit_observations(Stage& stage, const Truck& truck);
/// What stands is what one fold over everything stored comes to, and its revisions have no gap.
void audit_alerts(Stage& stage, int truck, Instant end);
/// Each revision once, in rising numbers, an alert's revisions in their order.
void audit_reader(Stage& stage, const Reader& reader);
/// Only what is bad data is there.
void audit_quarantine(Stage& stage);
/// Counts, and the digest of everything stored.
void sum_up(Stage& stage);

}  // namespace liuhen::world
