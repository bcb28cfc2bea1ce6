// Rows T01 to T09 and T32: what is filed, taken on, given up and voided.
#include "tests/unit/manifest/ways.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using enum RefusalKind;

TEST_CASE("T01, T02: a draft is its producer's, and edited on its current version") {
    const auto way = Way{};
    auto filing = good_filing();
    filing.producer = {"other"};
    CHECK(faults(way.ask(Event::edit, by_producer, filing)) ==
          Faults{{"NOT_YOUR_ORG", "/producer", forbidden}});
    CHECK(faults(way.ask(Event::edit, by_producer, good_filing(), [](Step& s) {
              s.request.if_version = 7;
          })) == Faults{{"STALE_VERSION", "", stale}});
    const auto edited = way.ask(Event::edit, by_producer, good_filing());
    CHECK(edited->next.version == 2);
    CHECK(edited->effects.empty());
}

TEST_CASE("T03: a draft without a number is discarded, and nothing is asked of it any more") {
    auto way = Way{};
    way.on(Event::discard, by_producer, Closing{});
    CHECK(way.m.discarded_at);
    CHECK(faults(way.ask(Event::submit, by_producer, Submission{})) ==
          Faults{{"ILLEGAL_STATE", "", illegal_state}});
    auto numbered = Way{}.backfilled();
    numbered.on(Event::return_backfill, by_receiver, Explanation{{{}, "another truck"}});
    CHECK(faults(numbered.ask(Event::discard, by_producer, Closing{})) ==
          Faults{{"ILLEGAL_STATE", "", illegal_state}});
}

TEST_CASE("T04: a submit lists every guard that failed and draws the number") {
    const auto way = Way{};
    CHECK(faults(way.ask(
              Event::submit, by_producer, Submission{},
              [](Step& s) {
                  s.facts.checks.plan = Check::failed("PLAN_EXCEEDED", "/lines/0/planned_g");
                  s.facts.checks.licence = Check::failed("LICENCE_EXPIRED", "/receiver");
                  s.facts.checks.approval = Check::failed("XPROV_MISSING", "/approval_id");
                  s.facts.checks.waste_listed = Check::failed("CODE_UNKNOWN", "/lines/0/code");
                  s.facts.directory.closed = {receiver.id};
              })) == Faults{{"PARTY_CLOSED", "/receiver"},
                            {"CODE_UNKNOWN", "/lines/0/code"},
                            {"PLAN_EXCEEDED", "/lines/0/planned_g"},
                            {"LICENCE_EXPIRED", "/receiver"},
                            {"XPROV_MISSING", "/approval_id"}});
    CHECK(faults(way.ask(Event::submit, by_producer, Submission{}, [](Step& s) {
              s.facts.next_no.clear();
          })) == Faults{{"SERIAL_EXHAUSTED", "", unavailable}});
    const auto decision = way.ask(Event::submit, by_producer, Submission{});
    CHECK(decision->next.no == "20263311000001");
    CHECK(decision->next.flow == Flow::intra_city);
    CHECK(effects(*decision) == Effects{EffectKind::reserve_quantities, EffectKind::outbox_national,
                                        EffectKind::notify_carrier, EffectKind::notify_receiver});
}

TEST_CASE("T04, T05: no signature bears an earlier time than the one before it") {
    auto way = Way{}.submitted();
    const auto amend = [&way](Instant when) {
        return faults(way.ask(Event::amend, by_producer, good_filing(),
                              [&](Step& s) { s.request.at = when; }));
    };
    CHECK(amend(way.at - 30min).empty());
    CHECK(amend(way.at - 30min - 1ms) == Faults{{"TIME_ORDER", "/at"}});
    way = Way{};
    way.m.signatures.push_back({"submit", Role::producer, producer.id, "wang", way.at, 1});
    CHECK(faults(way.ask(Event::submit, by_producer, Submission{},
                         [&](Step& s) { s.request.at -= 1ms; })) == Faults{{"TIME_ORDER", "/at"}});
}

