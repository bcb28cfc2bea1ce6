// Rows T18 to T26: arrival, the decision, and the quarrel over it.
#include "manifest/limits.hpp"
#include "manifest/weights.hpp"
#include "tests/unit/manifest/ways.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using enum RefusalKind;

namespace {

Faults parting(PartVerdict verdict) {
    return faults(Way{}.weighed().ask(Event::accept_part, by_receiver, std::move(verdict)));
}
PartVerdict part(std::int64_t kept, std::int64_t back) {
    return {{Way::split(1, kept, back)}, "a ton is wet", {}};
}
Faults declaring(DifferenceDeclared said) {
    return faults(Way{}.weighed().ask(Event::accept_with_difference, by_receiver, std::move(said)));
}

}  // namespace

TEST_CASE("T18: only the receiver named takes the truck in, and once") {
    const auto way = Way{}.departed();
    const Actor other{Role::receiver, {"other"}, "x", {}};
    CHECK(faults(way.ask(Event::arrive, other, Arrival{})) ==
          Faults{{"NOT_NAMED_RECEIVER", "", forbidden}});
    auto there = way;
    const auto decision = there.go(Event::arrive, by_receiver, Arrival{});
    CHECK(effects(decision) == Effects{EffectKind::end_watch, EffectKind::start_receipt_clock,
                                       EffectKind::notify_producer});
    CHECK(faults(there.ask(Event::arrive, by_receiver, Arrival{})) ==
          Faults{{"ILLEGAL_STATE", "", illegal_state}});
    CHECK(receipt_of(there.m) == there.m.legs[0].arrive_at);
}

TEST_CASE("T18: the receipt is known though a filed handover was left out") {
    Way way{2};
    way.departed();
    const auto decision = way.go(Event::arrive, by_receiver, Arrival{});
    CHECK(warns(decision, "LEG_SKIPPED"));
    CHECK(receipt_of(way.m) == way.at - 30min);
}

TEST_CASE("T20: a container that was not scanned in keeps the load from being accepted") {
    const auto way = Way{}.weighed();
    CHECK(faults(way.ask(Event::accept, by_receiver, Verdict{}, [](Step& s) {
              s.facts.checks.containers_received =
                  Check::failed("CONTAINER_MISSING", "/containers/3");
          })) == Faults{{"CONTAINER_MISSING", "/containers/3"}});
}

TEST_CASE("T19: a scale must be known, and ten minutes before the gate scan are forgiven") {
    const auto way = Way{}.arrived();
    const auto weigh = [&way](const Spoil& spoil) {
        return faults(way.ask(Event::weigh_in, by_receiver, good_weigh_in(), spoil));
    };
    const auto arrival = *way.m.legs[0].arrive_at;
    CHECK(weigh([&](Step& s) { s.request.at = arrival - 10min; }).empty());
    CHECK(weigh([&](Step& s) { s.request.at = arrival - 10min - 1ms; }) ==
          Faults{{"TIME_ORDER", "/at"}});
    CHECK(weigh([](Step& s) {
              s.facts.checks.scale = Check::failed("SCALE_UNKNOWN", "/scale_id");
          }) == Faults{{"SCALE_UNKNOWN", "/scale_id"}});
}

TEST_CASE("T20: acceptance comes after weighing, of what was weighed, late with a flag") {
    CHECK(faults(Way{}.arrived().ask(Event::accept, by_receiver, Verdict{})) ==
          Faults{{"WEIGH_FIRST", "", illegal_state}});
    const auto way = Way{}.weighed();
    const auto take = [&way](std::int64_t grams) {
        return faults(way.ask(Event::accept, by_receiver, Verdict{{{1, Grams{grams}, {}}}, ""}));
    };
    CHECK(take(9'990'500).empty());
    CHECK(take(9'989'500).empty());
    CHECK(take(9'990'501) == Faults{{"SPLIT_SUM", "/lines/0/accepted_g"}});
    CHECK(take(9'989'499) == Faults{{"SPLIT_SUM", "/lines/0/accepted_g"}});
    const auto decision = way.ask(Event::accept, by_receiver, Verdict{});
    CHECK(effects(*decision) == Effects{EffectKind::notify_producer, EffectKind::add_to_stock});
    const auto due = [&](Duration before_now) {
        return *way.ask(Event::accept, by_receiver, Verdict{},
                        [&](Step& s) { s.facts.dues.receipt = s.facts.now - before_now; });
    };
    CHECK_FALSE(due(0ms).next.overlays.receipt_overdue);
    CHECK(due(1ms).next.overlays.receipt_overdue);
    CHECK(warns(due(1ms), "RECEIPT_OVERDUE"));
}

