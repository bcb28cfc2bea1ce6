// Rows T27 to T30 and T41: what was refused goes back or on; what was kept is treated.
#include "manifest/children.hpp"

#include "manifest/filing.hpp"
#include "tests/unit/manifest/ways.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using enum RefusalKind;

namespace {

Relative child_of(const Manifest& parent, std::string no, std::int64_t load) {
    return {.id = {"m-" + no},
            .no = std::move(no),
            .relation = Relation::return_,
            .state = State::submitted,
            .producer = producer.id,
            .receiver = producer.id,
            .depth = 1,
            .load = Grams{load},
            .parent_no = parent.no};
}

}  // namespace

TEST_CASE("T27: a return has locks closed and a route of its own") {
    const auto way = Way{}.rejected();
    CHECK(faults(way.ask(Event::start_return, by_carrier, ReturnStart{})) ==
          Faults{{"ROUTE_MISSING", "/route"}});
    const Spoil open = [](Step& s) { s.facts.fleet.locks[0].closed = false; };
    CHECK(faults(way.ask(Event::start_return, by_carrier, ReturnStart{{"back"}, {}}, open)) ==
          Faults{{"LOCK_NOT_CLOSED", "/legs/0/locks/0"}});
    auto back = way;
    const auto decision = back.go(Event::start_return, by_carrier, ReturnStart{{"back"}, soon});
    const Leg* leg = current_leg(back.m);
    CHECK(leg->leg_no == 2);
    CHECK(leg->returning);
    CHECK(leg->route == RouteId{"back"});
    CHECK_FALSE(leg->arrive_at);
    CHECK_FALSE(leg->handover_place);
    CHECK(back.m.planned_arrive_at == soon);
    CHECK(effects(decision) == Effects{EffectKind::start_watch, EffectKind::note_departure,
                                       EffectKind::notify_producer,
                                       EffectKind::notify_origin_authority});
}

TEST_CASE("T28: what comes back is weighed against what was sent") {
    const auto way = Way{}.returning();
    const auto weigh = [&way](std::int64_t gross) {
        auto reading = Way::good_loading_back();
        reading.gross_g = Grams{gross};
        return way.ask(Event::confirm_return, by_producer, reading);
    };
    CHECK(faults(weigh(9'000'000)) == Faults{{"WEIGHT_INVALID", "/gross_g"}});
    CHECK(weigh(18'700'000)->warnings.empty());
    CHECK(warns(*weigh(18'699'999), "WEIGHT_DIFFERENCE"));
    CHECK(warns(*weigh(17'999'999), "SIGNIFICANT_DIFFERENCE"));
    const auto home = *weigh(19'000'000);
    CHECK(home.next.state == State::returned);
    CHECK(home.next.legs.back().arrive_at == way.at);
    CHECK(home.next.weigh_return);
    CHECK(effects(home) == Effects{EffectKind::give_back_quantities, EffectKind::end_watch,
                                   EffectKind::free_leg, EffectKind::notify_carrier,
                                   EffectKind::outbox_national});
    CHECK(codes(way.ask(Event::confirm_return, by_producer, Way::good_loading_back(), [](Step& s) {
              s.facts.checks.scale = Check::failed("SCALE_UNKNOWN", "/scale_id");
          })) == Codes{"SCALE_UNKNOWN"});
}

TEST_CASE("T29: a refused load travels on under a manifest of its own to the end") {
    auto parent = Way{
        1, [](Filing& f) {
            f.containers = {{"drum-1", 1, {}, {}, {}, {}}};
        }}.rejected();
    const auto decision =
        parent.go(Event::redirect, by_producer, Way::redirection(), Way::elsewhere);
    CHECK(parent.m.state == State::redirected);
    CHECK(effects(decision) == Effects{EffectKind::give_back_quantities, EffectKind::make_child,
                                       EffectKind::free_leg, EffectKind::notify_receiver,
                                       EffectKind::notify_carrier, EffectKind::outbox_national});
    REQUIRE(decision.child);
    const auto& child = *decision.child;
    CHECK(parent.m.children == std::vector{Link{{"child"}, "20263311000002", Relation::redirect}});
    CHECK(child.parent == Link{{"m1"}, "20263311000001", Relation::redirect});
    CHECK(child.state == State::loaded);
    CHECK(child.version == 1);
    CHECK(child.origin == parent.m.destination);
    CHECK(child.receiver.id == PartyId{"receiver2"});
    CHECK(child.lines[0].planned_g == Grams{9'990'000});
    CHECK(child.lines[0].sent_g == Grams{9'990'000});
    CHECK_FALSE(child.lines[0].received_g);
    CHECK(child.containers == parent.m.containers);
    CHECK(child.legs.size() == 1);
    CHECK(child.legs[0].vehicle == parent.m.legs[0].vehicle);
    CHECK(child.legs[0].locks == parent.m.legs[0].locks);

    Way on{child};
    const Actor there{Role::receiver, {"receiver2"}, "sun", {}};
    on.on(Event::depart, driver_of(0), Departure{})
        .on(Event::arrive, there, Arrival{})
        .on(Event::weigh_in, there, good_weigh_in())
        .on(Event::accept, there, Verdict{})
        .on(Event::close, by_producer, Closing{});
    CHECK(on.m.state == State::completed);
    CHECK(on.m.no == "20263311000002");
}