TEST_CASE("T05: an amended manifest keeps its number and the prefecture in it") {
    auto way = Way{}.submitted();
    CHECK(faults(way.ask(Event::amend, by_producer, good_filing(), [](Step& s) {
              s.facts.directory.producer->division = "330102";
          })) == Faults{{"ORIGIN_FIXED", "/producer/division"}});
    auto filing = good_filing();
    filing.planned_depart_at = way.at + 720h + 1ms;
    filing.planned_arrive_at = way.at + 730h;
    CHECK(faults(way.ask(Event::amend, by_producer, filing)) ==
          Faults{{"DEPARTURE_TOO_FAR", "/planned_depart_at"}});
    const auto decision = way.go(Event::amend, by_producer, good_filing(),
                                 [](Step& s) { s.facts.next_no = "20263311000099"; });
    CHECK(way.m.no == "20263311000001");
    CHECK(has_effect(decision, EffectKind::reserve_quantities));
    CHECK(faults(Way{}.assigned().ask(Event::amend, by_producer, good_filing())) ==
          Faults{{"ILLEGAL_STATE", "", illegal_state}});
}

TEST_CASE("T06, T09: the carrier takes the load on, and may change the vehicle") {
    auto way = Way{}.submitted();
    CHECK(faults(way.ask(Event::carrier_accept, by_carrier, good_acceptance(),
                         [](Step& s) {
                             s.facts.checks.vehicle_permit =
                                 Check::failed("PERMIT_SCOPE", "/vehicle");
                             s.facts.checks.crew = {
                                 Check::Outcome::failed,
                                 {{"CERT_EXPIRED", "/driver", ""}, {"NO_ESCORT", "/escort", ""}}};
                         })) == Faults{{"PERMIT_SCOPE", "/vehicle"},
                                       {"CERT_EXPIRED", "/driver"},
                                       {"NO_ESCORT", "/escort"}});
    const auto taken = way.go(Event::carrier_accept, by_carrier, good_acceptance());
    CHECK(effects(taken) == Effects{EffectKind::bind_leg, EffectKind::notify_producer});
    auto other = good_acceptance();
    other.vehicle = {"truck2"};
    const auto swapped = way.go(Event::swap_vehicle, by_carrier, other);
    CHECK(way.m.state == State::carrier_assigned);
    CHECK(way.m.legs[0].vehicle == VehicleId{"truck2"});
    CHECK(effects(swapped) ==
          Effects{EffectKind::free_leg, EffectKind::bind_leg, EffectKind::notify_producer});
    CHECK(faults(Way{}.producer_signed().ask(Event::swap_vehicle, by_carrier, other)) ==
          Faults{{"MUST_UNLOAD_FIRST", "", illegal_state}});
}

TEST_CASE("T07: a carrier refuses with a code and 5 to 500 characters, and is named no longer") {
    const auto way = Way{}.submitted();
    const auto refuse = [&way](std::string code, std::size_t length) {
        return faults(way.ask(Event::carrier_refuse, by_carrier,
                              Explanation{{std::move(code), std::string(length, 'x')}}));
    };
    CHECK(refuse("BUSY", 4) == Faults{{"REASON_REQUIRED", "/reason"}});
    CHECK(refuse("BUSY", 5).empty());
    CHECK(refuse("BUSY", 500).empty());
    CHECK(refuse("BUSY", 501) == Faults{{"REASON_REQUIRED", "/reason"}});
    CHECK(refuse("", 5) == Faults{{"REASON_REQUIRED", "/reason/code"}});
    auto refused = way;
    const auto decision = refused.go(Event::carrier_refuse, by_carrier, coded_reason);
    CHECK(refused.m.state == State::submitted);
    CHECK(refused.m.legs[0].carrier == Party{});
    CHECK(refused.m.carrier_refusal == coded_reason.reason);
    CHECK(effects(decision) == Effects{EffectKind::notify_producer});
    CHECK(codes(refused.ask(Event::carrier_accept, by_carrier, good_acceptance())) ==
          Codes{"NOT_NAMED_CARRIER"});
    refused.on(Event::amend, by_producer, good_filing())
        .on(Event::carrier_accept, by_carrier, good_acceptance());
    CHECK_FALSE(refused.m.carrier_refusal);
}

