// What becomes true when a manifest is filed, amended, voided or entered from paper.
#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/guards.hpp"
#include "manifest/step_parts.hpp"
#include "manifest/steps.hpp"

namespace liuhen::manifest::steps {
namespace {

void warn_of_gaps(Decision& decision) {
    for (auto& one : submission_warnings(decision.next)) {
        decision.warnings.push_back(std::move(one));
    }
}

bool national_answer_wanted(const Case& c) {
    return c.facts.checks.national_answer.outcome != Check::Outcome::not_required;
}

Filing as_caller(const Case& c) {
    Filing filing = body<Filing>(c);
    if (filing.producer.empty()) filing.producer = c.request.by.party;
    return filing;
}

/// What every manifest with a number says of itself.
void number(Decision& decision, const Case& c) {
    auto& next = decision.next;
    if (next.no.empty()) next.no = c.facts.next_no;
    next.flow = flow_of(next);
    next.directory_version = c.facts.waste_list_edition;
    for (std::size_t i = 0; i < next.lines.size() && i < c.facts.list_names.size(); ++i) {
        next.lines[i].list_name = c.facts.list_names[i];
    }
    next.submitted_at = c.request.at;
    next.overlays.sync = national_answer_wanted(c) ? Sync::pending : Sync::not_needed;
    sign(next, c.request);
}

}  // namespace

void file(Decision& decision, const Case& c) {
    const Filing filing = as_caller(c);
    auto& next = decision.next;
    next = with_filing(std::move(next), filing, c.facts.directory);
    next.parent.reset();
    if (c.facts.parent && filing.relation) {
        next.parent = Link{c.facts.parent->id, c.facts.parent->no, *filing.relation};
    }
}

void discard(Decision& decision, const Case& c) { decision.next.discarded_at = c.request.at; }

void submit(Decision& decision, const Case& c) {
    number(decision, c);
    warn_of_gaps(decision);
}

void amend(Decision& decision, const Case& c) {
    auto& next = decision.next;
    next = with_filing(std::move(next), as_caller(c), c.facts.directory);
    next.carrier_refusal.reset();
    number(decision, c);
    warn_of_gaps(decision);
}

void void_(Decision& decision, const Case& c) {
    decision.next.void_reason = body<Explanation>(c).reason;
    decision.next.closed_at = c.request.at;
    sign(decision.next, c.request);
}

void submit_backfill(Decision& decision, const Case& c) {
    const auto& paper = body<BackfillForm>(c);
    auto& next = decision.next;
    next.origin_mode = paper.origin_mode;
    next.paper_no = paper.paper_no;
    next.backfill = Backfill{.version = next.version,
                             .paper_scan = paper.paper_scan,
                             .departed_at = *paper.departed_at,
                             .arrived_at = *paper.arrived_at,
                             .confirmed_by = {},
                             .returned = {}};
    auto& leg = running_leg(next);
    if (const auto plate = parse_plate(paper.plate)) leg.plate = plate->text;
    leg.driver = paper.driver;
    leg.loaded_at = leg.depart_at = paper.departed_at;
    leg.arrive_at = paper.arrived_at;
    for (const auto& said : paper.lines) {
        auto& line = line_of(next, said.line_no);
        line.accepted_g = said.accepted_g.value_or(Grams{});
        line.refused_g = said.refused_g.value_or(Grams{});
        line.received_g = *line.accepted_g + *line.refused_g;
        line.sent_g = line.received_g;
        line.method_done = line.method_planned;
        line.ledger_batch_in = said.ledger_batch_in;
    }
    for (const auto& said : paper.sent) line_of(next, said.line_no).sent_g = said.weight;
    number(decision, c);
    if (c.facts.dues.backfill && *c.facts.dues.backfill < c.facts.now) {
        next.overlays.late_backfill = Mark{*c.facts.dues.backfill, "LATE_BACKFILL"};
        decision.warnings.push_back(warn("LATE_BACKFILL", "/arrived_at"));
    }
}

void confirm_backfill(Decision& decision, const Case& c) {
    auto& next = decision.next;
    auto& done = next.backfill->confirmed_by;
    done.push_back(c.request.by.party);
    sign(next, c.request);
    if (c.facts.track_contradicts) {
        decision.warnings.push_back(warn("BACKFILL_TRACK_CONFLICT", "/legs/0"));
        decision.effects.push_back({EffectKind::raise_backfill_conflict});
    }
    const auto has = [&done](const PartyId& party) {
        return std::ranges::find(done, party) != done.end();
    };
    const bool both = has(next.receiver.id) && has(running_leg(next).carrier.id);
    next.state = both ? State::completed : State::backfill_pending;
    if (both) next.accepted_at = next.closed_at = c.request.at;
}

void return_backfill(Decision& decision, const Case& c) {
    auto& next = decision.next;
    next.backfill->returned = body<Explanation>(c).reason.text;
    next.backfill->confirmed_by.clear();
    sign(next, c.request);
}

}  // namespace liuhen::manifest::steps
