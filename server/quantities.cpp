#include "server/quantities.hpp"

#include "manifest/children.hpp"
#include "manifest/filing.hpp"
#include "manifest/weights.hpp"
#include "server/store/quotas.hpp"

#include <algorithm>

namespace liuhen::server {
namespace {

using namespace manifest;

constexpr std::chrono::days licence_warning{30};  ///< project

/// A manifest as it would be, and which of its weights are to be reserved.
struct Prospect {
    Manifest manifest;
    LineMeasure by;
};

// Own waste that comes back draws on no plan and needs no licence.
bool comes_back(const Manifest& manifest) {
    return manifest.parent && manifest.parent->relation == Relation::return_ &&
           manifest.receiver.id == manifest.producer.id;
}

std::optional<Prospect> as_drafted(const Manifest& current, const Request&, const Facts&) {
    if (comes_back(current)) return std::nullopt;
    return Prospect{current, planned};
}

std::optional<Prospect> as_amended(const Manifest& current, const Request& request,
                                   const Facts& facts) {
    const auto* filing = std::get_if<Filing>(&request.body);
    if (filing == nullptr) return std::nullopt;
    Filing whole = *filing;
    if (whole.producer.empty()) whole.producer = current.producer.id;
    return Prospect{with_filing(current, whole, facts.directory), planned};
}

// The weights that the producer is about to sign; a body that its guards refuse is not judged.
std::optional<Prospect> as_loaded(const Manifest& current, const Request& request, const Facts&) {
    const auto* load = std::get_if<Loading>(&request.body);
    if (load == nullptr || request.by.role != Role::producer) return std::nullopt;
    if (comes_back(current)) return std::nullopt;
    if (!load->gross_g || !load->tare_g || *load->gross_g <= *load->tare_g) return std::nullopt;
    Prospect prospect{current, sent};
    auto& lines = prospect.manifest.lines;
    std::vector<Grams> basis;
    for (const auto& line : lines) basis.push_back(line.planned_g.value_or(Grams{1}));
    const auto shares = share_out(*load->gross_g - *load->tare_g, basis);
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i].sent_g = shares[i];
    for (const auto& one : load->lines) {
        const auto line = std::ranges::find(lines, one.line_no, &WasteLine::line_no);
        if (line != lines.end()) line->sent_g = one.weight;
    }
    return prospect;
}

// The child that a redirection would make, on the rows of its new receiver.
std::optional<Prospect> as_redirected(const Manifest& current, const Request& request,
                                      const Facts& facts) {
    if (!std::holds_alternative<Redirection>(request.body)) return std::nullopt;
    return Prospect{redirected(current, request, facts), sent};
}

// What the paper says was sent, on the day it says.
std::optional<Prospect> as_on_paper(const Manifest& current, const Request& request, const Facts&) {
    const auto* paper = std::get_if<BackfillForm>(&request.body);
    if (paper == nullptr) return std::nullopt;
    Prospect prospect{current, sent};
    if (paper->departed_at) prospect.manifest.planned_depart_at = paper->departed_at;
    for (auto& line : prospect.manifest.lines) {
        const auto split = std::ranges::find(paper->lines, line.line_no, &LineSplit::line_no);
        const auto said = std::ranges::find(paper->sent, line.line_no, &LineWeight::line_no);
        if (said != paper->sent.end()) {
            line.sent_g = said->weight;
        } else if (split != paper->lines.end()) {
            line.sent_g = split->accepted_g.value_or(Grams{}) + split->refused_g.value_or(Grams{});
        }
    }
    return prospect;
}

struct ProspectRow {
    Event event;
    std::optional<Prospect> (*look_ahead)(const Manifest&, const Request&, const Facts&);
};
constexpr ProspectRow prospects[] = {{Event::submit, as_drafted},
                                     {Event::amend, as_amended},
                                     {Event::load_sign, as_loaded},
                                     {Event::redirect, as_redirected},
                                     {Event::submit_backfill, as_on_paper}};

// T20: the method said to be used in place of the planned one must be the receiver's to use.
void judge_method(pqxx::transaction_base& db, const Manifest& current, const Request& request,
                  Facts& facts) {
    const auto* verdict = std::get_if<Verdict>(&request.body);
    if (verdict == nullptr || verdict->method_done.empty()) return;
    for (const auto& line : current.lines) {
        if (!is_hazardous(current.kind, line.code) || line.method_planned == verdict->method_done)
            continue;
        if (!store::licence_covers(db, current, line.code, verdict->method_done)) {
            facts.checks.method_in_licence =
                Check::failed("LICENCE_SCOPE", "/method_done", verdict->method_done);
            return;
        }
    }
}

void add_findings(Refusals& refusals, const Check& check) {
    if (check.outcome != Check::Outcome::failed) return;
    for (const auto& one : check.findings)
        refusals.push_back(refuse(one.code, one.pointer, one.value));
}

/// A decision that has been stored, and what was allotted to it beforehand.
struct Stored {
    pqxx::transaction_base& db;
    const Manifest& manifest;
    const std::optional<Manifest>& child;
    const Request& request;
    const std::optional<Allotment>& allotment;

