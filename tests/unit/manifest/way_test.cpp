// Rows T11 to T17: unloading, departure, handovers and breakdowns.
#include "tests/unit/manifest/ways.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using enum RefusalKind;

TEST_CASE("T11: what was loaded is unloaded when both sides say so, and may be signed anew") {
    auto way = Way{}.loaded();
    auto asked = way.go(Event::unload, by_producer, Unloading{});
    CHECK(way.m.state == State::loaded);
    CHECK(asked.effects.empty());
    CHECK(faults(way.ask(Event::unload, by_producer, Unloading{})) ==
          Faults{{"ALREADY_SIGNED", "", illegal_state}});
    const auto signatures = way.m.signatures;
    const auto agreed = way.go(Event::unload, driver_of(0), Unloading{});
    CHECK(way.m.state == State::carrier_assigned);
    CHECK_FALSE(way.m.weigh_out);
    CHECK_FALSE(way.m.lines[0].sent_g);
    CHECK_FALSE(way.m.legs[0].loaded_at);
    CHECK(way.m.signatures.size() == signatures.size() + 1);
    CHECK(has_effect(agreed, EffectKind::disarm_watch));
    CHECK(has_effect(agreed, EffectKind::reserve_quantities));
    way.on(Event::load_sign, by_producer, good_loading())
        .on(Event::load_sign, driver_of(0), Loading{});
    CHECK(way.m.state == State::loaded);
}

TEST_CASE("T11: a truck seen outside has departed") {
    const auto way = Way{}.loaded();
    const Spoil gone = [](Step& s) { s.facts.fleet.at_origin = false; };
    CHECK(faults(way.ask(Event::unload, by_producer, Unloading{}, gone)) ==
          Faults{{"ALREADY_DEPARTED", "", illegal_state}});
    CHECK(faults(Way{}.departed().ask(Event::unload, by_producer, Unloading{})) ==
          Faults{{"ALREADY_DEPARTED", "", illegal_state}});
}

TEST_CASE("T10: a driver who repeats the lines repeats them as signed") {
    Way way{1, [](Filing& filing) {
                filing.lines.push_back(paint_line());
                for (auto& line : filing.lines) line.planned_g = Grams{5'000'000};
            }};
    way.assigned();
    auto load = good_loading();
    load.lines = {{1, Grams{4'000'000}, {}}, {2, Grams{6'000'000}, {}}};
    way.on(Event::load_sign, by_producer, load);
    CHECK(way.ask(Event::load_sign, driver_of(0), load));
    std::swap(load.lines[0].weight, load.lines[1].weight);
    CHECK(faults(way.ask(Event::load_sign, driver_of(0), load)) ==
          Faults{{"WEIGHT_NOT_AS_SIGNED", "/lines/0/sent_g"},
                 {"WEIGHT_NOT_AS_SIGNED", "/lines/1/sent_g"}});
}

TEST_CASE("T12: a departure is ordered in time and a zone needs a pass") {
    const auto way = Way{}.loaded();
    const auto depart = [&way](const Spoil& spoil) {
        return faults(way.ask(Event::depart, driver_of(0), Departure{}, spoil));
    };
    CHECK(depart([&](Step& s) { s.request.at = way.at - 30min - 1ms; }) ==
          Faults{{"TIME_ORDER", "/at"}});
    CHECK(depart([](Step& s) { s.request.at += 5min + 1ms; }) == Faults{{"TIME_IN_FUTURE", "/at"}});
    CHECK(depart([](Step& s) {
              s.facts.checks.zone_pass = Check::failed("ZONE_PASS_MISSING", "/zone_pass_no");
          }) == Faults{{"ZONE_PASS_MISSING", "/zone_pass_no"}});
    const auto gone = way.ask(Event::depart, driver_of(0), Departure{});
    CHECK(effects(*gone) == Effects{EffectKind::note_departure, EffectKind::notify_receiver});
}