TEST_CASE("T08: carrier or producer gives the assignment up until loading begins") {
    for (const auto& by : {by_carrier, by_producer}) {
        auto way = Way{2}.assigned();
        const auto decision = way.go(Event::unassign, by, Closing{});
        CHECK(way.m.state == State::submitted);
        CHECK(way.m.legs[0].vehicle.empty());
        CHECK(way.m.legs[0].locks.empty());
        CHECK(way.m.legs[0].carrier == carrier);
        CHECK(way.m.legs[0].handover_place);
        CHECK(effects(decision) == Effects{EffectKind::free_leg, EffectKind::notify_producer,
                                           EffectKind::notify_carrier});
        CHECK(faults(Way{}.producer_signed().ask(Event::unassign, by, Closing{})) ==
              Faults{{"MUST_UNLOAD_FIRST", "", illegal_state}});
    }
}

TEST_CASE("T10: overload, plan and labels are asked of registers at the scale") {
    const auto way = Way{}.assigned();
    CHECK(faults(way.ask(Event::load_sign, by_producer, good_loading(),
                         [](Step& s) {
                             s.facts.checks.containers_loaded = {
                                 Check::Outcome::failed,
                                 {{"LABEL_MISMATCH", "/containers/0", ""},
                                  {"CONTAINER_IN_OTHER_OPEN_MANIFEST", "/containers/1", ""}}};
                             s.facts.checks.rated_load = Check::failed("OVERLOAD", "/gross_g");
                             s.facts.checks.plan = Check::failed("PLAN_EXCEEDED", "/gross_g");
                         })) == Faults{{"LABEL_MISMATCH", "/containers/0"},
                                       {"CONTAINER_IN_OTHER_OPEN_MANIFEST", "/containers/1"},
                                       {"OVERLOAD", "/gross_g"},
                                       {"PLAN_EXCEEDED", "/gross_g"}});
    CHECK(faults(way.ask(Event::load_sign, by_receiver, good_loading())) ==
          Faults{{"SIGN_ROLE", "", forbidden}});
    const auto loaded = Way{}.producer_signed().go(Event::load_sign, driver_of(0), Loading{});
    CHECK(effects(loaded) == Effects{EffectKind::start_watch, EffectKind::correct_quantities});
}

TEST_CASE("T32: what is not loaded is voided with a code and words, and keeps its number") {
    for (auto way : {Way{}.submitted(), Way{}.assigned()}) {
        CHECK(faults(way.ask(Event::void_, by_producer, Explanation{{{}, "order cancelled"}})) ==
              Faults{{"REASON_REQUIRED", "/reason/code"}});
        const auto decision = way.go(Event::void_, by_producer, coded_reason);
        CHECK(way.m.state == State::voided);
        CHECK(way.m.no == "20263311000001");
        CHECK(way.m.void_reason == coded_reason.reason);
        CHECK(effects(decision) == Effects{EffectKind::give_back_quantities, EffectKind::free_leg,
                                           EffectKind::notify_carrier, EffectKind::notify_receiver,
                                           EffectKind::outbox_national});
    }
    auto draft = Way{}.backfilled();
    draft.on(Event::return_backfill, by_carrier, Explanation{{{}, "another truck"}})
        .on(Event::void_, by_producer, coded_reason);
    CHECK(draft.m.state == State::voided);
    for (const auto& way : {Way{}.producer_signed(), Way{}.loaded()}) {
        CHECK(faults(way.ask(Event::void_, by_producer, coded_reason)) ==
              Faults{{"MUST_UNLOAD_FIRST", "", illegal_state}});
    }
    for (const auto& way : {Way{}, Way{}.departed()}) {
        CHECK(faults(way.ask(Event::void_, by_producer, coded_reason)) ==
              Faults{{"ILLEGAL_STATE", "", illegal_state}});
    }
}