TEST_CASE("T21: a difference has a kind and words of 5 to 1000 characters") {
    CHECK(declaring({{}, false, ""}) == Faults{{"DIFFERENCE_EMPTY", "/lines"}});
    auto said = Way::declared(false);
    said.lines[0].kinds.clear();
    CHECK(declaring(said) == Faults{{"DIFFERENCE_EMPTY", "/lines/0/kinds"}});
    for (const auto& [length, refused] :
         {std::pair{4U, true}, {5U, false}, {1000U, false}, {1001U, true}}) {
        said = Way::declared(false);
        said.lines[0].text = std::string(length, 'x');
        CHECK(declaring(said) ==
              (refused ? Faults{{"DIFFERENCE_EMPTY", "/lines/0/text"}} : Faults{}));
    }
    said = Way::declared(false);
    said.lines[0].line_no = 2;
    CHECK(declaring(said) == Faults{{"LINE_UNKNOWN", "/lines/0/line_no"}});
}

TEST_CASE("T21: a declaration refuses as much as the decision wanted says") {
    auto whole = Way::declared(true);
    whole.wants_part = false;
    CHECK(declaring(whole) == Faults{{"SPLIT_RANGE", "/lines"}});
    auto none = Way::declared(false);
    none.wants_part = true;
    CHECK(declaring(none) == Faults{{"SPLIT_RANGE", "/lines"}});
    CHECK(faults(Way{}.arrived().ask(Event::accept_with_difference, by_receiver,
                                     Way::declared(false))) ==
          Faults{{"WEIGH_FIRST", "", illegal_state}});
    auto way = Way{}.weighed();
    const auto decision = way.go(Event::accept_with_difference, by_receiver, Way::declared(true));
    CHECK(decision.next.state == State::discrepancy);
    CHECK(decision.next.discrepancy->version == decision.next.version);
    CHECK(effects(decision) == Effects{EffectKind::notify_producer, EffectKind::notify_authority});
}

TEST_CASE("T22: accepted and refused make up what arrived, within half a kilogram") {
    CHECK(parting(part(8'990'000, 1'000'000)).empty());
    CHECK(parting(part(8'990'500, 1'000'000)).empty());
    CHECK(parting(part(8'990'501, 1'000'000)) == Faults{{"SPLIT_SUM", "/lines/0"}});
    CHECK(parting(part(8'989'499, 1'000'000)) == Faults{{"SPLIT_SUM", "/lines/0"}});
    CHECK(parting(part(9'990'000, 0)) == Faults{{"SPLIT_RANGE", "/lines"}});
    CHECK(parting(part(0, 9'990'000)) == Faults{{"SPLIT_RANGE", "/lines"}});
    CHECK(parting({{}, "a ton is wet", {}}) == Faults{{"FIELD_REQUIRED", "/lines"}});
    CHECK(parting({part(8'990'000, 1'000'000).lines, "wet", {}}) ==
          Faults{{"REASON_REQUIRED", "/reason"}});
    CHECK(parting({{{1, {}, Grams{1}, {}, {}}}, "a gram is wet", {}}).empty());
    auto way = Way{}.weighed();
    auto verdict = part(8'990'000, 1'000'000);
    verdict.lines[0].ledger_batch_in = "HWRK20260301001";
    const auto decision = way.go(Event::accept_part, by_receiver, verdict);
    CHECK(decision.next.state == State::partially_accepted);
    CHECK(decision.next.lines[0].ledger_batch_in == "HWRK20260301001");
    CHECK(decision.next.lines[0].refused_g == Grams{1'000'000});
    CHECK(effects(decision) == Effects{EffectKind::notify_producer, EffectKind::notify_carrier,
                                       EffectKind::notify_authority, EffectKind::add_to_stock});
}

