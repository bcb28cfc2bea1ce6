#include "manifest/splits.hpp"

#include "manifest/guards.hpp"

#include <algorithm>
#include <cstdlib>

namespace liuhen::manifest {

Grams arrived_g(const WasteLine& line) {
    return line.received_g.value_or(line.sent_g.value_or(Grams{}));
}

Division divide(const WasteLine& line, std::span<const LineSplit> split, Share share) {
    const Grams arrived = arrived_g(line);
    const auto said = std::ranges::find(split, line.line_no, &LineSplit::line_no);
    if (said == split.end() || (!said->accepted_g && !said->refused_g)) {
        return share == Share::everything ? Division{Grams{}, arrived} : Division{arrived, Grams{}};
    }
    const Grams refused = said->refused_g.value_or(arrived - said->accepted_g.value_or(Grams{}));
    return {said->accepted_g.value_or(arrived - refused), refused};
}

Refusals split_faults(const Manifest& manifest, const std::vector<LineSplit>& split, Share share) {
    Refusals faults;
    Grams refused, arrived;
    for (const auto& line : manifest.lines) {
        const auto [kept, back] = divide(line, split, share);
        const Grams here = arrived_g(line);
        const auto said = std::ranges::find(split, line.line_no, &LineSplit::line_no);
        const auto pointer =
            said == split.end() ? "/lines" : "/lines/" + std::to_string(said - split.begin());
        const auto off = kept + back - here;
        const bool negative = kept.value < 0 || back.value < 0;
        if (negative || std::abs(off.value) > guards::split_tolerance.value) {
            faults.push_back(refuse("SPLIT_SUM", pointer, std::to_string(off.value)));
        }
        if (share == Share::everything && kept.value > 0) {
            faults.push_back(
                refuse("SPLIT_RANGE", pointer + "/accepted_g", std::to_string(kept.value)));
        }
        refused = refused + back;
        arrived = arrived + here;
    }
    const bool in_range = share == Share::nothing ? refused.value == 0
                          : share == Share::part  ? refused.value > 0 && refused < arrived
                                                  : true;
    if (!in_range) faults.push_back(refuse("SPLIT_RANGE", "/lines", std::to_string(refused.value)));
    return faults;
}

void apply_split(Manifest& manifest, const std::vector<LineSplit>& split, Share share) {
    for (auto& line : manifest.lines) {
        const auto [kept, back] = divide(line, split, share);
        line.accepted_g = kept;
        line.refused_g = back;
        const auto said = std::ranges::find(split, line.line_no, &LineSplit::line_no);
        if (said == split.end()) continue;
        if (!said->ledger_batch_in.empty()) line.ledger_batch_in = said->ledger_batch_in;
        if (said->kinds.empty()) continue;
        line.differences = said->kinds;
        line.difference_text = said->text;
    }
}

std::vector<LineSplit> declared_split(const Manifest& manifest) {
    std::vector<LineSplit> split;
    for (const auto& line : manifest.lines) {
        split.push_back({.line_no = line.line_no,
                         .accepted_g = line.accepted_g,
                         .refused_g = line.refused_g,
                         .kinds = {},
                         .text = {}});
    }
    return split;
}

Grams refused_total(const Manifest& manifest) {
    Grams sum;
    for (const auto& line : manifest.lines) sum = sum + line.refused_g.value_or(Grams{});
    return sum;
}

}  // namespace liuhen::manifest
