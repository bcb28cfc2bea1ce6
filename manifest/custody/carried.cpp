#include "manifest/custody/carried.hpp"

#include "manifest/weights.hpp"

#include <algorithm>
#include <functional>

namespace liuhen::manifest::custody {
namespace {

using Weight = std::function<Grams(const Carried&)>;

Grams stated(const Carried& one) { return one.net.value_or(Grams{}); }

bool known_of_all(std::span<const Carried> line, const Weight& weight) {
    return std::ranges::all_of(line, [&](const Carried& one) { return weight(one) > Grams{}; });
}

/// What the drums of a line weigh: as the manifest says, or as the book does. Nothing where neither
/// knows all of them.
std::vector<Grams> weights_of(std::span<const Carried> line) {
    for (const Weight& weight : {Weight{stated}, Weight{booked}}) {
        if (!known_of_all(line, weight)) continue;
        std::vector<Grams> all;
        for (const auto& one : line) all.push_back(weight(one));
        return all;
    }
    return {};
}

std::vector<Carried> of_line(std::span<const Carried> carried, std::uint8_t line_no) {
    std::vector<Carried> line;
    std::ranges::copy_if(carried, std::back_inserter(line),
                         [line_no](const Carried& one) { return one.line_no == line_no; });
    return line;
}

constexpr std::int64_t off_per_mille = 5;

}  // namespace

Grams booked(const Carried& one) {
    Grams loaded;
    for (const auto& m : one.posted) {
        if (m.kind == MovementKind::loaded) loaded = loaded + m.weight;
        if (m.corrects == MovementKind::loaded) loaded = loaded - m.weight;
    }
    return loaded > Grams{} ? loaded : one.held;
}

std::vector<Grams> shares_of_line(std::span<const Carried> carried, std::uint8_t line_no,
                                  Grams whole) {
    std::vector<Grams> all(carried.size());
    const auto line = of_line(carried, line_no);
    if (line.empty()) return all;
    auto parts = weights_of(line);
    if (parts.empty()) parts.assign(line.size(), Grams{1});
    const auto given = share_out(whole, parts);
    for (std::size_t i = 0, next = 0; i < carried.size(); ++i) {
        if (carried[i].line_no == line_no) all[i] = given[next++];
    }
    return all;
}

std::vector<std::uint8_t> lines_off(const Manifest& manifest, std::span<const Carried> carried) {
    std::vector<std::uint8_t> off;
    for (const auto& line : manifest.lines) {
        if (!line.sent_g) continue;
        const auto weights = weights_of(of_line(carried, line.line_no));
        if (weights.empty()) continue;
        std::int64_t sum = 0;
        for (const Grams one : weights) sum += one.value;
        const std::int64_t gap = std::abs(sum - line.sent_g->value);
        if (gap * 1000 > line.sent_g->value * off_per_mille) off.push_back(line.line_no);
    }
    return off;
}

std::vector<std::uint8_t> lines_miscounted(const Manifest& manifest) {
    std::vector<std::uint8_t> off;
    for (const auto& line : manifest.lines) {
        const bool loose = line.package == Package::tank || line.package == Package::bulk;
        if (!line.container_count || loose) continue;
        const auto named =
            std::ranges::count(manifest.containers, line.line_no, &Container::line_no);
        if (named != *line.container_count) off.push_back(line.line_no);
    }
    return off;
}

}  // namespace liuhen::manifest::custody
