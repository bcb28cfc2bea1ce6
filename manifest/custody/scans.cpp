#include "manifest/custody/scans.hpp"

#include "manifest/names.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace liuhen::manifest::custody {
namespace {

constexpr Names<ScanPurpose> purposes{"LOAD", "HANDOVER", "ARRIVE", "CHECK"};
constexpr Names<ScanDifferenceKind> kinds{"MISSING", "DOUBLED", "FOREIGN", "SWAPPED",
                                          "MISLABELLED"};

using Stage = std::pair<ScanPurpose, std::uint8_t>;
using Kind = ScanDifferenceKind;

bool is_over(const Manifest& manifest, const Stage& stage) {
    const auto& [purpose, leg_no] = stage;
    switch (purpose) {
        case ScanPurpose::load:
            return !manifest.legs.empty() && manifest.legs.front().loaded_at.has_value();
        case ScanPurpose::handover:
            return leg_no > 0 && leg_no <= manifest.legs.size() &&
                   manifest.legs[leg_no - 1U].assigned_at.has_value();
        case ScanPurpose::arrive:
            return manifest.accepted_at.has_value();
        case ScanPurpose::check:
        case ScanPurpose::count_:
            break;
    }
    return false;
}

/// One after the other as they happened, those that are one scan taken together.
std::vector<Instant> apart(std::vector<Instant> times) {
    std::ranges::sort(times);
    std::vector<Instant> first;
    for (const Instant at : times) {
        if (first.empty() || at - first.back() > same_scan) first.push_back(at);
    }
    return first;
}

std::string line_code(const Manifest& manifest, std::uint8_t line_no) {
    const auto line = std::ranges::find(manifest.lines, line_no, &WasteLine::line_no);
    return line == manifest.lines.end() ? std::string{} : line->code;
}

// Which of two of the same waste was taken for the other nobody can tell: in the order of codes.
void pair_swapped(const Manifest& manifest, std::span<const TagPattern> patterns,
                  StageJudgement& judged, std::vector<const Container*> missing) {
    for (auto& one : judged.differences) {
        if (one.kind != Kind::foreign) continue;
        const auto parts = read_tag(patterns, one.container);
        const auto found = std::ranges::find_if(missing, [&](const Container* lost) {
            return parts && parts->waste_code == line_code(manifest, lost->line_no);
        });
        if (found == missing.end()) continue;
        one.kind = Kind::swapped;
        one.instead_of = (*found)->code;
        missing.erase(found);
    }
    for (const auto* lost : missing)
        judged.differences.push_back({Kind::missing, lost->code, {}, {}});
}

/// When each text was read at one stage, as far as it was not taken back afterwards.
using Seen = std::map<std::string, std::vector<Instant>>;

Seen standing(const std::vector<const Scan*>& scans) {
    std::map<std::string, Instant> taken_back;
    for (const auto* scan : scans) {
        if (!scan->taken_back) continue;
        auto& last = taken_back[scan->tag];
        last = std::max(last, scan->at);
    }
    Seen seen;
    for (const auto* scan : scans) {
        const auto back = taken_back.find(scan->tag);
        const bool stands = back == taken_back.end() || scan->at > back->second;
        if (!scan->taken_back && stands) seen[scan->tag].push_back(scan->at);
    }
    return seen;
}

StageJudgement judge(const Manifest& manifest, const Stage& stage, const Seen& seen,
                     std::span<const TagPattern> patterns) {
    StageJudgement judged{.purpose = stage.first,
                          .leg_no = stage.second,
                          .over = is_over(manifest, stage),
                          .expected = manifest.containers.size(),
                          .seen = 0,
                          .outstanding = {},
                          .differences = {}};
    std::map<std::string, std::vector<Instant>> of_container;
    for (const auto& [tag, times] : seen) {
        const auto named = std::ranges::find_if(
            manifest.containers, [&tag = tag](const Container& one) { return bears(one, tag); });
        if (named == manifest.containers.end()) {
            judged.differences.push_back({Kind::foreign, tag, {}, std::ranges::min(times)});
            continue;
        }
        auto& all = of_container[named->code];
        all.insert(all.end(), times.begin(), times.end());
        const auto parts = read_tag(patterns, tag);
        if (parts && !parts->waste_code.empty() &&
            parts->waste_code != line_code(manifest, named->line_no))
            judged.differences.push_back(
                {Kind::mislabelled, named->code, {}, std::ranges::min(times)});
    }
    const bool counts = stage.first != ScanPurpose::check;
    for (const auto& [name, times] : of_container) {
        const auto scans = apart(times);
        if (counts && scans.size() > 1)
            judged.differences.push_back({Kind::doubled, name, {}, scans[1]});
    }
    judged.seen = of_container.size();
    std::vector<const Container*> missing;
    for (const auto& one : manifest.containers) {
        if (!of_container.contains(one.code)) missing.push_back(&one);
    }
    std::ranges::sort(missing, {}, &Container::code);
    if (counts && judged.over) pair_swapped(manifest, patterns, judged, missing);
    if (counts && !judged.over) {
        for (const auto* one : missing) judged.outstanding.push_back(one->code);
    }
    std::ranges::sort(judged.differences);
    return judged;
}

struct FaultRow {
    Kind kind;
    std::string_view code;
};
constexpr FaultRow faults[] = {
    {Kind::missing, "CONTAINER_MISSING"},  {Kind::doubled, "CONTAINER_DUPLICATE"},
    {Kind::foreign, "CONTAINER_FOREIGN"},  {Kind::swapped, "CONTAINER_FOREIGN"},
    {Kind::mislabelled, "LABEL_MISMATCH"},
};

std::string pointer_to(const Manifest& manifest, const std::string& container) {
    const auto found = std::ranges::find(manifest.containers, container, &Container::code);
    if (found == manifest.containers.end()) return "/containers";
    return "/containers/" + std::to_string(found - manifest.containers.begin());
}

}  // namespace

