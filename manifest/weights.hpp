// Differences between what was sent and what arrived, and one weighing shared by several.
#pragma once

#include "base/units.hpp"
#include "manifest/manifest.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace liuhen::manifest {

/// Below these a difference is within what the scale can tell (project values).
inline constexpr Grams truck_scale_floor{20'000};
inline constexpr Grams small_scale_floor{1'000};  ///< a scale up to 3 t

/// A weight, and the pieces counted if they were.
struct Quantities {
    Grams weight;
    std::optional<std::uint32_t> containers;
};

/// How far `received` is from `sent`. No figure here is law: Order 23 gives none. 3 % and 10 % are
/// the project's, the second as in 40 CFR 264.72.
struct Deviation {
    Grams delta;                   ///< received - sent
    std::int64_t hundredths{};     ///< |delta| in hundredths of a per cent of sent, rounded
    bool worth_a_warning = false;  ///< |delta| above the floor and above 3 %
    bool significant = false;      ///< |delta| above the floor and above 10 %, or pieces differ
    friend bool operator==(const Deviation&, const Deviation&) = default;
};
/// Precondition: sent.weight > 0 (load_sign sees to it). All comparisons are exact integers.
Deviation deviation(const Quantities& sent, const Quantities& received, Grams floor);

/// Deviation of the whole manifest, pieces line by line; nullopt before weigh_in.
std::optional<Deviation> deviation_of(const Manifest& manifest);

/// `whole` shared in proportion to `parts`, to the gram: the shares add up to `whole`, and the odd
/// grams go to the largest remainders, the earlier part first among equals. Precondition:
/// parts >= 0 with a positive sum, whole >= 0.
std::vector<Grams> share_out(Grams whole, std::span<const Grams> parts);

}  // namespace liuhen::manifest
