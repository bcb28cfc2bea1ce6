// The draft that a form makes, and the form that a manifest was made of.
#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/load_limits.hpp"

namespace liuhen::manifest {
namespace {

std::vector<Leg> filed_legs(const Filing& filing, const Directory& directory) {
    std::vector<Leg> legs;
    for (std::size_t i = 0; i < filing.legs.size() && i < directory.carriers.size(); ++i) {
        const auto& filed = filing.legs[i];
        if (filed.carrier.empty() || !directory.carriers[i]) continue;
        Leg leg;
        leg.leg_no = static_cast<std::uint8_t>(legs.size() + 1);
        leg.carrier = *directory.carriers[i];
        leg.mode = mode_of(filing.kind, filed.mode);
        leg.start = filed.start;
        leg.end = filed.end;
        leg.via = filed.via;
        leg.handover_place = filed.handover_place;
        leg.planned_handover_at = filed.planned_handover_at;
        legs.push_back(std::move(leg));
    }
    return legs;
}

// Only what a filing says of a line; weights and findings belong to later events.
WasteLine filed_line(WasteLine line, std::size_t index) {
    line.line_no = static_cast<std::uint8_t>(index + 1);
    if (const auto code = normal_waste_code(line.code)) {
        line.code = *code;
        line.category = category_of(*code);
    }
    line.sent_g = line.received_g = line.accepted_g = line.refused_g = line.treated_g =
        std::nullopt;
    line.containers_received = std::nullopt;
    line.method_done.clear();
    line.list_name.clear();
    line.differences.clear();
    line.difference_text.clear();
    line.ledger_batch_in.clear();
    line.allocated = false;
    return line;
}

}  // namespace

Manifest with_filing(Manifest draft, const Filing& filing, const Directory& directory) {
    draft.kind = filing.kind;
    draft.producer = directory.producer.value_or(Party{});
    draft.receiver = filing.receiver.empty() ? Party{} : directory.receiver.value_or(Party{});
    draft.consignor = filing.consignor.empty() ? draft.producer.id : filing.consignor;
    draft.origin = filing.origin;
    draft.destination = filing.destination;
    draft.contract_no = filing.contract_no;
    draft.carriage_contract_no = filing.carriage_contract_no;
    draft.provincial_no = filing.provincial_no;
    draft.plan_id = filing.plan_id;
    draft.approval_id = filing.approval_id;
    draft.planned_depart_at = filing.planned_depart_at;
    draft.planned_arrive_at = filing.planned_arrive_at;
    draft.legs = filed_legs(filing, directory);
    draft.lines.clear();
    for (std::size_t i = 0; i < filing.lines.size(); ++i) {
        draft.lines.push_back(filed_line(filing.lines[i], i));
    }
    draft.containers = filing.containers;
    return draft;
}

Filing filing_of(const Manifest& manifest) {
    Filing filing;
    filing.kind = manifest.kind;
    filing.producer = manifest.producer.id;
    filing.receiver = manifest.receiver.id;
    filing.consignor = manifest.consignor;
    filing.origin = manifest.origin;
    filing.destination = manifest.destination;
    filing.contract_no = manifest.contract_no;
    filing.carriage_contract_no = manifest.carriage_contract_no;
    filing.provincial_no = manifest.provincial_no;
    filing.plan_id = manifest.plan_id;
    filing.approval_id = manifest.approval_id;
    if (manifest.parent) {
        filing.parent_no = manifest.parent->no;
        filing.relation = manifest.parent->relation;
    }
    filing.planned_depart_at = manifest.planned_depart_at;
    filing.planned_arrive_at = manifest.planned_arrive_at;
    filing.lines = manifest.lines;
    filing.containers = manifest.containers;
    for (const Leg& leg : manifest.legs) {
        filing.legs.push_back({leg.carrier.id, leg.mode, leg.start, leg.end, leg.via,
                               leg.handover_place, leg.planned_handover_at});
    }
    return filing;
}

}  // namespace liuhen::manifest
