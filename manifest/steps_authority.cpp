// What becomes true when an authority acts, and when sealed fields are corrected.
#include "manifest/revision.hpp"
#include "manifest/step_parts.hpp"
#include "manifest/steps.hpp"
#include "manifest/weights.hpp"

namespace liuhen::manifest::steps {
namespace {

/// Sent and received may have moved: the difference is judged anew.
void judge_difference(Manifest& next, Instant at) {
    if (next.state == State::discrepancy) return;
    next.overlays.difference.reset();
    const auto found = deviation_of(next);
    if (!found || (!found->worth_a_warning && !found->significant)) return;
    next.overlays.difference =
        Mark{at, found->significant ? "SIGNIFICANT_DIFFERENCE" : "WEIGHT_DIFFERENCE"};
}

}  // namespace

void hold(Decision& decision, const Case& c) {
    const auto& order = body<HoldOrder>(c);
    auto& next = decision.next;
    next.hold = Hold{.order_no = order.order_no,
                     .reason = order.reason,
                     .since = c.request.at,
                     .until = *order.until,
                     .role = c.request.by.role,
                     .division = c.request.by.division,
                     .user = c.request.by.user};
    next.overlays.held = Mark{c.request.at, order.order_no};
    sign(next, c.request);
}

void release(Decision& decision, const Case& c) {
    decision.next.hold.reset();
    decision.next.overlays.held.reset();
    sign(decision.next, c.request);
}

void seize(Decision& decision, const Case& c) {
    auto& next = decision.next;
    next.case_no = body<Seizure>(c).case_no;
    next.hold.reset();
    next.overlays.held.reset();
    next.revision.reset();
    next.overlays.revision_pending.reset();
    next.closed_at = c.request.at;
    sign(next, c.request);
}

void request_revision(Decision& decision, const Case& c) {
    const auto& given = body<RevisionRequest>(c);
    auto& next = decision.next;
    const auto revised = with_changes(c.manifest, c.request.by, given.changes);
    Revision revision{.author = c.request.by.role,
                      .party = c.request.by.party,
                      .user = c.request.by.user,
                      .at = c.request.at,
                      .reason = given.reason,
                      .due = c.facts.dues.revision,
                      .changes = changes_between(c.manifest, *revised),
                      .awaited = counterparts_of(c.manifest, c.request.by.party)};
    next.overlays.revision_pending = Mark{c.request.at, given.reason};
    next.revision = std::move(revision);
    sign(next, c.request);
}

void answer_revision(Decision& decision, const Case& c) {
    auto& next = decision.next;
    const auto revision = *next.revision;
    sign(next, c.request);
    if (c.request.event == Event::approve_revision) {
        std::erase(next.revision->awaited, c.request.by.party);
        if (!next.revision->awaited.empty()) return;
        for (const auto& change : revision.changes) {
            write_field(next, change.pointer, change.after);
        }
        judge_difference(next, c.request.at);
        decision.effects.push_back({EffectKind::correct_quantities});
        decision.effects.push_back({EffectKind::outbox_national});
    }
    next.revision.reset();
    next.overlays.revision_pending.reset();
}

}  // namespace liuhen::manifest::steps
