// What becomes true when a load is weighed, judged, sent back or sent on.
#include "manifest/children.hpp"
#include "manifest/codes.hpp"
#include "manifest/guards.hpp"
#include "manifest/splits.hpp"
#include "manifest/step_parts.hpp"
#include "manifest/steps.hpp"

namespace liuhen::manifest::steps {
namespace {

/// Every decision on the load is the receiver's answer within the five working days.
void decide_receipt(Decision& decision, const Case& c) {
    auto& next = decision.next;
    next.accepted_at = c.request.at;
    sign(next, c.request);
    if (c.facts.dues.receipt && *c.facts.dues.receipt < c.facts.now) {
        next.overlays.receipt_overdue = Mark{*c.facts.dues.receipt, "RECEIPT_OVERDUE"};
        decision.warnings.push_back(warn("RECEIPT_OVERDUE", "/at"));
    }
}

/// The register knows the scale better than the one who types.
Grams floor_of(const WeighIn& given, const Case& c) {
    return c.facts.scale_floor_g.value_or(given.scale_floor_g.value_or(truck_scale_floor));
}

Weighing weighing_of(const WeighIn& given, const Case& c) {
    return {.gross_g = *given.gross_g,
            .tare_g = *given.tare_g,
            .at = c.request.at,
            .scale = given.scale,
            .user = c.request.by.user,
            .manual_reason = given.manual_reason,
            .floor_g = floor_of(given, c),
            .plate_read = given.plate_read,
            .source = given.source,
            .photos = given.photos};
}

/// A camera may stand behind the truck and read the trailer's plate.
void compare_plate(Decision& decision, const std::string& read) {
    if (read.empty()) return;
    std::string capitals = read;
    for (char& c : capitals) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const auto plate = parse_plate(capitals);
    const Leg& leg = running_leg(decision.next);
    if (plate && (plate->text == leg.plate || plate->text == leg.trailer_plate)) return;
    decision.warnings.push_back(warn("SCALE_PLATE_MISMATCH", "/plate_read"));
}

void treat_by(Manifest& next, const std::string& method) {
    for (auto& line : next.lines) {
        line.method_done = method.empty() ? line.method_planned : method;
    }
}

}  // namespace

void arrive(Decision& decision, const Case& c) {
    if (next_leg(decision.next) != nullptr) {
        decision.warnings.push_back(warn("LEG_SKIPPED", "/legs"));
    }
    running_leg(decision.next).arrive_at = c.request.at;
    sign(decision.next, c.request);
}

void weigh_in(Decision& decision, const Case& c) {
    const auto& given = body<WeighIn>(c);
    auto& next = decision.next;
    next.weigh_in = weighing_of(given, c);
    compare_plate(decision, given.plate_read);
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
    for (auto& line : next.lines) line.accepted_g = line.received_g;
    for (const auto& one : verdict.lines) {
        auto& line = line_of(next, one.line_no);
        line.accepted_g = one.weight;
        if (one.containers) line.containers_received = one.containers;
        if (!one.ledger_batch_in.empty()) line.ledger_batch_in = one.ledger_batch_in;
    }
    treat_by(next, verdict.method_done);
    decide_receipt(decision, c);
}

void declare_difference(Decision& decision, const Case& c) {
    const auto& given = body<DifferenceDeclared>(c);
    auto& next = decision.next;
    apply_split(next, given.lines, given.wants_part ? Share::part : Share::nothing);
    treat_by(next, {});
    next.discrepancy = Discrepancy{.version = next.version,
                                   .at = c.request.at,
                                   .wants_part = given.wants_part,
                                   .reason = given.reason,
                                   .disputed = {},
                                   .dispute_files = {},
                                   .ruling = {}};
    if (!next.overlays.difference) {
        next.overlays.difference = Mark{c.request.at, "DIFFERENCE_DECLARED"};
    }
    decide_receipt(decision, c);
}

void accept_part(Decision& decision, const Case& c) {
    const auto& given = body<PartVerdict>(c);
    auto& next = decision.next;
    apply_split(next, given.lines, Share::part);
    treat_by(next, given.method_done);
    next.rejection = Reason{{}, given.reason};
    decide_receipt(decision, c);
}

void reject(Decision& decision, const Case& c) {
    const auto& given = body<Rejection>(c);
    auto& next = decision.next;
    apply_split(next, given.lines, Share::everything);
    next.rejection = given.reason;
    next.kept = given.kept;
    decide_receipt(decision, c);
}

void confirm_difference(Decision& decision, const Case& c) {
    auto& next = decision.next;
    next.state = next.discrepancy->wants_part ? State::partially_accepted : State::accepted;
    next.overlays.difference.reset();
    sign(next, c.request);
}

void dispute(Decision& decision, const Case& c) {
    const auto& given = body<Dispute>(c);
    auto& next = decision.next;
    next.discrepancy->disputed = given.reason;
    next.discrepancy->dispute_files = given.files;
    sign(next, c.request);
}

void rule(Decision& decision, const Case& c) {
    const auto& given = body<Ruling>(c);
    auto& next = decision.next;
    next.state = given.outcome;
    next.discrepancy->ruling = given.finding;
    if (!given.case_no.empty()) next.case_no = given.case_no;
    switch (given.outcome) {
        case State::partially_accepted:
            apply_split(next, given.lines.empty() ? declared_split(next) : given.lines,
                        Share::part);
            break;
        case State::rejected:
            apply_split(next, {}, Share::everything);
            next.rejection = Reason{{}, given.finding};
            for (auto& line : next.lines) line.method_done.clear();
            break;
        default:
            apply_split(next, {}, Share::nothing);
    }
    if (given.outcome != State::rejected) {
        decision.effects.push_back({EffectKind::add_to_stock});
    }
    next.overlays.difference.reset();
    sign(next, c.request);
}

void start_return(Decision& decision, const Case& c) {
    const auto& given = body<ReturnStart>(c);
    auto& next = decision.next;
    Leg back = running_leg(next);
    back.leg_no = static_cast<std::uint8_t>(next.legs.size() + 1);
    back.returning = true;
    back.start = next.receiver.name;
    back.end = next.producer.name;
    back.via.clear();
    back.route = given.route;
    back.assigned_at = back.loaded_at = back.depart_at = c.request.at;
    back.arrive_at = back.handed_out_at = back.planned_handover_at = std::nullopt;
    back.handover_place = back.handed_out_point = std::nullopt;
    back.handed_out_g = std::nullopt;
    back.handed_out_files.clear();
    back.end_cause.clear();
    next.legs.push_back(std::move(back));
    if (given.planned_arrive_at) next.planned_arrive_at = given.planned_arrive_at;
    sign(next, c.request);
}

void confirm_return(Decision& decision, const Case& c) {
    const auto& given = body<WeighIn>(c);
    auto& next = decision.next;
    running_leg(next).arrive_at = c.request.at;
    next.weigh_return = weighing_of(given, c);
    compare_plate(decision, given.plate_read);
    next.closed_at = c.request.at;
    sign(next, c.request);
    const auto sent = total(next, &WasteLine::sent_g).value_or(Grams{});
    if (sent.value <= 0) return;
    const Grams back = given.share_g.value_or(next.weigh_return->net());
    const auto found = deviation({sent, {}}, {back, {}}, next.weigh_return->floor_g);
    if (!found.worth_a_warning && !found.significant) return;
    const auto* said = found.significant ? "SIGNIFICANT_DIFFERENCE" : "WEIGHT_DIFFERENCE";
    next.overlays.difference = Mark{c.request.at, said};
    decision.warnings.push_back(warn(said, "/weigh_return"));
}

void redirect(Decision& decision, const Case& c) {
    auto& next = decision.next;
    decision.child = redirected(c.manifest, c.request, c.facts);
    next.children.push_back({decision.child->id, decision.child->no, Relation::redirect});
    next.closed_at = c.request.at;
    sign(next, c.request);
}

void settle_remainder(Decision& decision, const Case& c) {
    auto& next = decision.next;
    for (const auto& no : body<Settlement>(c).children) {
        const auto child = std::ranges::find(c.facts.children, no, &Relative::no);
        next.children.push_back({child->id, child->no, child->relation});
    }
    next.closed_at = c.request.at;
    sign(next, c.request);
}

void close(Decision& decision, const Case& c) {
    decision.next.closed_at = c.request.at;
    sign(decision.next, c.request);
}

void report_treatment(Decision& decision, const Case& c) {
    auto& next = decision.next;
    for (Treatment one : body<TreatmentReport>(c).lines) {
        if (one.at == Instant{}) one.at = c.request.at;
        one.user = c.request.by.user;
        auto& line = line_of(next, one.line_no);
        if (one.method.empty()) one.method = line.method_done;
        line.treated_g = line.treated_g.value_or(Grams{}) + one.weight;
        next.treatments.push_back(std::move(one));
    }
    sign(next, c.request);
}

}  // namespace liuhen::manifest::steps
