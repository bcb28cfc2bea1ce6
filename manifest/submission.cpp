// What a draft lacks before it may be submitted. Fields and events: Order 23 arts. 10, 13, 15, 17.
#include "manifest/codes.hpp"
#include "manifest/filing.hpp"

#include <chrono>

namespace liuhen::manifest {
namespace {

using Faults = Refusals;

void need(bool given, std::string pointer, Faults& faults) {
    if (!given) faults.push_back(refuse("FIELD_REQUIRED", std::move(pointer)));
}

void party_faults(const Party& party, const std::string& pointer, Faults& faults) {
    if (party.id.empty()) return need(false, pointer, faults);
    need(!party.name.empty(), pointer + "/name", faults);
    if (!is_uscc(party.uscc)) {
        faults.push_back(refuse("USCC_INVALID", pointer + "/uscc", party.uscc));
    }
}

void line_faults(const Manifest& draft, std::size_t index, Faults& faults) {
    const auto& line = draft.lines[index];
    const auto at = [&](const char* field) {
        return "/lines/" + std::to_string(index) + "/" + field;
    };
    need(!line.waste_name.empty(), at("waste_name"), faults);
    need(!line.code.empty(), at("code"), faults);
    need(line.form.has_value(), at("form"), faults);
    need(line.package.has_value(), at("package"), faults);
    const bool other = line.package == Package::other;
    need(!other || !line.package_note.empty(), at("package_note"), faults);
    need(line.purpose.has_value(), at("purpose"), faults);
    need(line.planned_g.has_value(), at("planned_g"), faults);
    if (!is_hazardous(draft.kind, line.code)) return;
    need(!line.hazards.empty(), at("hazards"), faults);
    need(!line.taboos.empty(), at("taboos"), faults);
    need(!line.method_planned.empty(), at("method_planned"), faults);
    if (!line.exempt_rule.empty()) return;  // exempt from dangerous-goods transport
    need(!line.un_no.empty(), at("un_no"), faults);
    need(!line.dg_class.empty(), at("dg_class"), faults);
}

// Order 23 art. 17: where and when the load goes over is agreed before it leaves. The way as a
// whole begins at the producer's place and ends at the receiver's, which are fenced sites.
void leg_faults(const Manifest& draft, std::size_t index, Faults& faults) {
    const auto& leg = draft.legs[index];
    const auto at = [&](const char* field) {
        return "/legs/" + std::to_string(index) + "/" + field;
    };
    if (index > 0) need(!leg.start.empty(), at("start"), faults);
    if (index + 1 == draft.legs.size()) return;
    need(!leg.end.empty(), at("end"), faults);
    need(leg.handover_place.has_value(), at("handover_place"), faults);
    need(leg.planned_handover_at.has_value(), at("planned_handover_at"), faults);
}

}  // namespace

std::optional<Flow> flow_of(const Manifest& manifest) {
    const auto& from = manifest.producer.division;
    const auto& to = manifest.receiver.division;
    if (from.size() < 4 || to.size() < 4) return std::nullopt;
    if (from.substr(0, 2) != to.substr(0, 2)) return Flow::cross_province;
    return from.substr(0, 4) == to.substr(0, 4) ? Flow::intra_city : Flow::intra_province;
}

Refusals submission_faults(const Manifest& draft, Departing departing) {
    Faults faults;
    party_faults(draft.producer, "/producer", faults);
    party_faults(draft.receiver, "/receiver", faults);
    if (draft.legs.size() <= 1) {
        party_faults(draft.legs.empty() ? Party{} : draft.legs.front().carrier, "/carrier", faults);
    }
    for (std::size_t i = 0; draft.legs.size() > 1 && i < draft.legs.size(); ++i) {
        party_faults(draft.legs[i].carrier, "/legs/" + std::to_string(i) + "/carrier", faults);
    }
    const bool takes_back = draft.parent && draft.parent->relation == Relation::return_;
    if (!takes_back && !draft.producer.id.empty() && draft.producer.id == draft.receiver.id) {
        faults.push_back(refuse("SAME_PARTY", "/receiver", draft.receiver.id.text));
    }
    const auto& division = draft.producer.division;
    if (!draft.producer.id.empty() && !is_prefecture(division.substr(0, 4))) {
        faults.push_back(refuse("DIVISION_UNKNOWN", "/producer/division", division));
    }
    need(!draft.origin.empty(), "/origin", faults);
    need(!draft.destination.empty(), "/destination", faults);
    if (departing == Departing::ahead) {
        need(draft.planned_depart_at.has_value(), "/planned_depart_at", faults);
        need(draft.planned_arrive_at.has_value(), "/planned_arrive_at", faults);
        for (std::size_t i = 0; i < draft.legs.size(); ++i) leg_faults(draft, i, faults);
    }
    need(!draft.lines.empty(), "/lines", faults);
    for (std::size_t i = 0; i < draft.lines.size(); ++i) line_faults(draft, i, faults);
    return faults;
}

std::optional<NumberSeries> number_series(const Manifest& draft, std::optional<Instant> departure) {
    const auto prefecture = draft.producer.division.substr(0, 4);
    if (!departure) departure = draft.planned_depart_at;
    if (!departure || !is_prefecture(prefecture)) return std::nullopt;
    const auto in_china = std::chrono::floor<std::chrono::days>(*departure + china_standard_time);
    const std::chrono::year_month_day day{in_china};
    return NumberSeries{static_cast<int>(day.year()), prefecture};
}

}  // namespace liuhen::manifest