TEST_CASE("T29: what keeps a child from being filed leaves everything as it is") {
    const auto way = Way{}.rejected();
    const auto ask = [&way](const std::function<void(Redirection&)>& shape,
                            const Spoil& spoil = {}) {
        auto asked = Way::redirection();
        shape(asked);
        return faults(way.ask(Event::redirect, by_producer, asked, [&](Step& s) {
            Way::elsewhere(s);
            if (spoil) spoil(s);
        }));
    };
    const auto same = [](Redirection&) {};
    CHECK(ask(same).empty());
    CHECK(ask([](Redirection& r) { r.receiver = receiver.id; },
              [](Step& s) { s.facts.directory.destination->owner = receiver.id; }) ==
          Faults{{"SAME_RECEIVER", "/receiver"}});
    CHECK(ask(same, [](Step& s) { s.facts.directory.receiver.reset(); }) ==
          Faults{{"UNKNOWN_PARTY", "/receiver"}});
    CHECK(ask(same, [](Step& s) { s.facts.directory.closed = {{"receiver2"}}; }) ==
          Faults{{"PARTY_CLOSED", "/receiver"}});
    CHECK(ask(same, [](Step& s) { s.facts.directory.destination.reset(); }) ==
          Faults{{"UNKNOWN_SITE", "/destination_site"}});
    CHECK(ask(same, [](Step& s) { s.facts.directory.destination->owner = {"other"}; }) ==
          Faults{{"SITE_OWNER", "/destination_site"}});
    CHECK(ask([](Redirection& r) { r.planned_arrive_at.reset(); }) ==
          Faults{{"FIELD_REQUIRED", "/planned_arrive_at"}});
    CHECK(ask([&](Redirection& r) { r.planned_arrive_at = way.at + 241h; }) ==
          Faults{{"SPAN_TOO_LONG", "/planned_arrive_at"}});
    CHECK(ask([](Redirection& r) {
              r.methods = {{2, "R3"}};
          }) == Faults{{"LINE_UNKNOWN", "/lines/0/line_no"}});
    CHECK(ask([](Redirection& r) { r.contract_no = std::string(61, 'x'); }) ==
          Faults{{"FIELD_LENGTH", "/contract_no"}});
    CHECK(ask(same, [](Step& s) {
              s.facts.checks.licence = Check::failed("LICENCE_SCOPE");
              s.facts.checks.approval = Check::failed("XPROV_MISSING");
          }) == Faults{{"LICENCE_SCOPE", ""}, {"XPROV_MISSING", ""}});
    CHECK(ask(same, [](Step& s) { s.facts.next_no.clear(); }) ==
          Faults{{"SERIAL_EXHAUSTED", "", unavailable}});
}

TEST_CASE("T29: ten manifests hang on each other, an eleventh does not") {
    auto way = Way{}.rejected();
    way.m.parent = Link{{"m0"}, "20263311000000", Relation::redirect};
    const auto at_depth = [&way](int parents_depth) {
        return codes(way.ask(Event::redirect, by_producer, Way::redirection(), [&](Step& s) {
            Way::elsewhere(s);
            s.facts.parent = child_of(way.m, way.m.parent->no, 1);
            s.facts.parent->depth = parents_depth;
        }));
    };
    CHECK(at_depth(max_depth - 3) == Codes{"OK"});
    CHECK(at_depth(max_depth - 2) == Codes{"PARENT_TOO_DEEP"});
}

