#include "manifest/weights.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace liuhen::manifest {
namespace {

// Wide enough for a weight times a weight, so that no proportion is ever rounded by a double.
__extension__ using Wide = __int128;

}  // namespace

Deviation deviation(const Quantities& sent, const Quantities& received, Grams floor) {
    assert(sent.weight.value > 0);
    const Grams delta = received.weight - sent.weight;
    const Wide off = delta.value < 0 ? -Wide{delta.value} : Wide{delta.value};
    const Wide whole = sent.weight.value;
    const auto exceeds = [&](int per_cent) {
        return off > floor.value && off * 100 > whole * per_cent;
    };
    const bool pieces_differ =
        sent.containers && received.containers && *sent.containers != *received.containers;
    return {.delta = delta,
            .hundredths = static_cast<std::int64_t>((off * 10'000 + whole / 2) / whole),
            .worth_a_warning = exceeds(3),
            .significant = exceeds(10) || pieces_differ};
}

std::optional<Deviation> deviation_of(const Manifest& manifest) {
    const auto sent = total(manifest, &WasteLine::sent_g);
    const auto received = total(manifest, &WasteLine::received_g);
    if (!sent || !received || !manifest.weigh_in || sent->value <= 0) return std::nullopt;
    auto found = deviation({*sent, {}}, {*received, {}}, manifest.weigh_in->floor_g);
    for (const auto& line : manifest.lines) {
        const bool counted = line.container_count && line.containers_received;
        if (counted && *line.container_count != *line.containers_received) found.significant = true;
    }
    return found;
}

std::vector<Grams> share_out(Grams whole, std::span<const Grams> parts) {
    Wide sum = 0;
    for (const Grams part : parts) sum += part.value;
    assert(sum > 0 && whole.value >= 0);
    std::vector<Grams> shares;
    std::vector<Wide> remainders;
    Grams given;
    for (const Grams part : parts) {
        const Wide product = Wide{whole.value} * part.value;
        shares.push_back({static_cast<std::int64_t>(product / sum)});
        remainders.push_back(product % sum);
        given = given + shares.back();
    }
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::size_t i) { return remainders[i]; });
    for (std::size_t k = 0; given < whole; ++k) {
        shares[order[k]] = shares[order[k]] + Grams{1};
        given = given + Grams{1};
    }
    return shares;
}

}  // namespace liuhen::manifest