TEST_CASE("T23: a refusal is of everything, with a reason in code and words, locked or stored") {
    const Rejection good{{"WET", "the load is wet"}, Kept::relocked, {}};
    const auto refuse = [](Rejection said, const Spoil& spoil = {}) {
        return faults(Way{}.weighed().ask(Event::reject, by_receiver, std::move(said), spoil));
    };
    auto said = good;
    said.reason = {};
    CHECK(refuse(said) ==
          Faults{{"REASON_REQUIRED", "/reason"}, {"REASON_REQUIRED", "/reason/code"}});
    said = good;
    said.lines = {Way::split(1, 1, 9'989'999)};
    CHECK(refuse(said) == Faults{{"SPLIT_RANGE", "/lines/0/accepted_g"}});
    said.lines = {Way::split(1, 0, 9'000'000)};
    CHECK(refuse(said) == Faults{{"SPLIT_SUM", "/lines/0"}});
    const Spoil open = [](Step& s) { s.facts.fleet.locks[0].closed = false; };
    CHECK(refuse(good, open) == Faults{{"LOCK_NOT_CLOSED", "/legs/0/locks/0"}});
    said = good;
    said.kept = Kept::stored;
    CHECK(refuse(said, open).empty());
    auto way = Way{}.weighed();
    const auto decision = way.go(Event::reject, by_receiver, good);
    CHECK(decision.next.lines[0].refused_g == Grams{9'990'000});
    CHECK(decision.next.lines[0].accepted_g == Grams{0});
    CHECK(effects(decision) == Effects{EffectKind::notify_producer, EffectKind::notify_carrier,
                                       EffectKind::notify_authority,
                                       EffectKind::notify_origin_authority});
}

TEST_CASE("T24: the producer confirms the version it has read, and the weights stay") {
    for (const bool wants_part : {false, true}) {
        auto way = Way{}.disputed_over(wants_part);
        const auto version = way.m.version;
        CHECK(faults(way.ask(Event::confirm_difference, by_producer, Confirmation{version - 1})) ==
              Faults{{"STALE_VERSION", "/version", stale}});
        CHECK(faults(way.ask(Event::confirm_difference, by_producer, Confirmation{})) ==
              Faults{{"FIELD_REQUIRED", "/version"}});
        CHECK(way.ask(Event::confirm_difference, by_producer, Confirmation{},
                      [&](Step& s) { s.request.if_version = version; }));
        const auto sent = way.m.lines[0].sent_g;
        const auto decision = way.go(Event::confirm_difference, by_producer, Confirmation{version});
        CHECK(way.m.state == (wants_part ? State::partially_accepted : State::accepted));
        CHECK(way.m.lines[0].sent_g == sent);
        CHECK(way.m.lines[0].accepted_g == Grams{wants_part ? 8'990'000 : 9'990'000});
        CHECK(way.m.lines[0].refused_g == Grams{wants_part ? 1'000'000 : 0});
        CHECK_FALSE(way.m.overlays.difference);
        CHECK(has_effect(decision, EffectKind::add_to_stock));
    }
}

TEST_CASE("T25: a dispute has a reason and a file, and there is one of a version") {
    auto way = Way{}.disputed_over(true);
    CHECK(faults(way.ask(Event::dispute, by_producer, Dispute{"no", {}})) ==
          Faults{{"REASON_REQUIRED", "/reason"}, {"FILES_REQUIRED", "/files"}});
    const Dispute dispute{"the drums were sound", {"photo"}};
    const auto decision = way.go(Event::dispute, by_producer, dispute);
    CHECK(way.m.state == State::discrepancy);
    CHECK(effects(decision) == Effects{EffectKind::notify_receiver, EffectKind::notify_authority});
    CHECK(faults(way.ask(Event::dispute, by_producer, dispute)) ==
          Faults{{"ALREADY_DISPUTED", "", illegal_state}});
}

