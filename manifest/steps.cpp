#include "manifest/steps.hpp"

#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/guards.hpp"
#include "manifest/weights.hpp"

#include <algorithm>
#include <cassert>

namespace liuhen::manifest::steps {
namespace {

/// A person vouches for this version; the service itself signs nothing.
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

/// The body, which its guard has already found to be there.
template <class Expected>
const Expected& body(const Case& c) {
    return std::get<Expected>(c.request.body);
}

WasteLine& line_of(Manifest& next, std::uint8_t line_no) {
    return *std::ranges::find(next.lines, line_no, &WasteLine::line_no);
}

/// Shares `whole` over the lines in proportion to `basis`, which every line has.
void share_over_lines(Manifest& next, Grams whole, std::optional<Grams> WasteLine::*basis,
                      std::optional<Grams> WasteLine::*target) {
    std::vector<Grams> parts;
    for (const auto& line : next.lines) parts.push_back((line.*basis).value_or(Grams{1}));
    const auto shares = share_out(whole, parts);
    for (std::size_t i = 0; i < shares.size(); ++i) next.lines[i].*target = shares[i];
}

void warn_without_contact(Decision& decision, const Party& party, const char* pointer) {
    if (party.address.empty() || party.contact.empty() || party.phone.empty()) {
        decision.warnings.push_back(warn("CONTACT_MISSING", pointer));
    }
}

}  // namespace

void file(Decision& decision, const Case& c) {
    Filing filing = body<Filing>(c);
    if (filing.producer.empty()) filing.producer = c.request.by.party;
    decision.next = with_filing(std::move(decision.next), filing, c.facts.directory);
}

void submit(Decision& decision, const Case& c) {
    auto& next = decision.next;
    next.no = c.facts.next_no;
    next.submitted_at = c.request.at;
    const bool national = c.facts.checks.national_answer.outcome != Check::Outcome::not_required;
    next.overlays.sync = national ? Sync::pending : Sync::not_needed;
    sign(next, c.request);
    warn_without_contact(decision, next.producer, "/producer");
    warn_without_contact(decision, next.receiver, "/receiver");
}

void assign(Decision& decision, const Case& c) {
    const auto& given = body<Acceptance>(c);
    const auto& fleet = c.facts.fleet;
    auto& leg = running_leg(decision.next);
    leg.vehicle = given.vehicle;
    leg.plate = fleet.plate;
    leg.plate_colour = fleet.plate_colour;
    leg.driver = given.driver;
    leg.escort = given.escort;
    leg.terminal = given.terminal;
    leg.locks = given.locks;
    leg.route = given.route;
    leg.waybill_no = given.waybill_no;
    leg.assigned_at = c.request.at;
    sign(decision.next, c.request);
    if (!fleet.last_heard || c.facts.now - *fleet.last_heard > guards::terminal_patience) {
        decision.warnings.push_back(warn("TERMINAL_SILENT", "/terminal"));
    }
}

void sign_load(Decision& decision, const Case& c) {
    const auto& load = body<Loading>(c);
    auto& next = decision.next;
    auto& leg = running_leg(next);
    leg.seal_nos.insert(leg.seal_nos.end(), load.seal_nos.begin(), load.seal_nos.end());
    sign(next, c.request);
    if (!guards::seen_at_origin(c.facts)) {
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
                              .floor_g = truck_scale_floor};
    if (load.lines.empty()) {
        share_over_lines(next, next.weigh_out->net(), &WasteLine::planned_g, &WasteLine::sent_g);
    }
    for (const auto& one : load.lines) {
        auto& line = line_of(next, one.line_no);
        line.sent_g = one.weight;
        if (one.containers) line.container_count = one.containers;
    }
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
    if (route.empty()) decision.warnings.push_back(warn("ROUTE_MISSING", "/route"));
}

void arrive(Decision& decision, const Case& c) {
    running_leg(decision.next).arrive_at = c.request.at;
    sign(decision.next, c.request);
}

void weigh_in(Decision& decision, const Case& c) {
    const auto& given = body<WeighIn>(c);
    auto& next = decision.next;
    next.weigh_in = Weighing{.gross_g = *given.gross_g,
                             .tare_g = *given.tare_g,
                             .at = c.request.at,
                             .scale = given.scale,
                             .user = c.request.by.user,
                             .manual_reason = {},
                             .floor_g = given.scale_floor_g.value_or(truck_scale_floor)};
    if (given.lines.empty()) {
        share_over_lines(next, given.share_g.value_or(next.weigh_in->net()), &WasteLine::sent_g,
                         &WasteLine::received_g);
    }
    for (const auto& one : given.lines) {
        auto& line = line_of(next, one.line_no);
        line.received_g = one.weight;
        line.containers_received = one.containers;
    }
    const bool shared = given.share_g || (given.lines.empty() && next.lines.size() > 1);
    for (auto& line : next.lines) line.allocated = shared;

    next.overlays.difference.reset();
    const auto found = deviation_of(next);
    if (!found || (!found->worth_a_warning && !found->significant)) return;
    const auto* said = found->significant ? "SIGNIFICANT_DIFFERENCE" : "WEIGHT_DIFFERENCE";
    next.overlays.difference = Mark{c.request.at, said};
    decision.warnings.push_back(warn(said, "/lines"));
}

void accept(Decision& decision, const Case& c) {
    const auto& verdict = body<Verdict>(c);
    auto& next = decision.next;
    for (auto& line : next.lines) {
        line.accepted_g = line.received_g;
        line.method_done = verdict.method_done.empty() ? line.method_planned : verdict.method_done;
    }
    for (const auto& one : verdict.lines) line_of(next, one.line_no).accepted_g = one.weight;
    next.accepted_at = c.request.at;
    sign(next, c.request);
    if (c.facts.receipt_due && *c.facts.receipt_due < c.facts.now) {
        next.overlays.receipt_overdue = Mark{*c.facts.receipt_due, "RECEIPT_OVERDUE"};
        decision.warnings.push_back(warn("RECEIPT_OVERDUE", "/at"));
    }
}

void close(Decision& decision, const Case& c) {
    decision.next.closed_at = c.request.at;
    sign(decision.next, c.request);
}

}  // namespace liuhen::manifest::steps
