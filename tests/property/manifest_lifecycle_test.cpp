// Whatever is asked in whatever order: what decide() lets pass keeps the manifest's promises.
#include "manifest/fields.hpp"
#include "manifest/lifecycle.hpp"
#include "manifest/weights.hpp"
#include "tests/unit/manifest/ways.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <cstdlib>
#include <set>

using namespace liuhen;
using namespace liuhen::test;

namespace {

bool one_in(int n) { return *rc::gen::inRange(0, n) == 0; }
Grams some(std::int64_t least, std::int64_t most) {
    return Grams{*rc::gen::inRange<std::int64_t>(least, most + 1)};
}

std::vector<LineSplit> divided(const Manifest& m) {
    std::vector<LineSplit> split;
    for (const auto& line : m.lines) {
        const auto arrived = line.received_g.value_or(line.sent_g.value_or(Grams{}));
        const auto back = some(0, arrived.value);
        const auto slip = one_in(6) ? some(0, 600) : Grams{};
        split.push_back({line.line_no, arrived - back + slip, back, {}, {}});
    }
    return split;
}

Filing any_filing() {
    auto filing = good_filing();
    for (int more = *rc::gen::inRange(0, 4); more > 0; --more) {
        filing.legs.emplace_back();
        filing.legs.back().carrier = carrier_of(filing.legs.size() - 1).id;
    }
    if (one_in(2)) {
        filing.lines.push_back(paint_line());
        for (auto& line : filing.lines) line.planned_g = Grams{5'000'000};
    }
    return filing;
}
WeighIn any_weighing() {
    auto reading = good_weigh_in();
    if (one_in(3)) reading.gross_g = some(9'000'000, 20'000'000);
    return reading;
}
DifferenceDeclared any_difference(const Manifest& m) {
    DifferenceDeclared said{{}, one_in(2), {}};
    if (said.wants_part) said.lines = divided(m);
    if (said.lines.empty()) said.lines = {{1, {}, {}, {}, {}}};
    for (auto& line : said.lines) {
        line.kinds = {DifferenceKind::quantity};
        line.text = "the drums leak";
    }
    return said;
}
RevisionRequest any_revision(const Manifest& m) {
    const auto fields = fields_of(m);
    RevisionRequest asked{"a slip of the pen", {}};
    for (int n = *rc::gen::inRange(1, 3); n > 0; --n) {
        const auto pointer = (*rc::gen::elementOf(fields)).pointer;
        asked.changes.push_back({pointer, {}, std::to_string(some(0, 12'000'000).value)});
    }
    if (one_in(2)) asked.changes = {{"/lines/0/sent_g", {}, "9995000"}};
    if (one_in(3)) asked.changes = {{"/lines/0/waste_name", {}, "paint cans"}};
    return asked;
}
BackfillForm any_paper(const Manifest& m) {
    auto paper = Way::paper();
    paper.lines.clear();
    for (const auto& line : m.lines) {
        paper.lines.push_back({line.line_no, some(1, 5'000'000), some(0, 1'000'000), {}, {}});
    }
    return paper;
}

/// What the event is usually asked with.
Body plausible(Event event, const Manifest& m) {
    switch (event) {
        case Event::create:
        case Event::edit:
        case Event::amend:
            return any_filing();
        case Event::submit:
            return Submission{};
        case Event::carrier_accept:
        case Event::swap_vehicle:
            return good_acceptance();
        case Event::carrier_refuse:
        case Event::handover_refuse:
        case Event::void_:
        case Event::return_backfill:
            return coded_reason;
        case Event::load_sign:
            return m.weigh_out ? Loading{} : good_loading();
        case Event::unload:
            return Unloading{};
        case Event::depart:
            return Departure{};
        case Event::handover_out:
            return HandoverOut{};
        case Event::handover_in:
            return Way::taken_over();
        case Event::breakdown_swap:
            return BreakdownSwap{good_acceptance(), "the axle broke", LatLon{28, 119}};
        case Event::arrive:
            return Arrival{};
        case Event::weigh_in:
        case Event::confirm_return:
            return any_weighing();
        case Event::accept:
            return Verdict{};
        case Event::accept_with_difference:
            return any_difference(m);
        case Event::accept_part:
            return PartVerdict{divided(m), "a part is wet", {}};
        case Event::reject:
            return Rejection{{"WET", "the load is wet"}, Kept::relocked, {}};
        case Event::confirm_difference:
        case Event::confirm_backfill:
            return Confirmation{m.version};
        case Event::dispute:
            return Dispute{"the drums were sound", {"photo"}};
        case Event::rule:
            return Ruling{
                "the scale was right",
                *rc::gen::element(State::accepted, State::partially_accepted, State::rejected),
                divided(m),
                {}};
        case Event::start_return:
            return ReturnStart{{"back"}, {}};
        case Event::redirect:
            return Way::redirection();
        case Event::settle_remainder:
            return Settlement{{"20263311000007"}};
        case Event::submit_backfill:
            return any_paper(m);
        case Event::hold:
            return HoldOrder{"order 7", "a tip-off came in", eight + 240h};
        case Event::release:
            return Release{"nothing was found"};
        case Event::close_by_authority:
            return Seizure{"C-1", {}};
        case Event::request_revision:
            return any_revision(m);
        case Event::report_treatment:
            return TreatmentReport{{{1, some(1, 12'000'000), "R3", {}, {}, {}}}};
        default:
            return Closing{};
    }
}

std::vector<Actor> everybody() {
    std::vector<Actor> all{by_producer, by_carrier,   by_receiver,
                           by_system,   by_regulator, by_police};
    for (std::size_t leg = 0; leg < 4; ++leg) {
        all.push_back(driver_of(leg));
        all.push_back({Role::carrier, carrier_of(leg).id, "chen", {}});
    }
    return all;
}

constexpr EnumSet<Event> seldom{Event::edit,
                                Event::amend,
                                Event::discard,
                                Event::void_,
                                Event::hold,
                                Event::carrier_refuse,
                                Event::unassign,
                                Event::swap_vehicle,
                                Event::unload,
                                Event::handover_refuse,
                                Event::breakdown_swap,
                                Event::close_by_authority,
                                Event::request_revision,
                                Event::weigh_in,
                                Event::cancel_revision};

/// Mostly something that is offered to somebody; now and then anything by anybody.
Step next_step(const Manifest& m, Instant at) {
    std::vector<std::pair<Event, Actor>> offered;
    const bool rare = one_in(5);
    for (const auto& by : everybody()) {
        for (const auto event : allowed_events(m, by.role, by.party)) {
            const bool first_weighing = event == Event::weigh_in && !m.weigh_in;
            if (rare || first_weighing || !seldom.has(event)) offered.emplace_back(event, by);
        }
    }
    std::pair<Event, Actor> choice{
        static_cast<Event>(*rc::gen::inRange(0, static_cast<int>(Event::count_))),
        *rc::gen::elementOf(everybody())};
    if (!offered.empty() && !one_in(12)) choice = *rc::gen::elementOf(offered);
    Way way{m};
    way.at = at;
    auto step = way.step(choice.first, choice.second, plausible(choice.first, m));
    if (choice.first == Event::redirect) Way::elsewhere(step);
    step.facts.directory.carriers.clear();
    for (std::size_t leg = 0; leg < 5; ++leg) {
        step.facts.directory.carriers.emplace_back(carrier_of(leg));
    }
    step.facts.children = {{{"m7"},
                            "20263311000007",
                            Relation::return_,
                            State::submitted,
                            producer.id,
                            producer.id,
                            1,
                            Grams{},
                            m.no}};
    for (const auto& line : m.lines) {
        auto& load = step.facts.children[0].load;
        load = load + line.refused_g.value_or(Grams{});
    }
    if (one_in(8)) step.request.at += std::chrono::minutes{*rc::gen::inRange(-90, 8)};
    if (one_in(12)) step.facts.fleet.at_origin = false;
    if (one_in(12)) step.facts.fleet.locks[0].closed = false;
    return step;
}

void hold_weights(const Manifest& next) {
    for (const auto& line : next.lines) {
        const auto kept = line.accepted_g;
        RC_ASSERT(line.treated_g.value_or(Grams{}) <= kept.value_or(Grams{}));
        if (!kept || !line.received_g) continue;
        const auto off = *kept + line.refused_g.value_or(Grams{}) - *line.received_g;
        RC_ASSERT(std::abs(off.value) <= 500);
    }
    if (next.state == State::partially_accepted)
        RC_ASSERT(total(next, &WasteLine::refused_g)->value > 0);
    if (next.weigh_out) RC_ASSERT(next.weigh_out->net().value > 0);
}

void hold_legs(const Manifest& next) {
    constexpr EnumSet<State> on_paper{State::draft, State::submitted, State::voided,
                                      State::backfill_pending, State::completed};
    for (std::size_t i = 0; i < next.legs.size(); ++i) {
        const auto& leg = next.legs[i];
        RC_ASSERT(leg.leg_no == i + 1);
        RC_ASSERT(leg.vehicle.empty() || leg.assigned_at.has_value());
        // RC_ASSERT looks at both sides of an "or".
        const bool in_order = !leg.arrive_at || !leg.depart_at || *leg.depart_at <= *leg.arrive_at;
        RC_ASSERT(in_order);
    }
    if (!on_paper.has(next.state)) RC_ASSERT(!current_leg(next)->vehicle.empty());
    if (next.state == State::submitted) RC_ASSERT(current_leg(next)->vehicle.empty());
}

void hold_promises(const Manifest& was, const Decision& decision, const Step& step) {
    const auto& next = decision.next;
    RC_ASSERT(next.version == was.version + 1);
    RC_ASSERT(next.id == was.id);
    RC_ASSERT(was.no.empty() || next.no == was.no);
    RC_ASSERT(step.request.at <= step.facts.now + 5min || next.state == State::draft);
    for (std::size_t i = 1; i < next.signatures.size(); ++i) {
        RC_ASSERT(next.signatures[i - 1].at <= next.signatures[i].at);
    }
    constexpr EnumSet<Event> under_hold{Event::arrive, Event::weigh_in, Event::rule, Event::release,
                                        Event::close_by_authority};
    RC_ASSERT(!was.hold || under_hold.has(step.request.event));
    RC_ASSERT(next.hold.has_value() == next.overlays.held.has_value());
    RC_ASSERT(next.revision.has_value() == next.overlays.revision_pending.has_value());
    RC_ASSERT(!is_final(next.state) || next.state == State::completed || !next.revision);
    hold_weights(next);
    hold_legs(next);
    if (decision.child) {
        RC_ASSERT(total(*decision.child, &WasteLine::sent_g) == total(was, &WasteLine::refused_g));
    }
}

/// What is offered is not illegal or forbidden, and what is taken was offered.
void hold_offers(const Manifest& was, const Step& step, const Result<Decision, Refusals>& answer) {
    const auto& by = step.request.by;
    const auto offers = allowed_events(was, by.role, by.party);
    const bool offered = std::ranges::find(offers, step.request.event) != offers.end();
    if (answer) {
        RC_ASSERT(offered);
        return;
    }
    RC_ASSERT(!answer.error().empty());
    const auto kind = answer.error().front().kind;
    using enum RefusalKind;
    if (!offered) RC_ASSERT(kind == illegal_state || kind == forbidden || kind == held);
    RC_ASSERT(!offered || kind != held);
}

}  // namespace

TEST_CASE("no sequence of requests breaks a manifest's promises") {
    std::set<State> reached;
    std::set<std::string_view> taken;
    CHECK(rc::check([&] {
        Manifest manifest;
        for (int walk = 0; walk < 3; ++walk) {
            manifest = {};
            manifest.id = {"m1"};
            Instant at = eight;
            for (int i = 0; i < 40; ++i, at += 20min) {
                const auto step = next_step(manifest, at);
                const auto decision = decide(manifest, step.request, step.facts);
                hold_offers(manifest, step, decision);
                if (!decision) continue;
                hold_promises(manifest, *decision, step);
                manifest = decision->next;
                reached.insert(manifest.state);
                taken.insert(decision->row);
            }
        }
        RC_TAG(std::string{code(manifest.state)});
    }));
    // Three hundred walks seldom miss one or two; the rarest are walked one by one elsewhere.
    CHECK(reached.size() >= 15);  // of 18
    CHECK(taken.size() >= 30);    // of 40
}
