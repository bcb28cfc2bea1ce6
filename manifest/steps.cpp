#include "manifest/steps.hpp"

#include "manifest/codes.hpp"
#include "manifest/guards.hpp"
#include "manifest/load_limits.hpp"
#include "manifest/step_parts.hpp"

#include <cassert>

namespace liuhen::manifest::steps {

void sign(Manifest& next, const Request& request) {
    const auto& by = request.by;
    if (by.role == Role::system) return;
    next.signatures.push_back({.event = std::string{code(request.event)},
                               .role = by.role,
                               .party = by.party,
                               .user = by.user,
                               .at = request.at,
                               .version = next.version});
}

Leg& running_leg(Manifest& next) {
    const Leg* leg = current_leg(next);
    assert(leg != nullptr);  // submit saw to it
    return next.legs[static_cast<std::size_t>(leg - next.legs.data())];
}

void man(Leg& leg, const Acceptance& given, const Case& c) {
    const auto& fleet = c.facts.fleet;
    leg.vehicle = given.vehicle;
    leg.plate = fleet.plate;
    leg.plate_colour = fleet.plate_colour;
    leg.trailer_plate = given.trailer_plate;
    leg.vehicle_permit_no = given.vehicle_permit_no;
    leg.driver = given.driver;
    leg.escort = given.escort;
    leg.terminal = given.terminal;
    leg.locks = given.locks;
    leg.route = given.route;
    leg.waybill_no = given.waybill_no;
    leg.assigned_at = c.request.at;
}

namespace {

void warn_of_silence(Decision& decision, const Case& c) {
    if (!by_vehicle(running_leg(decision.next))) return;
    const auto& heard = c.facts.fleet.last_heard;
    if (heard && c.facts.now - *heard <= guards::terminal_patience) return;
    decision.warnings.push_back(warn("TERMINAL_SILENT", "/terminal"));
}

/// The load goes over to another vehicle, under way: the leg before ends, this one is loaded.
void take_over(Leg& leg, Leg& before, const Case& c, const std::string& cause) {
    before.arrive_at = c.request.at;
    before.end_cause = cause;
    man(leg, *guards::acceptance_of(c), c);
    leg.loaded_at = leg.depart_at = c.request.at;
    leg.seal_nos = before.seal_nos;
}

}  // namespace

void assign(Decision& decision, const Case& c) {
    man(running_leg(decision.next), body<Acceptance>(c), c);
    sign(decision.next, c.request);
    warn_of_silence(decision, c);
}

void refuse_carriage(Decision& decision, const Case& c) {
    auto& next = decision.next;
    next.carrier_refusal = body<Explanation>(c).reason;
    running_leg(next).carrier = Party{};
    sign(next, c.request);
}

void unassign(Decision& decision, const Case& c) {
    auto& leg = running_leg(decision.next);
    Leg bare;
    bare.leg_no = leg.leg_no;
    bare.carrier = leg.carrier;
    bare.mode = leg.mode;
    bare.start = leg.start;
    bare.end = leg.end;
    bare.via = leg.via;
    bare.handover_place = leg.handover_place;
    bare.planned_handover_at = leg.planned_handover_at;
    leg = std::move(bare);
    sign(decision.next, c.request);
}

void sign_load(Decision& decision, const Case& c) {
    const auto& load = body<Loading>(c);
    auto& next = decision.next;
    auto& leg = running_leg(next);
    leg.seal_nos.insert(leg.seal_nos.end(), load.seal_nos.begin(), load.seal_nos.end());
    sign(next, c.request);
    if (by_vehicle(leg) && !guards::seen_at_origin(c.facts)) {
        decision.warnings.push_back(warn("VEHICLE_NOT_HERE", "/manual_reason"));
        decision.effects.push_back({EffectKind::raise_loaded_elsewhere});
    }
    if (c.request.by.role == Role::driver) {
        leg.loaded_at = c.request.at;
        return;
    }
    next.state = State::carrier_assigned;  // the driver's signature is still to come
    next.weigh_out = Weighing{.gross_g = *load.gross_g,
                              .tare_g = *load.tare_g,
                              .at = c.request.at,
                              .scale = load.scale,
                              .user = c.request.by.user,
                              .manual_reason = load.manual_reason,
                              .floor_g = truck_scale_floor,
                              .plate_read = {},
                              .source = {},
                              .photos = {}};
    if (load.lines.empty()) {
        share_over_lines(next, next.weigh_out->net(), &WasteLine::planned_g, &WasteLine::sent_g);
    }
    for (const auto& one : load.lines) {
        auto& line = line_of(next, one.line_no);
        line.sent_g = one.weight;
        if (one.containers) line.container_count = one.containers;
    }
}

void unload(Decision& decision, const Case& c) {
    auto& next = decision.next;
    const bool agreed = guards::unload_asked_by(next).has_value();
    const bool driver_has_signed = c.manifest.state == State::loaded;
    sign(next, c.request);
    if (!agreed && driver_has_signed) {  // the other side is still to agree
        next.state = State::loaded;
        return;
    }
    auto& leg = running_leg(next);
    leg.loaded_at.reset();
    leg.seal_nos.clear();
    next.weigh_out.reset();
    for (auto& line : next.lines) line.sent_g.reset();
    if (driver_has_signed) decision.effects.push_back({EffectKind::disarm_watch});
}

void depart(Decision& decision, const Case& c) {
    const auto route = guards::route_of(c);
    auto& leg = running_leg(decision.next);
    leg.route = route;
    leg.depart_at = c.request.at;
    if (const auto* said = std::get_if<Departure>(&c.request.body)) {
        leg.zone_pass_no = said->zone_pass_no;
    }
    sign(decision.next, c.request);
    if (route.empty() && by_vehicle(leg))
        decision.warnings.push_back(warn("ROUTE_MISSING", "/route"));
}

void hand_out(Decision& decision, const Case& c) {
    const auto& given = body<HandoverOut>(c);
    auto& leg = running_leg(decision.next);
    leg.handed_out_at = c.request.at;
    leg.handed_out_point = given.point;
    leg.handed_out_g = given.weight_g;
    leg.handed_out_files = given.files;
    sign(decision.next, c.request);
}

void hand_in(Decision& decision, const Case& c) {
    auto& next = decision.next;
    auto& before = running_leg(next);
    auto& leg = next.legs[static_cast<std::size_t>(next_leg(next) - next.legs.data())];
    take_over(leg, before, c, "HANDOVER");
    sign(next, c.request);
    warn_of_silence(decision, c);
}

void refuse_handover(Decision& decision, const Case& c) {
    auto& leg = running_leg(decision.next);
    leg.handed_out_at.reset();
    leg.handed_out_point.reset();
    leg.handed_out_g.reset();
    leg.handed_out_files.clear();
    sign(decision.next, c.request);
}

void swap_on_the_way(Decision& decision, const Case& c) {
    const auto& given = body<BreakdownSwap>(c);
    auto& next = decision.next;
    const auto broken = static_cast<std::ptrdiff_t>(current_leg(next) - next.legs.data());
    Leg spare = next.legs[static_cast<std::size_t>(broken)];
    next.legs.insert(next.legs.begin() + broken + 1, std::move(spare));
    for (std::size_t i = 0; i < next.legs.size(); ++i) {
        next.legs[i].leg_no = static_cast<std::uint8_t>(i + 1);
    }
    auto& before = next.legs[static_cast<std::size_t>(broken)];
    auto& onward = next.legs[static_cast<std::size_t>(broken) + 1];
    const auto route = before.route;
    before.handed_out_point = given.point;
    before.handover_place.reset();  // the spare goes there in its place
    before.planned_handover_at.reset();
    take_over(onward, before, c, "BREAKDOWN: " + given.reason);
    if (onward.route.empty()) onward.route = route;
    sign(next, c.request);
    warn_of_silence(decision, c);
}

}  // namespace liuhen::manifest::steps