    void hold(const std::vector<Holding>& holdings) const {
        store::hold_quantities(db, manifest, request.event, request.at, holdings);
    }
};

Refusals as_allotted(const Stored& s) {
    if (s.allotment) s.hold(s.allotment->holdings);
    return {};
}

Refusals nothing_more(const Stored& s) {
    s.hold({});
    return {};
}

// What the parent held is free; the child holds on its own receiver's rows.
Refusals passed_on(const Stored& s) {
    s.hold({});
    if (s.child && s.allotment) {
        store::hold_quantities(s.db, *s.child, s.request.event, s.request.at,
                               s.allotment->holdings);
    }
    return {};
}

Refusals what_was_kept(const Stored& s) {
    s.hold(kept_by_receiver(store::quantities_held(s.db, s.manifest.id), s.manifest));
    return {};
}

// By what was sent where that is known, else by what is planned. Once the receiver has decided,
// what was sent stays as it was recorded.
Refusals anew(const Stored& s) {
    constexpr EnumSet<State> undecided{State::submitted,  State::carrier_assigned, State::loaded,
                                       State::in_transit, State::handover_pending, State::arrived};
    if (!undecided.has(s.manifest.state)) return {};
    if (store::quantities_held(s.db, s.manifest.id).empty()) return {};
    Manifest weighed = s.manifest;
    for (auto& line : weighed.lines) line.sent_g = line.sent_g ? line.sent_g : line.planned_g;
    const auto allotment = store::allot_quantities(s.db, weighed, sent);
    Refusals refusals;
    for (const auto* check : {&allotment.plan, &allotment.licence, &allotment.approval})
        add_findings(refusals, *check);
    if (refusals.empty()) s.hold(allotment.holdings);
    return refusals;
}

struct FollowerRow {
    Event event;
    Refusals (*follow)(const Stored&);
};
constexpr FollowerRow followers[] = {
    {Event::submit, as_allotted},
    {Event::amend, as_allotted},
    {Event::load_sign, as_allotted},
    {Event::unload, anew},
    {Event::approve_revision, anew},
    {Event::void_, nothing_more},
    {Event::confirm_return, nothing_more},
    {Event::redirect, passed_on},
    {Event::submit_backfill, as_allotted},
    {Event::return_backfill, nothing_more},
    {Event::settle_remainder, what_was_kept},
};

}  // namespace

std::optional<Allotment> judge_quantities(pqxx::transaction_base& db, const Manifest& current,
                                          const Request& request, Facts& facts) {
    judge_method(db, current, request, facts);
    for (const ProspectRow& row : prospects) {
        if (row.event != request.event) continue;
        const auto prospect = row.look_ahead(current, request, facts);
        if (!prospect) return std::nullopt;
        auto allotment = store::allot_quantities(db, prospect->manifest, prospect->by);
        facts.checks.plan = allotment.plan;
        facts.checks.licence = allotment.licence;
        facts.checks.approval = allotment.approval;
        const auto& ends = allotment.licence_ends;
        if (ends && *ends < *planned_day(prospect->manifest) + licence_warning)
            facts.remarks.push_back({"LICENCE_ENDS_SOON", "/receiver", ""});
        return allotment;
    }
    return std::nullopt;
}

void name_papers(Decision& decision, const std::optional<Allotment>& allotment) {
    if (!allotment) return;
    Manifest& drawing = decision.child ? *decision.child : decision.next;
    if (!allotment->plan_id.empty()) drawing.plan_id = allotment->plan_id;
    if (!allotment->approval_id.empty()) drawing.approval_id = allotment->approval_id;
}

Refusals follow_quantities(pqxx::transaction_base& db, const Decision& decision,
                           const Request& request, const std::optional<Allotment>& allotment) {
    const auto row = std::ranges::find(followers, request.event, &FollowerRow::event);
    if (row == std::ranges::end(followers)) return {};
    return row->follow({db, decision.next, decision.child, request, allotment});
}

}  // namespace liuhen::server
