#include "manifest/children.hpp"

#include "manifest/filing.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

Leg onward_leg(const Manifest& parent, const Request& request, const RouteId& route) {
    Leg leg = *current_leg(parent);
    leg.leg_no = 1;
    leg.start = parent.receiver.name;
    leg.end.clear();
    leg.via.clear();
    leg.route = route;
    leg.loaded_at = request.at;
    leg.depart_at = leg.arrive_at = leg.handed_out_at = leg.planned_handover_at = std::nullopt;
    leg.handover_place = leg.handed_out_point = std::nullopt;
    leg.handed_out_g = std::nullopt;
    leg.handed_out_files.clear();
    leg.end_cause.clear();
    return leg;
}

// The load on the truck is the one that producer and driver signed for; the redirection is new.
std::vector<Signature> kept_signatures(const Manifest& parent, const Request& request) {
    std::vector<Signature> kept;
    for (const auto& one : parent.signatures) {
        if (one.event != code(Event::load_sign)) continue;
        std::erase_if(kept, [&one](const Signature& older) { return older.role == one.role; });
        kept.push_back(one);
    }
    kept.push_back({.event = std::string{code(request.event)},
                    .role = request.by.role,
                    .party = request.by.party,
                    .user = request.by.user,
                    .at = request.at,
                    .version = 1});
    return kept;
}

}  // namespace

bool takes_back_own(const Manifest& manifest) {
    return manifest.parent && manifest.parent->relation == Relation::return_ &&
           manifest.producer.id == manifest.receiver.id;
}

std::vector<WasteLine> refused_lines(const Manifest& parent) {
    std::vector<WasteLine> lines;
    for (const auto& one : parent.lines) {
        if (one.refused_g.value_or(Grams{}).value <= 0) continue;
        WasteLine line = one;
        line.line_no = static_cast<std::uint8_t>(lines.size() + 1);
        line.planned_g = line.sent_g = one.refused_g;
        line.received_g = line.accepted_g = line.refused_g = line.treated_g = std::nullopt;
        line.containers_received = std::nullopt;
        line.differences.clear();
        line.difference_text.clear();
        line.method_done.clear();
        line.ledger_batch_in.clear();
        line.allocated = false;
        lines.push_back(std::move(line));
    }
    return lines;
}

namespace {

/// Drums of the lines that go on, under the lines' new numbers.
std::vector<Container> refused_containers(const Manifest& parent) {
    std::vector<std::uint8_t> renumbered(max_lines + 1);
    std::uint8_t lines = 0;
    for (const auto& line : parent.lines) {
        if (line.refused_g.value_or(Grams{}).value > 0) renumbered.at(line.line_no) = ++lines;
    }
    std::vector<Container> containers;
    for (Container one : parent.containers) {
        one.line_no = renumbered.at(one.line_no);
        if (one.line_no != 0) containers.push_back(std::move(one));
    }
    return containers;
}

}  // namespace

Manifest redirected(const Manifest& parent, const Request& request, const Facts& facts) {
    const auto& asked = std::get<Redirection>(request.body);
    Manifest child;
    child.id = facts.child;
    child.no = facts.next_no;
    child.version = 1;
    child.kind = parent.kind;
    child.state = State::loaded;
    child.parent = Link{parent.id, parent.no, Relation::redirect};
    child.producer = parent.producer;
    child.receiver = facts.directory.receiver.value_or(Party{});
    child.flow = flow_of(child);
    child.consignor = parent.producer.id;
    child.origin = parent.destination;
    child.destination = asked.destination;
    child.contract_no = asked.contract_no;
    child.carriage_contract_no = parent.carriage_contract_no;
    child.plan_id = asked.plan_id.empty() ? parent.plan_id : asked.plan_id;
    child.approval_id = asked.approval_id;
    child.directory_version =
        facts.waste_list_edition.empty() ? parent.directory_version : facts.waste_list_edition;
    child.planned_depart_at = request.at;
    child.planned_arrive_at = asked.planned_arrive_at;
    Manifest told = parent;  // the methods are named by the lines that the caller sees
    for (const auto& [line_no, method] : asked.methods) {
        const auto line = std::ranges::find(told.lines, line_no, &WasteLine::line_no);
        if (line != told.lines.end()) line->method_planned = method;
    }
    child.lines = refused_lines(told);
    child.containers = refused_containers(parent);
    if (current_leg(parent) != nullptr) {
        child.legs.push_back(onward_leg(parent, request, asked.route));
    }
    child.weigh_out = parent.weigh_in ? parent.weigh_in : parent.weigh_out;
    child.signatures = kept_signatures(parent, request);
    child.submitted_at = request.at;
    child.overlays.sync =
        parent.overlays.sync == Sync::not_needed ? Sync::not_needed : Sync::pending;
    return child;
}

}  // namespace liuhen::manifest
