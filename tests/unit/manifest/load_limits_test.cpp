#include "manifest/load_limits.hpp"

#include "manifest/filing.hpp"
#include "tests/unit/manifest/ways.hpp"

#include <array>

using namespace liuhen;
using namespace liuhen::test;

namespace {

constexpr std::int64_t road = 49'000'000;
constexpr std::int64_t anything = 50'000'000'000;

/// Faults of a form whose one line weighs so much and goes by these modes, one leg each.
Faults planned(std::int64_t grams, const std::vector<Mode>& modes) {
    Filing filing = good_filing();
    filing.kind = Kind::general;
    filing.lines[0].code = "900-001-S17";
    filing.lines[0].planned_g = Grams{grams};
    filing.legs.assign(modes.size(), FiledLeg{});
    for (std::size_t i = 0; i < modes.size(); ++i) {
        filing.legs[i].carrier = carrier.id;
        filing.legs[i].mode = modes[i];
    }
    Faults all;
    for (const auto& one : form_faults(filing))
        all.push_back({std::string{one.code}, one.pointer, one.kind});
    return all;
}

/// What takes a train, a ship or a pipe into service: people, and nothing of a truck.
Acceptance crew_only() {
    Acceptance acceptance;
    acceptance.driver = person("Zhang San", "zhang", "");
    return acceptance;
}
Way by_one(Mode mode, Kind kind = Kind::general) {
    return Way{1, [mode, kind](Filing& f) {
                   f.kind = kind;
                   f.legs[0].mode = mode;
                   f.lines[0].code = "900-001-S17";
               }};
}

}  // namespace

TEST_CASE("every mode has a limit with its source, and none is above the largest load") {
    CHECK(load_limits().size() == static_cast<std::size_t>(Mode::count_));
    for (const auto& one : load_limits()) {
        INFO(code(one.mode));
        CHECK(one.source.size() > 20);
        CHECK(one.most.value > 0);
        CHECK(one.most <= largest_load);
        CHECK(load_limit(one.mode) == one.most);
    }
}

TEST_CASE("49 tonnes bind the road alone; trains, ships and pipes carry more") {
    CHECK(planned(road, {Mode::road}).empty());
    CHECK(planned(road + 1, {Mode::road}) == Faults{{"FIELD_RANGE", "/lines/0/planned_g"}});
    for (const Mode mode : {Mode::rail, Mode::ship, Mode::pipe, Mode::air, Mode::other}) {
        INFO(code(mode));
        CHECK(planned(road + 1, {mode}).empty());
        CHECK(planned(anything, {mode}).empty());
        CHECK(planned(anything + 1, {mode}) == Faults{{"FIELD_RANGE", "/lines/0/planned_g"}});
    }
}

TEST_CASE("of several legs the one that carries least binds the whole way") {
    CHECK(planned(road, {Mode::rail, Mode::road}).empty());
    CHECK(planned(road + 1, {Mode::rail, Mode::road}) ==
          Faults{{"FIELD_RANGE", "/lines/0/planned_g"}});
    CHECK(planned(road + 1, {Mode::rail, Mode::ship}).empty());
}

TEST_CASE("a load is held to the limit of its mode when it is signed") {
    Loading heavy;
    heavy.gross_g = Grams{9'000'000 + road + 1};
    heavy.tare_g = Grams{9'000'000};
    CHECK(faults(by_one(Mode::road)
                     .on(Event::submit, by_producer, Submission{})
                     .on(Event::carrier_accept, by_carrier, good_acceptance())
                     .ask(Event::load_sign, by_producer, heavy)) ==
          Faults{{"OVERLOAD", "/gross_g"}});
    CHECK(faults(by_one(Mode::rail)
                     .on(Event::submit, by_producer, Submission{})
                     .on(Event::carrier_accept, by_carrier, crew_only())
                     .ask(Event::load_sign, by_producer, heavy))
              .empty());
}

