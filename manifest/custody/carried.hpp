// The containers in which the lines of a manifest travel, and what each of them weighs.
#pragma once

#include "manifest/custody/ledger.hpp"
#include "manifest/manifest.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace liuhen::manifest::custody {

/// A container in which a line travels, and what the ledger has of it. A line that names none (a
/// tank, a heap) is one container by itself.
struct Carried {
    ContainerId container;
    std::uint8_t line_no{};
    std::optional<Grams> net;      ///< gross - tare, where the manifest says both
    Grams held;                    ///< in the producer's book now
    std::vector<Movement> posted;  ///< by this manifest
};

/// What the producer's book had of it when it was loaded: what this manifest has LOADED of it, else
/// what the book holds.
Grams booked(const Carried& one);

/// The share of each container in its line: by net weight where the manifest says it of all of the
/// line, else by the producer's book where it has all of them, else in equal parts; the shares of a
/// line add up to `whole` to the gram. In the order of `carried`; containers of other lines get
/// nothing.
std::vector<Grams> shares_of_line(std::span<const Carried> carried, std::uint8_t line_no,
                                  Grams whole);

/// Lines whose drums add up to another weight than was sent, by more than 0.5 % of it (project
/// value): by their nets, else by the producer's book. A line of which one drum's weight nobody
/// knows is not judged.
std::vector<std::uint8_t> lines_off(const Manifest& manifest, std::span<const Carried> carried);

/// Lines of drums, bags or boxes that name another number of containers than they say in
/// `container_count`.
std::vector<std::uint8_t> lines_miscounted(const Manifest& manifest);

}  // namespace liuhen::manifest::custody
