#include "manifest/filing.hpp"

#include "manifest/codes.hpp"

#include <algorithm>
#include <array>

namespace liuhen::manifest {
namespace {

/// Collects faults under a pointer prefix.
struct Sheet {
    std::string prefix;
    Refusals& faults;

    void add(std::string_view code, std::string_view field, std::string_view value = {}) {
        faults.push_back(refuse(code, prefix + "/" + std::string{field}, value));
    }
    void text(std::string_view field, std::string_view value, std::size_t least, std::size_t most) {
        if (value.empty()) return;
        const auto length = text_length(value);
        const bool blank = value.find_first_not_of(' ') == std::string_view::npos;
        if (!length || blank || *length < least || *length > most)
            add("FIELD_LENGTH", field, value);
    }
    void form(std::string_view field, std::string_view value, bool (*fits)(std::string_view)) {
        if (!value.empty() && !fits(value)) add("FIELD_FORMAT", field, value);
    }
};

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

void line_faults(Kind kind, const WasteLine& line, std::size_t index, Refusals& faults) {
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
    form.text("method_planned", line.method_planned, 1, 20);
    form.text("note", line.note, 1, 500);
    form.form("un_no", line.un_no, is_un_no);
    form.form("dg_class", line.dg_class, is_dg_class);
    form.form("packing_group", line.packing_group, is_packing_group);
    if (line.container_count && *line.container_count > 9999) {
        form.add("FIELD_RANGE", "container_count", std::to_string(*line.container_count));
    }
    if (line.planned_g && (line.planned_g->value <= 0 || *line.planned_g > max_load)) {
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
    const bool both = !filing.producer.empty() && !filing.receiver.empty();
    if (both && filing.producer == filing.receiver) {
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
    if (filing.lines.size() > max_lines) {
        form.add("FIELD_RANGE", "lines", std::to_string(filing.lines.size()));
        return faults;  // a hundred thousand lines do not become a hundred thousand faults
    }
    Grams planned;
    for (std::size_t i = 0; i < filing.lines.size(); ++i) {
        line_faults(filing.kind, filing.lines[i], i, faults);
        const auto one = filing.lines[i].planned_g.value_or(Grams{});
        if (one.value > 0 && one <= max_load) planned = planned + one;
    }
    if (planned > max_load) form.add("OVERLOAD", "lines", std::to_string(planned.value));
    return faults;
}

Refusals directory_faults(const Filing& filing, const Directory& directory) {
    Refusals faults;
    Sheet form{"", faults};
    const auto party = [&](const PartyId& id, const std::optional<Party>& found, auto field) {
        if (!id.empty() && !found) form.add("UNKNOWN_PARTY", field, id.text);
    };
    party(filing.producer, directory.producer, "producer");
    party(filing.carrier, directory.carrier, "carrier");
    party(filing.receiver, directory.receiver, "receiver");
    place_faults(filing.origin, directory.origin, filing.producer, "origin", form);
    place_faults(filing.destination, directory.destination, filing.receiver, "destination", form);
    return faults;
}

Manifest with_filing(Manifest draft, const Filing& filing, const Directory& directory) {
    draft.kind = filing.kind;
    draft.producer = directory.producer.value_or(Party{});
    draft.receiver = filing.receiver.empty() ? Party{} : directory.receiver.value_or(Party{});
    draft.consignor = filing.consignor.empty() ? draft.producer.id : filing.consignor;
    draft.origin = filing.origin;
    draft.destination = filing.destination;
    draft.contract_no = filing.contract_no;
    draft.planned_depart_at = filing.planned_depart_at;
    draft.planned_arrive_at = filing.planned_arrive_at;
    draft.legs.clear();
    if (!filing.carrier.empty() && directory.carrier) {
        Leg leg;
        leg.leg_no = 1;
        leg.carrier = *directory.carrier;
        draft.legs.push_back(std::move(leg));
    }
    draft.lines = filing.lines;
    for (std::size_t i = 0; i < draft.lines.size(); ++i) {
        auto& line = draft.lines[i];
        line.line_no = static_cast<std::uint8_t>(i + 1);
        if (const auto code = normal_waste_code(line.code)) {
            line.code = *code;
            line.category = category_of(*code);
        }
        line.sent_g = line.received_g = line.accepted_g = std::nullopt;
        line.containers_received = std::nullopt;
        line.method_done.clear();
        line.allocated = false;
    }
    return draft;
}

}  // namespace liuhen::manifest