TEST_CASE("T14: a handover is within 500 m of the planned place, or has a reason") {
    const auto way = Way{2}.departed();
    const auto give = [&way](std::optional<double> metres, std::string reason) {
        return faults(way.ask(Event::handover_out, driver_of(0),
                              HandoverOut{{}, {}, std::move(reason), {}},
                              [&](Step& s) { s.facts.fleet.metres_to_handover = metres; }));
    };
    CHECK(give(500.0, "").empty());
    CHECK(give(500.1, "") == Faults{{"WRONG_PLACE", "/reason"}});
    CHECK(give({}, "") == Faults{{"WRONG_PLACE", "/reason"}});
    const auto said = way.ask(Event::handover_out, driver_of(0),
                              HandoverOut{way.m.legs.front().handover_place, {}, {}, {}},
                              [](Step& s) { s.facts.fleet.metres_to_handover = {}; });
    CHECK(faults(said) ==
          Faults{{"WRONG_PLACE", "/reason"}});  // a point that is said proves nothing
    CHECK(said.error().front().message_en.find("whatever point is said") != std::string::npos);
    CHECK(give(500.1, "late") == Faults{{"WRONG_PLACE", "/reason"}});
    CHECK(give(90'000.0, "the yard is flooded").empty());
    CHECK(faults(Way{1}.departed().ask(Event::handover_out, driver_of(0), HandoverOut{})) ==
          Faults{{"NO_NEXT_LEG", "", illegal_state}});
    auto other = driver_of(0);
    other.user = "another";
    CHECK(faults(way.ask(Event::handover_out, other, HandoverOut{})) ==
          Faults{{"NOT_NAMED_DRIVER", "", forbidden}});
}

TEST_CASE("T15: the next carrier's driver checks three things and brings a fit vehicle") {
    const auto way = Way{2}.departed().handed_out();
    CHECK(way.m.state == State::handover_pending);
    CHECK(faults(way.ask(Event::handover_in, driver_of(0), Way::taken_over())) ==
          Faults{{"NOT_NAMED_CARRIER", "", forbidden}});
    CHECK(faults(way.ask(Event::handover_in, driver_of(1),
                         HandoverIn{good_acceptance(), {}, {}, {}})) ==
          Faults{{"HANDOVER_UNVERIFIED", "/producer_checked"},
                 {"HANDOVER_UNVERIFIED", "/carrier_checked"},
                 {"HANDOVER_UNVERIFIED", "/waste_checked"}});
    CHECK(faults(way.ask(Event::handover_in, driver_of(1), Way::taken_over(), [](Step& s) {
              s.facts.fleet.terminal_bound = false;
              s.facts.checks.vehicle_permit = Check::failed("PERMIT_EXPIRED", "/vehicle");
          })) == Faults{{"NO_TERMINAL", "/terminal"}, {"PERMIT_EXPIRED", "/vehicle"}});
    auto on = way;
    const auto taken = on.go(Event::handover_in, driver_of(1), Way::taken_over());
    CHECK(on.m.state == State::in_transit);
    CHECK(current_leg(on.m)->leg_no == 2);
    CHECK(on.m.legs[0].end_cause == "HANDOVER");
    CHECK(on.m.legs[0].arrive_at == on.m.legs[1].depart_at);
    CHECK(effects(taken) == Effects{EffectKind::free_leg, EffectKind::bind_leg,
                                    EffectKind::hand_over_watch, EffectKind::notify_producer});
}

TEST_CASE("T16: who refuses leaves the load where it is") {
    auto way = Way{2}.departed().handed_out();
    CHECK(faults(way.ask(Event::handover_refuse, driver_of(1), Explanation{})) ==
          Faults{{"REASON_REQUIRED", "/reason"}});
    CHECK(faults(way.ask(Event::handover_refuse, driver_of(0), coded_reason)) ==
          Faults{{"NOT_NAMED_CARRIER", "", forbidden}});
    const auto refused =
        way.go(Event::handover_refuse, driver_of(1), Explanation{{{}, "the drums leak"}});
    CHECK(way.m.state == State::in_transit);
    CHECK(current_leg(way.m)->leg_no == 1);
    CHECK_FALSE(way.m.legs[0].handed_out_at);
    CHECK(effects(refused) == Effects{EffectKind::notify_producer, EffectKind::notify_carrier,
                                      EffectKind::notify_authority});
    way.handed_out().handed_in(1);
    CHECK(current_leg(way.m)->leg_no == 2);
}

TEST_CASE("five legs hand the load on to the receiver, and a sixth is not filed") {
    Way way{5};
    way.departed();
    for (std::size_t leg = 1; leg < 5; ++leg) way.handed_out(leg - 1).handed_in(leg);
    CHECK(faults(way.ask(Event::handover_out, driver_of(4), HandoverOut{})) ==
          Faults{{"NO_NEXT_LEG", "", illegal_state}});
    way.on(Event::arrive, by_receiver, Arrival{});
    CHECK(way.m.legs.back().arrive_at);
    auto filing = good_filing();
    filing.legs.assign(6, filing.legs.front());
    CHECK(faults(Way{}.ask(Event::edit, by_producer, filing, [](Step& s) {
              s.facts.directory.carriers.assign(6, carrier);
          })) == Faults{{"FIELD_RANGE", "/legs"}});
}

TEST_CASE("T17: a spare vehicle takes over in a leg of its own, before those that follow") {
    auto way = Way{2}.departed();
    BreakdownSwap swap{good_acceptance(), "the axle broke", LatLon{28.2, 119.7}};
    swap.acceptance.vehicle = {"spare"};
    swap.acceptance.locks = {{"L1"}};
    swap.acceptance.route = {};
    const auto ask = [&way](const BreakdownSwap& said, const Spoil& spoil = {}) {
        return faults(way.ask(Event::breakdown_swap, by_carrier, said, spoil));
    };
    auto bare = swap;
    bare.reason.clear();
    bare.point.reset();
    CHECK(ask(bare) == Faults{{"REASON_REQUIRED", "/reason"}, {"FIELD_REQUIRED", "/point"}});
    bare = swap;
    bare.point = LatLon{91, 0};
    CHECK(ask(bare) == Faults{{"FIELD_RANGE", "/point"}});
    CHECK(ask(swap, [](Step& s) {
              s.facts.fleet.occupied_by = {{"20263311000009", {}, {}, {}}};
          }) == Faults{{"VEHICLE_BUSY", "/vehicle"}});
    const auto decision = way.go(Event::breakdown_swap, by_carrier, swap);
    REQUIRE(way.m.legs.size() == 3);
    CHECK(way.m.state == State::in_transit);
    for (std::size_t i = 0; i < 3; ++i) CHECK(way.m.legs[i].leg_no == i + 1);
    const auto& spare = way.m.legs[1];
    CHECK(current_leg(way.m) == &spare);
    CHECK(spare.vehicle == VehicleId{"spare"});
    CHECK(spare.route == RouteId{"road"});
    CHECK(spare.depart_at == way.m.legs[0].arrive_at);
    CHECK(way.m.legs[0].end_cause == "BREAKDOWN: the axle broke");
    CHECK(way.m.legs[0].handed_out_point == swap.point);
    CHECK_FALSE(way.m.legs[0].handover_place);
    CHECK(spare.handover_place);
    CHECK(way.m.legs[2].carrier.id == carrier_of(1).id);
    CHECK(effects(decision) == Effects{EffectKind::free_leg, EffectKind::bind_leg,
                                       EffectKind::hand_over_watch, EffectKind::notify_producer,
                                       EffectKind::notify_receiver});
    way.handed_out().handed_in(1);
    CHECK(current_leg(way.m)->leg_no == 3);
    way.on(Event::arrive, by_receiver, Arrival{});
    CHECK(way.m.state == State::arrived);
}
