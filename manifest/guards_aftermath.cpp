// Guards on what follows the decision: the refused load's further way, and the treatment.
#include "manifest/children.hpp"
#include "manifest/filing.hpp"
#include "manifest/guards.hpp"
#include "manifest/limits.hpp"
#include "manifest/load_limits.hpp"
#include "manifest/splits.hpp"

#include <algorithm>
#include <cstdlib>

namespace liuhen::manifest::guards {

Refusals child_fit(const Case& c) {
    const auto* given = std::get_if<Redirection>(&c.request.body);
    if (given == nullptr) return {};
    Refusals faults;
    if (given->receiver == c.manifest.receiver.id) {
        faults.push_back(refuse("SAME_RECEIVER", "/receiver", given->receiver.text));
    }
    if (!given->receiver.empty() && !c.facts.directory.receiver) {
        faults.push_back(refuse("UNKNOWN_PARTY", "/receiver", given->receiver.text));
    }
    const auto& closed = c.facts.directory.closed;
    if (std::ranges::find(closed, given->receiver) != closed.end()) {
        faults.push_back(refuse("PARTY_CLOSED", "/receiver", given->receiver.text));
    }
    const auto& place = c.facts.directory.destination;
    if (!given->destination.empty() && !place) {
        faults.push_back(refuse("UNKNOWN_SITE", "/destination_site", given->destination.text));
    } else if (place && !place->owner.empty() && place->owner != given->receiver) {
        faults.push_back(refuse("SITE_OWNER", "/destination_site", given->destination.text));
    }
    for (std::size_t i = 0; i < given->methods.size(); ++i) {
        const auto number = given->methods[i].first;
        const auto& lines = c.manifest.lines;
        if (std::ranges::find(lines, number, &WasteLine::line_no) != lines.end()) continue;
        faults.push_back(refuse("LINE_UNKNOWN", "/lines/" + std::to_string(i) + "/line_no",
                                std::to_string(number)));
    }
    const int above = c.manifest.parent ? (c.facts.parent ? c.facts.parent->depth + 1 : 1) : 0;
    if (above + 1 >= max_depth) faults.push_back(refuse("PARENT_TOO_DEEP", ""));
    if (!faults.empty()) return faults;
    const auto child = redirected(c.manifest, c.request, c.facts);
    faults = form_faults(filing_of(child));
    append(faults, lacks(c, child, Departing::ahead));
    return faults;
}

Refusals remainder_settled(const Case& c) {
    const auto* given = std::get_if<Settlement>(&c.request.body);
    if (given == nullptr) return {};
    if (given->children.empty()) return {refuse("FIELD_REQUIRED", "/children")};
    if (given->children.size() > max_children) {
        return {refuse("FIELD_RANGE", "/children", std::to_string(given->children.size()))};
    }
    Refusals faults;
    Grams taken;
    for (std::size_t i = 0; i < given->children.size(); ++i) {
        const auto child = std::ranges::find(c.facts.children, given->children[i], &Relative::no);
        constexpr EnumSet<State> not_filed{State::draft, State::voided, State::backfill_pending};
        const bool fits = child != c.facts.children.end() && child->parent_no == c.manifest.no &&
                          child->producer == c.manifest.producer.id &&
                          child->relation != Relation::regroup && !not_filed.has(child->state);
        const bool twice = std::ranges::count(given->children, given->children[i]) > 1;
        if (!fits || twice) {
            faults.push_back(
                refuse("CHILD_UNKNOWN", "/children/" + std::to_string(i), given->children[i]));
        } else {
            taken = taken + child->load;
        }
    }
    const auto off = taken - refused_total(c.manifest);
    if (faults.empty() && std::abs(off.value) > split_tolerance.value) {
        faults.push_back(refuse("SPLIT_SUM", "/children", std::to_string(taken.value)));
    }
    return faults;
}

namespace {

/// What one treatment says of itself, whatever the sums.
Refusals treatment_faults(const Case& c, const Treatment& one, const std::string& pointer) {
    Refusals faults;
    const auto line = std::ranges::find(c.manifest.lines, one.line_no, &WasteLine::line_no);
    if (line == c.manifest.lines.end()) {
        faults.push_back(refuse("LINE_UNKNOWN", pointer + "/line_no", std::to_string(one.line_no)));
    }
    if (one.weight.value <= 0 || one.weight > largest_load) {
        faults.push_back(refuse("FIELD_RANGE", pointer + "/treated_g"));
    }
    if (one.at == Instant{}) return faults;  // then it is the report's own time
    const auto received = receipt_of(c.manifest);
    if (received && one.at < *received) {
        faults.push_back(refuse("TIME_ORDER", pointer + "/at", to_iso(one.at)));
    }
    if (one.at > c.facts.now + clock_tolerance) {
        faults.push_back(refuse("TIME_IN_FUTURE", pointer + "/at", to_iso(one.at)));
    }
    return faults;
}

}  // namespace

Refusals treated_within(const Case& c) {
    const auto* given = std::get_if<TreatmentReport>(&c.request.body);
    if (given == nullptr) return {};
    if (given->lines.empty()) return {refuse("FIELD_REQUIRED", "/lines")};
    if (given->lines.size() > max_treatments) {
        return {refuse("FIELD_RANGE", "/lines", std::to_string(given->lines.size()))};
    }
    Refusals faults;
    for (std::size_t i = 0; i < given->lines.size(); ++i) {
        append(faults, treatment_faults(c, given->lines[i], "/lines/" + std::to_string(i)));
    }
    if (!faults.empty()) return faults;
    for (std::size_t i = 0; i < given->lines.size(); ++i) {
        const auto& one = given->lines[i];
        const auto line = std::ranges::find(c.manifest.lines, one.line_no, &WasteLine::line_no);
        Grams sum = line->treated_g.value_or(Grams{});
        for (const auto& other : given->lines) {
            if (other.line_no == one.line_no) sum = sum + other.weight;
        }
        if (sum > line->accepted_g.value_or(Grams{})) {
            faults.push_back(refuse("TREATED_EXCEEDS", "/lines/" + std::to_string(i) + "/treated_g",
                                    std::to_string(sum.value)));
        }
    }
    return faults;
}

}  // namespace liuhen::manifest::guards
