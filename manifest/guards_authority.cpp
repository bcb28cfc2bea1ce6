// Guards on what authorities do, and on papers entered afterwards.
#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/guards.hpp"
#include "manifest/scale_reading.hpp"

#include <algorithm>

namespace liuhen::manifest::guards {
namespace {

bool text_within(std::string_view text, std::size_t least, std::size_t most) {
    const auto length = text_length(text);
    return length && *length >= least && *length <= most;
}

/// Every line arrived with something, and what it was sent with is above zero as well.
Refusals paper_weight_faults(const Manifest& manifest, const BackfillForm& paper) {
    auto faults = named_line_faults(manifest, paper.sent, "sent_g");
    append(faults, split_line_faults(manifest, paper.lines));
    for (std::size_t i = 0; i < paper.lines.size(); ++i) {
        const auto& line = paper.lines[i];
        const auto pointer = "/lines/" + std::to_string(i) + "/accepted_g";
        const Grams arrived = line.accepted_g.value_or(Grams{}) + line.refused_g.value_or(Grams{});
        if (!line.accepted_g)
            faults.push_back(refuse("FIELD_REQUIRED", pointer));
        else if (arrived.value == 0)
            faults.push_back(refuse("WEIGHT_INVALID", pointer));
    }
    for (std::size_t i = 0; i < paper.sent.size(); ++i) {
        if (paper.sent[i].weight.value != 0) continue;
        faults.push_back(refuse("WEIGHT_INVALID", "/lines/" + std::to_string(i) + "/sent_g"));
    }
    return faults;
}

}  // namespace

Refusals in_area(const Case& c) {
    const auto& area = c.request.by.division;
    const auto touched = divisions_of(c.manifest);
    const bool theirs = std::ranges::any_of(
        touched, [&area](const std::string& division) { return division.starts_with(area); });
    if (area.empty() || theirs) return {};
    return {refuse("NOT_YOUR_AREA", "", area)};
}

Refusals in_receiving_area(const Case& c) {
    const auto& area = c.request.by.division;
    if (c.manifest.receiver.division.starts_with(area)) return {};
    return {refuse("NOT_YOUR_AREA", "", area)};
}

Refusals hold_ordered(const Case& c) {
    const auto* given = std::get_if<HoldOrder>(&c.request.body);
    if (given == nullptr) return {};
    Refusals faults;
    if (!text_within(given->order_no, 1, 60)) {
        faults.push_back(refuse("ORDER_REQUIRED", "/order_no", given->order_no));
    }
    append(faults, reason_faults(given->reason, "/reason"));
    if (!given->until) {
        faults.push_back(refuse("FIELD_REQUIRED", "/until"));
    } else if (*given->until <= std::max(c.request.at, c.facts.now)) {
        faults.push_back(refuse("TIME_ORDER", "/until", to_iso(*given->until)));
    } else if (*given->until > c.request.at + longest_hold) {
        faults.push_back(refuse("HOLD_TOO_LONG", "/until", to_iso(*given->until)));
    }
    return faults;
}

Refusals may_release(const Case& c) {
    const auto* given = std::get_if<Release>(&c.request.body);
    if (given == nullptr || !c.manifest.hold) return {};
    const auto& hold = *c.manifest.hold;
    if (c.request.by.role == Role::system) {
        if (hold.until <= c.facts.now) return {};
        return {refuse("TOO_EARLY", "")};
    }
    auto faults = reason_faults(given->reason, "/reason");
    const bool holder_or_above =
        hold.role == c.request.by.role && hold.division.starts_with(c.request.by.division);
    if (!holder_or_above) faults.push_back(refuse("NOT_YOUR_AREA", "", hold.division));
    return faults;
}

Refusals case_named(const Case& c) {
    const auto* given = std::get_if<Seizure>(&c.request.body);
    if (given == nullptr) return {};
    if (text_within(given->case_no, 1, 60)) return {};
    return {refuse("CASE_REQUIRED", "/case_no", given->case_no)};
}

Refusals paper_whole(const Case& c) {
    const auto* given = std::get_if<BackfillForm>(&c.request.body);
    if (given == nullptr) return {};
    auto faults = lacks(c, c.manifest, Departing::past);
    const auto need = [&faults](bool there, const char* pointer) {
        if (!there) faults.push_back(refuse("FIELD_REQUIRED", pointer));
    };
    need(given->origin_mode != OriginMode::normal, "/origin_mode");
    need(text_within(given->paper_no, 1, 40), "/paper_no");
    need(!given->paper_scan.empty(), "/paper_scan");
    need(given->departed_at.has_value(), "/departed_at");
    need(given->arrived_at.has_value(), "/arrived_at");
    if (given->departed_at && given->arrived_at && *given->arrived_at <= *given->departed_at) {
        faults.push_back(refuse("TIME_ORDER", "/arrived_at", to_iso(*given->arrived_at)));
    }
    for (const auto& [at, pointer] :
         {std::pair{given->departed_at, "/departed_at"}, {given->arrived_at, "/arrived_at"}}) {
        if (at && *at > c.facts.now) faults.push_back(refuse("TIME_IN_FUTURE", pointer));
    }
    if (!given->plate.empty() && !parse_plate(given->plate)) {
        faults.push_back(refuse("FIELD_FORMAT", "/plate", given->plate));
    }
    append(faults, paper_weight_faults(c.manifest, *given));
    need(given->lines.size() == c.manifest.lines.size(), "/lines");
    if (c.facts.paper_no_taken) {
        faults.push_back(refuse("DUPLICATE_PAPER", "/paper_no", given->paper_no));
    }
    return faults;
}

Refusals backfill_read(const Case& c) {
    const auto* given = std::get_if<Confirmation>(&c.request.body);
    if (given == nullptr || !c.manifest.backfill) return {};
    const auto& paper = *c.manifest.backfill;
    // The first confirmation counts the version up without changing what was read.
    const bool current = !given->version || *given->version == c.manifest.version ||
                         *given->version == paper.version;
    if (!given->version && !c.request.if_version) return {refuse("FIELD_REQUIRED", "/version")};
    if (!current) {
        return {refuse("STALE_VERSION", "/version", std::to_string(c.manifest.version))};
    }
    const auto& done = paper.confirmed_by;
    if (std::ranges::find(done, c.request.by.party) == done.end()) return {};
    return {refuse("ALREADY_SIGNED", "")};
}

}  // namespace liuhen::manifest::guards
