// Guards on receipt: weighing in, the decision, and what follows a difference.
#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/guards.hpp"
#include "manifest/scale_reading.hpp"
#include "manifest/splits.hpp"
#include "manifest/weights.hpp"

#include <algorithm>
#include <cstdlib>

namespace liuhen::manifest::guards {

Refusals arrival_weighed(const Case& c) {
    const auto* weighing = std::get_if<WeighIn>(&c.request.body);
    if (weighing == nullptr) return {};
    auto faults = reading_faults(
        {weighing->gross_g, weighing->tare_g, weighing->net_g, c.manifest.kind == Kind::pipe});
    if (!faults.empty()) return faults;
    const Grams net = *weighing->gross_g - *weighing->tare_g;
    const Grams part = weighing->share_g.value_or(net);
    if (part.value < 0 || part > net) {
        faults.push_back(refuse("FIELD_RANGE", "/share_g", std::to_string(part.value)));
    }
    const auto floor = weighing->scale_floor_g.value_or(truck_scale_floor);
    if (floor.value <= 0 || floor > truck_scale_floor) {
        faults.push_back(refuse("FIELD_RANGE", "/scale_floor_g", std::to_string(floor.value)));
    }
    const auto more = line_sum_faults(c.manifest, weighing->lines, part, "received_g");
    faults.insert(faults.end(), more.begin(), more.end());
    return faults;
}

Refusals hand_weighing_excused(const Case& c) {
    const auto* weighing = std::get_if<WeighIn>(&c.request.body);
    if (weighing == nullptr || weighing->source != WeighingSource::manual) return {};
    return reason_faults(weighing->manual_reason, "/manual_reason");
}

Refusals weighed_in(const Case& c) {
    if (c.manifest.weigh_in) return {};
    return {refuse("WEIGH_FIRST", "")};
}

Refusals accepted_whole(const Case& c) {
    const auto* verdict = std::get_if<Verdict>(&c.request.body);
    if (verdict == nullptr || !c.manifest.weigh_in || verdict->lines.empty()) return {};
    auto faults = named_line_faults(c.manifest, verdict->lines, "accepted_g");
    if (!faults.empty()) return faults;
    if (verdict->lines.size() != c.manifest.lines.size()) {
        return {refuse("FIELD_REQUIRED", "/lines")};
    }
    for (std::size_t i = 0; i < verdict->lines.size(); ++i) {
        const auto& said = verdict->lines[i];
        const auto line = std::ranges::find(c.manifest.lines, said.line_no, &WasteLine::line_no);
        const auto off = said.weight - line->received_g.value_or(Grams{});
        if (std::abs(off.value) > split_tolerance.value) {
            faults.push_back(refuse("SPLIT_SUM", "/lines/" + std::to_string(i) + "/accepted_g",
                                    std::to_string(said.weight.value)));
        }
        const auto& sent = line->container_count;
        if (said.containers && sent && *said.containers != *sent) {
            faults.push_back(refuse("DIFFERENCE_UNDECLARED",
                                    "/lines/" + std::to_string(i) + "/containers_received",
                                    std::to_string(*said.containers)));
        }
    }
    return faults;
}

Refusals no_difference(const Case& c) {
    const auto found = deviation_of(c.manifest);
    if (!found || !found->significant) return {};
    return {refuse("DIFFERENCE_UNDECLARED", "/lines", std::to_string(found->delta.value))};
}

Refusals acknowledged(const Case& c) {
    if (c.request.by.role != Role::system) return {};
    const auto& due = c.facts.dues.acknowledgement;
    if (due && *due <= c.facts.now) return {};
    return {refuse("TOO_EARLY", "")};
}

Refusals version_read(const Case& c) {
    const auto* given = std::get_if<Confirmation>(&c.request.body);
    if (given == nullptr || given->version == c.manifest.version) return {};
    // If-Match names it as well, and has been compared already.
    if (!given->version) {
        return c.request.if_version ? Refusals{} : Refusals{refuse("FIELD_REQUIRED", "/version")};
    }
    return {refuse("STALE_VERSION", "/version", std::to_string(c.manifest.version))};
}

Refusals difference_named(const Case& c) {
    const auto* given = std::get_if<DifferenceDeclared>(&c.request.body);
    if (given == nullptr) return {};
    if (given->lines.empty()) return {refuse("DIFFERENCE_EMPTY", "/lines")};
    auto faults = split_line_faults(c.manifest, given->lines);
    for (std::size_t i = 0; i < given->lines.size(); ++i) {
        const auto& line = given->lines[i];
        const auto pointer = "/lines/" + std::to_string(i);
        if (line.kinds.empty()) faults.push_back(refuse("DIFFERENCE_EMPTY", pointer + "/kinds"));
        const auto length = text_length(line.text);
        if (!length || *length < 5 || *length > 1000) {
            faults.push_back(refuse("DIFFERENCE_EMPTY", pointer + "/text", line.text));
        }
    }
    if (faults.empty() && c.manifest.weigh_in) {
        append(faults, split_faults(c.manifest, given->lines,
                                    given->wants_part ? Share::part : Share::nothing));
    }
    return faults;
}

Refusals part_refused(const Case& c) {
    const auto* given = std::get_if<PartVerdict>(&c.request.body);
    if (given == nullptr || !c.manifest.weigh_in) return {};
    auto faults = split_line_faults(c.manifest, given->lines);
    if (given->lines.size() != c.manifest.lines.size()) {
        faults.push_back(refuse("FIELD_REQUIRED", "/lines"));
    }
    append(faults, reason_faults(given->reason, "/reason"));
    if (faults.empty()) faults = split_faults(c.manifest, given->lines, Share::part);
    return faults;
}

Refusals whole_refused(const Case& c) {
    const auto* given = std::get_if<Rejection>(&c.request.body);
    if (given == nullptr) return {};
    auto faults = split_line_faults(c.manifest, given->lines);
    if (faults.empty()) faults = split_faults(c.manifest, given->lines, Share::everything);
    return faults;
}

Refusals dispute_founded(const Case& c) {
    const auto* given = std::get_if<Dispute>(&c.request.body);
    if (given == nullptr) return {};
    auto faults = reason_faults(given->reason, "/reason");
    if (given->files.empty()) faults.push_back(refuse("FILES_REQUIRED", "/files"));
    return faults;
}

Refusals ruling_whole(const Case& c) {
    const auto* given = std::get_if<Ruling>(&c.request.body);
    if (given == nullptr) return {};
    Refusals faults;
    const auto length = text_length(given->finding);
    if (!length || *length < 5 || *length > 2000) {
        faults.push_back(refuse("REASON_REQUIRED", "/finding", given->finding));
    }
    constexpr EnumSet<State> outcomes{State::accepted, State::partially_accepted, State::rejected};
    if (!outcomes.has(given->outcome)) faults.push_back(refuse("FIELD_RANGE", "/outcome"));
    append(faults, split_line_faults(c.manifest, given->lines));
    if (!faults.empty() || given->outcome != State::partially_accepted) return faults;
    const auto& lines = given->lines.empty() ? declared_split(c.manifest) : given->lines;
    return split_faults(c.manifest, lines, Share::part);
}

}  // namespace liuhen::manifest::guards
