#include "server/history/tree.hpp"

#include <cassert>

namespace liuhen::server::history {
namespace {

constexpr std::string_view leaf_mark{"\0", 1};
constexpr std::string_view node_mark{"\1", 1};

Digests node_of(const Digests& left, const Digests& right) {
    return {digests_of({node_mark, bytes_of(left.sha256), bytes_of(right.sha256)}).sha256,
            digests_of({node_mark, bytes_of(left.sm3), bytes_of(right.sm3)}).sm3};
}

// The level above, in the place of this one.
void climb(std::vector<Digests>& level) {
    std::size_t above = 0;
    for (std::size_t i = 0; i < level.size(); i += 2) {
        level[above++] = i + 1 < level.size() ? node_of(level[i], level[i + 1]) : level[i];
    }
    level.resize(above);
}

}  // namespace

Digests leaf_of(std::string_view text) { return digests_of({leaf_mark, text}); }

Digests root_of(std::vector<Digests> leaves) {
    if (leaves.empty()) return digests_of({});
    while (leaves.size() > 1) climb(leaves);
    return leaves.front();
}

std::vector<Step> path_of(std::vector<Digests> leaves, std::size_t position) {
    assert(position < leaves.size());
    std::vector<Step> path;
    for (; leaves.size() > 1; climb(leaves), position /= 2) {
        const std::size_t beside = position ^ 1U;
        if (beside >= leaves.size()) continue;
        path.push_back({beside < position ? Step::Side::left : Step::Side::right, leaves[beside]});
    }
    return path;
}

Digests root_by(Digests leaf, const std::vector<Step>& path) {
    for (const Step& step : path) {
        leaf =
            step.side == Step::Side::left ? node_of(step.beside, leaf) : node_of(leaf, step.beside);
    }
    return leaf;
}

}  // namespace liuhen::server::history