std::string_view code(ScanPurpose purpose) { return name_in(purposes, purpose); }
std::optional<ScanPurpose> scan_purpose_from_code(std::string_view code) {
    return find_in(purposes, code);
}
std::string_view code(ScanDifferenceKind kind) { return name_in(kinds, kind); }

std::uint8_t stage_leg(const Manifest& manifest, ScanPurpose purpose, Instant at) {
    if (purpose == ScanPurpose::load || purpose == ScanPurpose::arrive) return 1;
    const bool check = purpose == ScanPurpose::check;
    std::uint8_t found = check ? 1 : 0;
    for (std::size_t i = 1; i < manifest.legs.size(); ++i) {
        const auto& leg = manifest.legs[i];
        if (!check && leg.returning) continue;
        if (check && (!leg.assigned_at || at < *leg.assigned_at)) break;
        found = static_cast<std::uint8_t>(i + 1);
        const bool open = !leg.assigned_at || at <= *leg.assigned_at + after_taking_over;
        if (!check && open) break;
    }
    return found;
}

bool bears(const Container& container, std::string_view tag) {
    return container.code == tag || (!container.tag_id.empty() && container.tag_id == tag);
}

std::vector<StageJudgement> judge_scans(const Manifest& manifest, std::span<const Scan> scans,
                                        std::span<const TagPattern> patterns) {
    std::map<Stage, std::vector<const Scan*>> stages;
    for (const auto& scan : scans)
        stages[{scan.purpose, stage_leg(manifest, scan.purpose, scan.at)}].push_back(&scan);
    std::vector<StageJudgement> judged;
    judged.reserve(stages.size());
    for (const auto& [stage, of_stage] : stages)
        judged.push_back(judge(manifest, stage, standing(of_stage), patterns));
    return judged;
}

Check scans_complete(const Manifest& manifest, std::span<const StageJudgement> judged,
                     ScanPurpose purpose, bool tracked) {
    std::vector<Finding> found;
    const auto add = [&](std::string_view said, const std::string& container) {
        found.push_back({std::string{said}, pointer_to(manifest, container), container});
    };
    bool scanned = false;
    for (const auto& stage : judged) {
        if (stage.purpose != purpose) continue;
        scanned = true;
        for (const auto& one : stage.differences) {
            const auto* const row = std::ranges::find(faults, one.kind, &FaultRow::kind);
            add(row->code, one.container);
        }
        for (const auto& name : stage.outstanding) add("CONTAINER_MISSING", name);
    }
    if (!scanned && !tracked) return {};
    if (!scanned) {
        for (const auto& one : manifest.containers) add("CONTAINER_MISSING", one.code);
    }
    if (found.empty()) return Check::satisfied();
    return {Check::Outcome::failed, std::move(found)};
}

}  // namespace liuhen::manifest::custody