TEST_CASE("T30: the manifests of the remainder take all of it, to half a kilogram") {
    const auto way = Way{}.parted();
    const auto settle = [&way](std::vector<std::string> named, std::vector<Relative> known) {
        return way.ask(Event::settle_remainder, by_producer, Settlement{std::move(named)},
                       [&](Step& s) { s.facts.children = known; });
    };
    const std::string a = "20263311000003", b = "20263311000004";
    const auto one = [&](std::int64_t load) { return child_of(way.m, a, load); };
    CHECK(settle({a}, {one(1'000'500)}));
    CHECK(settle({a}, {one(999'500)}));
    CHECK(faults(settle({a}, {one(1'000'501)})) == Faults{{"SPLIT_SUM", "/children"}});
    CHECK(faults(settle({a}, {one(999'499)})) == Faults{{"SPLIT_SUM", "/children"}});
    CHECK(faults(settle({}, {})) == Faults{{"FIELD_REQUIRED", "/children"}});
    CHECK(faults(settle(std::vector<std::string>(21, a), {})) ==
          Faults{{"FIELD_RANGE", "/children"}});
    CHECK(faults(settle({a, a}, {one(500'000)})) ==
          Faults{{"CHILD_UNKNOWN", "/children/0"}, {"CHILD_UNKNOWN", "/children/1"}});
    CHECK(faults(settle({a}, {})) == Faults{{"CHILD_UNKNOWN", "/children/0"}});
    for (const auto state : {State::draft, State::voided, State::backfill_pending}) {
        auto idle = one(1'000'000);
        idle.state = state;
        CHECK(faults(settle({a}, {idle})) == Faults{{"CHILD_UNKNOWN", "/children/0"}});
    }
    auto stranger = one(1'000'000);
    stranger.parent_no = b;
    CHECK(faults(settle({a}, {stranger})) == Faults{{"CHILD_UNKNOWN", "/children/0"}});
    auto onward = child_of(way.m, b, 600'000);
    onward.relation = Relation::redirect;
    const auto done = settle({a, b}, {one(400'000), onward});
    REQUIRE(done);
    CHECK(done->next.state == State::completed);
    CHECK(done->next.children.size() == 2);
    CHECK(effects(*done) == Effects{EffectKind::correct_quantities, EffectKind::freeze_content,
                                    EffectKind::outbox_national});
}

TEST_CASE("a returning remainder is filed against its parent and received by its producer") {
    const auto shape = [](Filing& filing) {
        filing.receiver = producer.id;
        filing.parent_no = "20263311000001";
        filing.relation = Relation::return_;
    };
    const auto parent = Way{}.parted().m;
    const auto known = [&](Step& s) {
        s.facts.directory.receiver = producer;
        s.facts.directory.destination->owner = producer.id;
        s.facts.directory.origin->owner = receiver.id;
        s.facts.parent = child_of(parent, parent.no, 1);
        s.facts.parent->state = State::partially_accepted;
        s.facts.parent->depth = 0;
    };
    Manifest blank;
    blank.id = {"m2"};
    auto step = Way{}.step(Event::create, by_producer, good_filing());
    shape(std::get<Filing>(step.request.body));
    known(step);
    auto filed = decide(blank, step.request, step.facts);
    REQUIRE(filed);
    CHECK(filed->next.parent->no == parent.no);
    step.facts.parent->depth = max_depth - 2;
    CHECK(decide(blank, step.request, step.facts));
    step.facts.parent->depth = max_depth - 1;
    CHECK(codes(decide(blank, step.request, step.facts)) == Codes{"PARENT_TOO_DEEP"});
    step.facts.parent->state = State::accepted;
    CHECK(codes(decide(blank, step.request, step.facts)) == Codes{"PARENT_UNKNOWN"});

    Way back{filed->next};
    back.departed()
        .on(Event::arrive, by_producer, Arrival{})
        .on(Event::weigh_in, by_producer, good_weigh_in())
        .on(Event::accept, by_producer, Verdict{});
    CHECK(back.m.state == State::accepted);
}

TEST_CASE("T41: no more is treated than was accepted, nor before it came") {
    const auto way = Way{}.completed();
    const auto report = [&way](std::vector<Treatment> lines) {
        return way.ask(Event::report_treatment, by_receiver, TreatmentReport{std::move(lines)});
    };
    const auto treated = [](std::int64_t grams, Instant when = {}) {
        return Treatment{1, Grams{grams}, "R3", when, {}, {}};
    };
    CHECK(report({treated(9'990'000)}));
    CHECK(faults(report({treated(9'990'001)})) ==
          Faults{{"TREATED_EXCEEDS", "/lines/0/treated_g"}});
    CHECK(faults(report({treated(9'000'000), treated(990'001)})) ==
          Faults{{"TREATED_EXCEEDS", "/lines/0/treated_g"},
                 {"TREATED_EXCEEDS", "/lines/1/treated_g"}});
    CHECK(faults(report({})) == Faults{{"FIELD_REQUIRED", "/lines"}});
    CHECK(faults(report({treated(0)})) == Faults{{"FIELD_RANGE", "/lines/0/treated_g"}});
    CHECK(faults(report({treated(INT64_MAX), treated(INT64_MAX)})) ==
          Faults{{"FIELD_RANGE", "/lines/0/treated_g"}, {"FIELD_RANGE", "/lines/1/treated_g"}});
    CHECK(faults(report(std::vector(21, treated(1)))) == Faults{{"FIELD_RANGE", "/lines"}});
    auto foreign = treated(1);
    foreign.line_no = 2;
    CHECK(faults(report({foreign})) == Faults{{"LINE_UNKNOWN", "/lines/0/line_no"}});
    const auto arrival = *way.m.legs[0].arrive_at;
    CHECK(report({treated(1, arrival)}));
    CHECK(faults(report({treated(1, arrival - 1ms)})) == Faults{{"TIME_ORDER", "/lines/0/at"}});
    CHECK(faults(report({treated(1, way.at + 6min)})) == Faults{{"TIME_IN_FUTURE", "/lines/0/at"}});
    auto twice = way;
    const auto first =
        twice.go(Event::report_treatment, by_receiver, TreatmentReport{{treated(9'000'000)}});
    CHECK(effects(first) == Effects{EffectKind::notify_producer, EffectKind::outbox_national});
    CHECK(twice.m.treatments[0].at == twice.at - 30min);
    CHECK(twice.m.treatments[0].user == by_receiver.user);
    CHECK(codes(twice.ask(Event::report_treatment, by_receiver,
                          TreatmentReport{{treated(990'001)}})) == Codes{"TREATED_EXCEEDS"});
}
