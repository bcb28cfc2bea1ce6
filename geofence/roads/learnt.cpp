#include "geofence/roads/learnt.hpp"

#include "geofence/flat.hpp"
#include "geofence/roads/learnt_line.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace liuhen::geofence::roads {
namespace {

/// How a pass lies beside the line of another one.
struct Beside {
    int longest_apart = 0;  ///< fixes in a row on another street
    std::size_t along = 0;  ///< fixes on the same one
};

Beside beside(const Drawn& line, const Track& track, const LearningRules& rules) {
    Beside found;
    int run = 0;
    std::optional<Metres> progress;
    for (const LatLon where : track) {
        const auto at = line.locate(where, progress);
        if (at.off <= rules.apart) {
            progress = at.along;
            ++found.along;
            run = 0;
        } else if (!line.is_end(at.along)) {  // past an end nobody knows where the road leads
            found.longest_apart = std::max(found.longest_apart, ++run);
        }
    }
    return found;
}

struct Group {
    std::size_t medoid{};
    std::vector<std::size_t> members;  ///< the medoid too
    std::size_t shared = 0;            ///< fixes of the members beside the medoid
};

/// For each pass those that drove its road; the best is whose road most fixes lie on.
Group largest_group(const std::vector<Track>& tracks, const std::vector<Drawn>& lines,
                    const LearningRules& rules) {
    Group best;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        if (lines[i].is_empty()) continue;
        Group group{.medoid = i, .members = {}, .shared = 0};
        for (std::size_t j = 0; j < tracks.size(); ++j) {
            if (lines[j].is_empty()) continue;
            const Beside there = beside(lines[i], tracks[j], rules);
            const Beside back = beside(lines[j], tracks[i], rules);
            if (std::max(there.longest_apart, back.longest_apart) >= rules.apart_fixes) continue;
            group.members.push_back(j);
            group.shared += there.along;
        }
        if (group.shared > best.shared) best = std::move(group);
    }
    return best;
}

LearningFault fault(LearningFaultCode code, std::string detail) {
    return {.code = code, .detail = std::move(detail)};
}

std::optional<LearningFault> fault_in(std::span<const Pass> passes) {
    const bool too_long = std::ranges::any_of(
        passes, [](const Pass& pass) { return pass.size() > max_fixes_of_pass; });
    if (passes.size() <= max_passes && !too_long) return std::nullopt;
    return fault(LearningFaultCode::too_many_passes,
                 "at most " + std::to_string(max_passes) + " passes of at most " +
                     std::to_string(max_fixes_of_pass) + " fixes are learnt from");
}

std::optional<LearningFault> fault_in(const Group& group, std::size_t usable,
                                      const LearningRules& rules) {
    if (usable < rules.least_passes) {
        return fault(LearningFaultCode::too_few_passes,
                     "a route is learnt from at least " + std::to_string(rules.least_passes) +
                         " passes, of these " + std::to_string(usable) + " can be used");
    }
    const std::size_t agree = group.members.size();
    if (agree >= rules.least_passes && agree * 2 > usable) return std::nullopt;
    return fault(LearningFaultCode::no_common_way,
                 std::to_string(agree) + " of " + std::to_string(usable) +
                     " passes took the same roads: too few to call it the way");
}

}  // namespace

std::string_view code(LearningFaultCode fault) {
    constexpr std::array<std::string_view, 4> codes{"too_few_passes", "too_many_passes",
                                                    "no_common_way", "nothing_left"};
    return codes[static_cast<std::size_t>(fault)];
}

Result<Learnt, LearningFault> learn(std::span<const Pass> passes, const LearningRules& rules) {
    if (auto found = fault_in(passes)) return fail(*std::move(found));
    std::vector<Track> tracks;
    std::vector<Drawn> lines;
    for (const Pass& pass : passes) {
        tracks.push_back(thinned(pass));
        lines.emplace_back(tracks.back(), rules.longest_edge);
    }
    const auto usable = std::ranges::count_if(lines, [](const Drawn& l) { return !l.is_empty(); });
    const Group group = largest_group(tracks, lines, rules);
    if (auto found = fault_in(group, static_cast<std::size_t>(usable), rules))
        return fail(*std::move(found));
    std::vector<Track> agreed;
    for (const std::size_t member : group.members) agreed.push_back(tracks[member]);
    const auto medoid = std::ranges::find(group.members, group.medoid) - group.members.begin();
    Learnt learnt = line_of(agreed, static_cast<std::size_t>(medoid), rules);
    if (learnt.stretches.empty()) {
        return fail(fault(LearningFaultCode::nothing_left,
                          "no part of the way was driven by " + std::to_string(rules.least_passes) +
                              " passes with fixes near enough to each other"));
    }
    learnt.used = group.members;
    for (std::size_t i = 0; i < passes.size(); ++i) {
        if (std::ranges::find(group.members, i) == group.members.end())
            learnt.left_out.push_back(i);
    }
    return learnt;
}

}  // namespace liuhen::geofence::roads
