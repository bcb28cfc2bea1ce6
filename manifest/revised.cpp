// What a manifest may not say after a revision.
#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/guards.hpp"
#include "manifest/load_limits.hpp"
#include "manifest/revision.hpp"
#include "manifest/splits.hpp"

#include <cstdlib>

namespace liuhen::manifest {
namespace {

struct Weight {
    std::optional<Grams> WasteLine::*of;
    const char* field;
    std::int64_t least;
};
constexpr Weight weights[] = {{&WasteLine::sent_g, "sent_g", 1},
                              {&WasteLine::received_g, "received_g", 0},
                              {&WasteLine::accepted_g, "accepted_g", 0},
                              {&WasteLine::refused_g, "refused_g", 0}};

Refusals range_faults(const WasteLine& line, const std::string& pointer) {
    Refusals faults;
    for (const auto& weight : weights) {
        const auto& held = line.*weight.of;
        if (!held || (held->value >= weight.least && *held <= largest_load)) continue;
        faults.push_back(
            refuse("FIELD_RANGE", pointer + weight.field, std::to_string(held->value)));
    }
    return faults;
}

/// Accepted and refused still make up what was received, and cover what was treated since.
Refusals balance_faults(const WasteLine& line, const std::string& pointer) {
    Refusals faults;
    if (!line.accepted_g) return faults;
    if (line.received_g) {
        const auto off = *line.accepted_g + line.refused_g.value_or(Grams{}) - *line.received_g;
        if (std::abs(off.value) > guards::split_tolerance.value) {
            faults.push_back(
                refuse("SPLIT_SUM", pointer + "accepted_g", std::to_string(off.value)));
        }
    }
    if (line.treated_g.value_or(Grams{}) > *line.accepted_g) {
        faults.push_back(refuse("TREATED_EXCEEDS", pointer + "accepted_g",
                                std::to_string(line.accepted_g->value)));
    }
    return faults;
}

/// Something refused stays something refused, and what its own manifests took away stays as much.
Refusals remainder_faults(const Manifest& before, const Manifest& revised) {
    const Grams was = refused_total(before);
    const Grams is = refused_total(revised);
    const auto value = std::to_string(is.value);
    if ((was.value > 0) != (is.value > 0)) return {refuse("SPLIT_RANGE", "/lines", value)};
    const auto off = is - was;
    const bool settled = !before.children.empty();
    if (!settled || std::abs(off.value) <= guards::split_tolerance.value) return {};
    return {refuse("SPLIT_SUM", "/lines", value)};
}

Refusals crew_faults(const Manifest& revised, const Leg& leg, const std::string& pointer) {
    if (leg.vehicle.empty()) return {};
    Refusals faults;
    const auto text = [&](const char* field, std::string_view value, std::size_t least,
                          std::size_t most) {
        const auto length = text_length(value);
        if (length && *length >= least && *length <= most) return;
        faults.push_back(refuse("FIELD_LENGTH", pointer + field, value));
    };
    const bool unneeded = leg.waybill_no.empty() && !travels_as_dangerous_goods(revised);
    text("waybill_no", leg.waybill_no, unneeded ? 0 : 4, 40);
    text("driver/name", leg.driver.name, 2, 30);
    text("escort/name", leg.escort.name, leg.escort.name.empty() ? 0 : 2, 30);
    return faults;
}

}  // namespace

Refusals content_faults(const Manifest& before, const Manifest& revised) {
    auto filing = filing_of(revised);
    if (filing.legs.size() > max_legs) filing.legs.resize(max_legs);  // put in after a breakdown
    auto faults = form_faults(filing);
    guards::append(faults, submission_faults(revised, Departing::past));
    for (std::size_t i = 0; i < revised.legs.size(); ++i) {
        guards::append(faults,
                       crew_faults(revised, revised.legs[i], "/legs/" + std::to_string(i) + "/"));
    }
    for (std::size_t i = 0; i < revised.lines.size(); ++i) {
        guards::append(faults, range_faults(revised.lines[i], "/lines/" + std::to_string(i) + "/"));
    }
    if (!faults.empty()) return faults;
    for (std::size_t i = 0; i < revised.lines.size(); ++i) {
        guards::append(faults,
                       balance_faults(revised.lines[i], "/lines/" + std::to_string(i) + "/"));
    }
    guards::append(faults, remainder_faults(before, revised));
    return faults;
}

}  // namespace liuhen::manifest