TEST_CASE("a train has neither plate nor terminal nor route, and is never asked where it stands") {
    Way way = by_one(Mode::rail);
    const auto nowhere = [](Step& s) { s.facts.fleet = {}; };
    way.on(Event::submit, by_producer, Submission{});
    const auto taken = way.go(Event::carrier_accept, by_carrier, crew_only(), nowhere);
    CHECK(taken.warnings.empty());
    CHECK(way.go(Event::load_sign, by_producer, good_loading(), nowhere).warnings.empty());
    CHECK(way.go(Event::load_sign, by_driver, Loading{}, nowhere).warnings.empty());
    CHECK(way.go(Event::depart, by_driver, Departure{}, nowhere).warnings.empty());
    CHECK(way.m.state == State::in_transit);
    CHECK(way.m.legs[0].vehicle.empty());
}

TEST_CASE("a truck hands its load over to a train, whose leg runs then") {
    Way way{2, [](Filing& f) { f.legs[1].mode = Mode::rail; }};
    way.departed().handed_out();
    way.on(Event::handover_in, driver_of(1), HandoverIn{crew_only(), true, true, true});
    REQUIRE(current_leg(way.m) != nullptr);
    CHECK(current_leg(way.m)->leg_no == 2);
    CHECK(way.m.legs[0].end_cause == "HANDOVER");
}

TEST_CASE("a road leg is taken by a vehicle of the register only") {
    Way way = by_one(Mode::road);
    way.on(Event::submit, by_producer, Submission{});
    const auto bare = faults(way.ask(Event::carrier_accept, by_carrier, crew_only(),
                                     [](Step& s) { s.facts.requires_lock = false; }));
    CHECK(bare == Faults{{"FIELD_REQUIRED", "/vehicle"}, {"NO_TERMINAL", "/terminal"}});
}

TEST_CASE("a dangerous-goods waybill is asked of dangerous goods only") {
    auto without = good_acceptance();
    without.waybill_no.clear();
    const auto accepting = [&without](const std::function<void(Filing&)>& shape) {
        Way way{1, shape};
        way.on(Event::submit, by_producer, Submission{});
        return faults(way.ask(Event::carrier_accept, by_carrier, without));
    };
    const Faults missing{{"WAYBILL_MISSING", "/waybill_no"}};
    CHECK(accepting([](Filing&) {}) == missing);
    CHECK(accepting([](Filing& f) { f.lines[0].exempt_rule = "HW49-1"; }) == missing);
    CHECK(accepting([](Filing& f) {
              f.lines[0].exempt_rule = "HW49-1";
              f.lines[0].exempt_condition = true;
          }).empty());
    CHECK(accepting([](Filing& f) {
              f.kind = Kind::construction;
              f.lines[0].code = "900-001-S70";
          }).empty());
}

TEST_CASE("waste in a pipe goes by pipe, and its counter may begin at nothing") {
    Way way{1, [](Filing& f) { f.kind = Kind::pipe; }};
    CHECK(way.m.legs[0].mode == Mode::pipe);
    Loading counted;
    counted.gross_g = Grams{10'000'000};
    counted.tare_g = Grams{};
    way.on(Event::submit, by_producer, Submission{})
        .on(Event::carrier_accept, by_carrier, crew_only());
    CHECK(faults(way.ask(Event::load_sign, by_producer, counted)).empty());
    counted.gross_g = Grams{};
    CHECK(faults(way.ask(Event::load_sign, by_producer, counted)) ==
          Faults{{"WEIGHT_INVALID", "/gross_g"}});
    CHECK(faults(by_one(Mode::road)
                     .on(Event::submit, by_producer, Submission{})
                     .on(Event::carrier_accept, by_carrier, good_acceptance())
                     .ask(Event::load_sign, by_producer,
                          Loading{Grams{10'000'000}, Grams{}, {}, {}, {}, {}, {}})) ==
          Faults{{"WEIGHT_INVALID", "/gross_g"}});
}