TEST_CASE("T26: the receiving place's department rules three ways, and no other department") {
    const auto way = [] {
        auto one = Way{}.disputed_over(true);
        one.on(Event::dispute, by_producer, Dispute{"the drums were sound", {"photo"}});
        return one;
    }();
    const Ruling good{"the scale was right", State::accepted, {}, "C-1"};
    const Actor other{Role::regulator, {}, "x", "3301"};
    CHECK(faults(way.ask(Event::rule, other, good)) == Faults{{"NOT_YOUR_AREA", "", forbidden}});
    CHECK(faults(way.ask(Event::rule, by_regulator, Ruling{"no", State::draft, {}, {}})) ==
          Faults{{"REASON_REQUIRED", "/finding"}, {"FIELD_RANGE", "/outcome"}});
    struct Outcome {
        State state;
        std::int64_t kept, back;
        bool stocked;
    };
    for (const auto& one : {Outcome{State::accepted, 9'990'000, 0, true},
                            {State::partially_accepted, 8'990'000, 1'000'000, true},
                            {State::rejected, 0, 9'990'000, false}}) {
        auto ruled = way;
        auto ruling = good;
        ruling.outcome = one.state;
        const auto decision = ruled.go(Event::rule, by_regulator, ruling);
        CHECK(ruled.m.state == one.state);
        CHECK(ruled.m.lines[0].accepted_g == Grams{one.kept});
        CHECK(ruled.m.lines[0].refused_g == Grams{one.back});
        CHECK(ruled.m.discrepancy->ruling == good.finding);
        CHECK(ruled.m.case_no == "C-1");
        CHECK(has_effect(decision, EffectKind::add_to_stock) == one.stocked);
        CHECK(has_effect(decision, EffectKind::notify_producer));
        CHECK(has_effect(decision, EffectKind::notify_receiver));
    }
}

TEST_CASE("T26: a part ruled on must be a part") {
    const auto way = Way{}.disputed_over(false);
    const Ruling none{"the scale was right", State::partially_accepted, {}, {}};
    CHECK(faults(way.ask(Event::rule, by_regulator, none)) == Faults{{"SPLIT_RANGE", "/lines"}});
    auto part = none;
    part.lines = {Way::split(1, 9'000'000, 990'000)};
    CHECK(way.ask(Event::rule, by_regulator, part));
}

TEST_CASE("T31: the producer may close at once, the service when the producer was silent") {
    const auto way = Way{}.accepted();
    const auto by_service = [&way](const Spoil& spoil) {
        return faults(way.ask(Event::close, by_system, Closing{}, spoil));
    };
    CHECK(by_service([](Step& s) { s.facts.dues.acknowledgement = s.facts.now; }).empty());
    CHECK(by_service([](Step& s) { s.facts.dues.acknowledgement = s.facts.now + 1ms; }) ==
          Faults{{"TOO_EARLY", "", illegal_state}});
    const auto closed = way.ask(Event::close, by_producer, Closing{});
    CHECK(effects(*closed) == Effects{EffectKind::freeze_content, EffectKind::outbox_national});
    CHECK(codes(way.ask(Event::close, by_producer, Closing{}, [](Step& s) {
              s.facts.checks.national_answer = Check::failed("NATIONAL_ANSWER_MISSING");
          })) == Codes{"NATIONAL_ANSWER_MISSING"});
}

TEST_CASE("the producer's five silent days begin when a quarrel is over") {
    auto way = Way{}.disputed_over(false);
    way.on(Event::confirm_difference, by_producer, Confirmation{way.m.version});
    for (const auto& one : running_limits(way.m, {})) {
        if (one.limit->code == "ACKNOWLEDGEMENT_SILENT") CHECK(one.since == way.at - 30min);
    }
    CHECK_FALSE(running_limits(way.m, {}).empty());
}
