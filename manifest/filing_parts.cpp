// Legs and containers of a form.
#include "manifest/filing_parts.hpp"

#include <set>

namespace liuhen::manifest {

void leg_faults(const Filing& filing, Refusals& faults) {
    Sheet whole{"", faults};
    if (filing.legs.size() > max_legs) {
        whole.add("FIELD_RANGE", "legs", std::to_string(filing.legs.size()));
        return;
    }
    for (std::size_t i = 0; i < filing.legs.size(); ++i) {
        const auto& leg = filing.legs[i];
        Sheet form{"/legs/" + std::to_string(i), faults};
        form.text("start", leg.start, 1, 100);
        form.text("end", leg.end, 1, 100);
        for (std::size_t k = 0; k < leg.via.size(); ++k) {
            form.text("via/" + std::to_string(k), leg.via[k], 1, 100);
        }
        const bool hazardous = filing.kind == Kind::hazardous || filing.kind == Kind::medical;
        if (leg.mode == Mode::ship && hazardous) form.add("SEA_TRANSPORT", "mode");
        if (leg.handover_place && !is_on_earth(*leg.handover_place)) {
            form.add("FIELD_RANGE", "handover_place");
        }
    }
}

void container_faults(const Filing& filing, Refusals& faults) {
    if (filing.containers.size() > max_containers) {
        Sheet{"", faults}.add("FIELD_RANGE", "containers",
                              std::to_string(filing.containers.size()));
        return;
    }
    std::set<std::string_view> seen, tags, seals;
    for (std::size_t i = 0; i < filing.containers.size(); ++i) {
        const auto& one = filing.containers[i];
        Sheet form{"/containers/" + std::to_string(i), faults};
        form.text("code", one.code, 1, 64);
        form.text("tag_id", one.tag_id, 1, 128);
        form.text("seal_no", one.seal_no, 1, 32);
        if (one.code.empty()) form.add("FIELD_REQUIRED", "code");
        if (!seen.insert(one.code).second) form.add("CONTAINER_DUPLICATE", "code", one.code);
        if (!one.tag_id.empty() && !tags.insert(one.tag_id).second)
            form.add("CONTAINER_DUPLICATE", "tag_id", one.tag_id);
        if (!one.seal_no.empty() && !seals.insert(one.seal_no).second)
            form.add("SEAL_DUPLICATE", "seal_no", one.seal_no);
        if (one.line_no < 1 || one.line_no > filing.lines.size()) {
            form.add("LINE_UNKNOWN", "line_no", std::to_string(one.line_no));
        }
        if (one.gross_g && one.tare_g && *one.gross_g < *one.tare_g) {
            form.add("WEIGHT_INVALID", "gross_g", std::to_string(one.gross_g->value));
        }
    }
}

}  // namespace liuhen::manifest
