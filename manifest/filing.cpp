#include "manifest/filing.hpp"

#include "manifest/codes.hpp"
#include "manifest/filing_parts.hpp"
#include "manifest/load_limits.hpp"

#include <algorithm>
#include <array>

namespace liuhen::manifest {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_un_no(std::string_view text) {  // UN?\d{4}
    if (text.starts_with("UN")) text.remove_prefix(2);
    return text.size() == 4 && std::ranges::all_of(text, is_digit);
}
bool is_dg_class(std::string_view text) {  // [1-9](\.\d)?
    const bool whole = !text.empty() && text[0] >= '1' && text[0] <= '9';
    return whole && (text.size() == 1 || (text.size() == 3 && text[1] == '.' && is_digit(text[2])));
}
bool is_packing_group(std::string_view text) {
    return text == "I" || text == "II" || text == "III";
}

void waste_code_faults(Kind kind, const WasteLine& line, Sheet& form) {
    if (line.code.empty()) return;
    const auto hazardous = normal_waste_code(line.code);
    const bool wants_hazardous = kind == Kind::hazardous || kind == Kind::medical;
    const bool general_fits = !wants_hazardous && general_waste_class(line.code).has_value();
    const bool hazardous_fits = hazardous && (wants_hazardous || kind == Kind::pipe);
    if (!general_fits && !hazardous_fits) {
        form.add("CODE_FORMAT", "code", line.code);
    } else if (hazardous_fits && !line.category.empty() &&
               line.category != category_of(*hazardous)) {
        form.add("CODE_CATEGORY_MISMATCH", "category", line.category);
    }
}

void hazard_faults(const WasteLine& line, Sheet& form) {
    constexpr std::array<std::string_view, 5> known{"T", "C", "I", "R", "In"};
    for (std::size_t i = 0; i < line.hazards.size(); ++i) {
        const auto& one = line.hazards[i];
        const auto here = line.hazards.begin() + static_cast<std::ptrdiff_t>(i);
        const bool repeated = std::find(line.hazards.begin(), here, one) != here;
        if (repeated || std::ranges::find(known, one) == known.end()) {
            form.add("HAZARD_UNKNOWN", "hazards/" + std::to_string(i), one);
        }
    }
}

void one_line_faults(Kind kind, const WasteLine& line, std::size_t index, Grams most,
                     Refusals& faults) {
    Sheet form{"/lines/" + std::to_string(index), faults};
    if (line.line_no != 0 && line.line_no != index + 1) {
        form.add("LINE_NUMBERS", "line_no", std::to_string(line.line_no));
    }
    form.text("waste_name", line.waste_name, 1, 100);
    waste_code_faults(kind, line, form);
    hazard_faults(line, form);
    form.text("components", line.components, 1, 200);
    form.text("taboos", line.taboos, 1, 500);
    form.text("exempt_rule", line.exempt_rule, 1, 40);
    form.text("package_note", line.package_note, 1, 100);
    form.text("ledger_batch_out", line.ledger_batch_out, 1, 40);
    form.text("ledger_batch_in", line.ledger_batch_in, 1, 40);
    form.text("method_planned", line.method_planned, 1, 20);
    form.text("note", line.note, 1, 500);
    form.form("un_no", line.un_no, is_un_no);
    form.form("dg_class", line.dg_class, is_dg_class);
    form.form("packing_group", line.packing_group, is_packing_group);
    if (line.container_count && *line.container_count > 9999) {
        form.add("FIELD_RANGE", "container_count", std::to_string(*line.container_count));
    }
    if (line.planned_g && (line.planned_g->value <= 0 || *line.planned_g > most)) {
        form.add("FIELD_RANGE", "planned_g", std::to_string(line.planned_g->value));
    }
}

void place_faults(const SiteId& site, const std::optional<Place>& found, const PartyId& owner,
                  std::string_view field, Sheet& form) {
    if (site.empty()) return;
    if (!found) {
        form.add("UNKNOWN_SITE", field, site.text);
    } else if (!found->owner.empty() && !owner.empty() && found->owner != owner) {
        form.add("SITE_OWNER", field, site.text);
    }
}

}  // namespace

