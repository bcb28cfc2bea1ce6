// The Merkle tree over the heads of a list (RFC 9162 section 2.1, with both digests): one head can
// be shown to stand in a signed list without showing the others.
#pragma once

#include "server/history/digest.hpp"

#include <string_view>
#include <vector>

namespace liuhen::server::history {

/// H(0x00 || text).
Digests leaf_of(std::string_view text);

/// Of the leaves in their order: H(0x01 || left || right) upwards, a node without a neighbour goes
/// up as it is; H() of nothing when there is no leaf.
Digests root_of(std::vector<Digests> leaves);

/// What a node is hashed with on its way to the root.
struct Step {
    enum class Side : std::uint8_t { left, right };  ///< where `beside` stands
    Side side{};
    Digests beside;
};
/// From the leaf at `position`, which must be one of `leaves`, to the root.
std::vector<Step> path_of(std::vector<Digests> leaves, std::size_t position);

/// The root that the path leads to.
Digests root_by(Digests leaf, const std::vector<Step>& path);

}  // namespace liuhen::server::history