bool is_hazardous(Kind kind, std::string_view waste_code) {
    return kind == Kind::hazardous || kind == Kind::medical ||
           (kind == Kind::pipe && normal_waste_code(waste_code));
}

Refusals form_faults(const Filing& filing) {
    Refusals faults;
    Sheet form{"", faults};
    form.text("contract_no", filing.contract_no, 1, 60);
    form.text("carriage_contract_no", filing.carriage_contract_no, 1, 60);
    form.text("provincial_no", filing.provincial_no, 1, 32);
    const bool both = !filing.producer.empty() && !filing.receiver.empty();
    if (both && filing.producer == filing.receiver && filing.relation != Relation::return_) {
        form.add("SAME_PARTY", "receiver", filing.receiver.text);
    }
    if (!filing.consignor.empty() && filing.consignor != filing.producer &&
        filing.consignor != filing.receiver) {
        form.add("CONSIGNOR_INVALID", "consignor", filing.consignor.text);
    }
    if (filing.planned_depart_at && filing.planned_arrive_at) {
        const auto span = *filing.planned_arrive_at - *filing.planned_depart_at;
        if (span <= Duration{0}) form.add("TIME_ORDER", "planned_arrive_at");
        if (span > max_span) form.add("SPAN_TOO_LONG", "planned_arrive_at");
    }
    leg_faults(filing, faults);
    auto more = line_faults(filing.kind, filing.lines, load_limit(filing));
    faults.insert(faults.end(), more.begin(), more.end());
    if (filing.lines.size() <= max_lines) container_faults(filing, faults);
    return faults;
}

Refusals line_faults(Kind kind, const std::vector<WasteLine>& lines, Grams most) {
    Refusals faults;
    Sheet form{"", faults};
    if (lines.size() > max_lines) {
        form.add("FIELD_RANGE", "lines", std::to_string(lines.size()));
        return faults;  // a hundred thousand lines do not become a hundred thousand faults
    }
    Grams planned;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        one_line_faults(kind, lines[i], i, most, faults);
        const auto one = lines[i].planned_g.value_or(Grams{});
        if (one.value > 0 && one <= most) planned = planned + one;
    }
    if (planned > most) form.add("OVERLOAD", "lines", std::to_string(planned.value));
    return faults;
}

Refusals directory_faults(const Filing& filing, const Directory& directory) {
    Refusals faults;
    Sheet form{"", faults};
    const auto party = [&](const PartyId& id, const std::optional<Party>& found,
                           std::string_view field) {
        if (!id.empty() && !found) form.add("UNKNOWN_PARTY", field, id.text);
        const bool closed = std::ranges::find(directory.closed, id) != directory.closed.end();
        if (found && closed) form.add("PARTY_CLOSED", field, id.text);
    };
    party(filing.producer, directory.producer, "producer");
    for (std::size_t i = 0; i < filing.legs.size(); ++i) {
        const auto field = i == 0 && filing.legs.size() == 1
                               ? std::string{"carrier"}
                               : "legs/" + std::to_string(i) + "/carrier";
        party(filing.legs[i].carrier,
              i < directory.carriers.size() ? directory.carriers[i] : std::nullopt, field);
    }
    party(filing.receiver, directory.receiver, "receiver");
    // What was refused stands at the receiver that refused it, and may go back to its producer.
    const bool refused = filing.relation && *filing.relation != Relation::regroup;
    if (!refused) place_faults(filing.origin, directory.origin, filing.producer, "origin", form);
    if (refused && !filing.origin.empty() && !directory.origin) {
        form.add("UNKNOWN_SITE", "origin", filing.origin.text);
    }
    place_faults(filing.destination, directory.destination, filing.receiver, "destination", form);
    return faults;
}

}  // namespace liuhen::manifest
