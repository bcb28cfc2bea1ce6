// Rows T36 to T38: what an authority holds, releases and takes away.
#include "tests/unit/manifest/ways.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using enum RefusalKind;

namespace {

HoldOrder order_until(Instant until) { return {"order 7", "a tip-off came in", until}; }
Way held_by(const Actor& by) {
    auto way = Way{}.departed();
    way.on(Event::hold, by, order_until(way.at + 24h));
    return way;
}

}  // namespace

TEST_CASE("T36: a hold has a number, a reason and an end within thirty days") {
    const auto way = Way{}.submitted();
    const auto hold = [&way](HoldOrder order) {
        return faults(way.ask(Event::hold, by_police, std::move(order)));
    };
    CHECK(hold({}) == Faults{{"ORDER_REQUIRED", "/order_no"},
                             {"REASON_REQUIRED", "/reason"},
                             {"FIELD_REQUIRED", "/until"}});
    CHECK(hold({std::string(61, '7'), "a tip-off came in", way.at + 1h}) ==
          Faults{{"ORDER_REQUIRED", "/order_no"}});
    CHECK(hold(order_until(way.at)) == Faults{{"TIME_ORDER", "/until"}});
    CHECK(hold(order_until(way.at + 720h)).empty());
    CHECK(hold(order_until(way.at + 720h + 1ms)) == Faults{{"HOLD_TOO_LONG", "/until"}});
}

TEST_CASE("T36: a department holds what touches its area, once") {
    auto way = Way{}.submitted();
    const auto order = order_until(way.at + 24h);
    for (const auto& area : {"33", "3311", "331125"}) {
        CHECK(way.ask(Event::hold, {Role::regulator, {}, "x", area}, order));
    }
    CHECK(faults(way.ask(Event::hold, {Role::police, {}, "x", "3301"}, order)) ==
          Faults{{"NOT_YOUR_AREA", "", forbidden}});
    const auto decision = way.go(Event::hold, by_police, order);
    CHECK(way.m.state == State::submitted);
    CHECK(way.m.overlays.held->cause == "order 7");
    CHECK(way.m.hold->division == "3311");
    CHECK(effects(decision) == Effects{EffectKind::notify_producer, EffectKind::notify_carrier,
                                       EffectKind::notify_receiver});
    CHECK(faults(way.ask(Event::hold, by_regulator, order)) ==
          Faults{{"ALREADY_HELD", "", illegal_state}});
    CHECK(faults(Way{}.ask(Event::hold, by_police, order)) ==
          Faults{{"ILLEGAL_STATE", "", illegal_state}});
}

TEST_CASE("a held manifest answers HELD to its parties, and is still received and weighed") {
    auto way = held_by(by_police);
    CHECK(faults(way.ask(Event::breakdown_swap, by_carrier, Closing{})) ==
          Faults{{"HELD", "", held}});
    CHECK(faults(way.ask(Event::request_revision, by_producer, Closing{})) ==
          Faults{{"HELD", "", held}});
    CHECK(allowed_events(way.m, Role::receiver, receiver.id) == std::vector{Event::arrive});
    CHECK(allowed_events(way.m, Role::carrier, carrier.id).empty());
    way.on(Event::arrive, by_receiver, Arrival{}).on(Event::weigh_in, by_receiver, good_weigh_in());
    CHECK(way.m.state == State::arrived);
    CHECK(faults(way.ask(Event::accept, by_receiver, Verdict{})) == Faults{{"HELD", "", held}});
}

TEST_CASE("T37: the department that held it releases, or one above it") {
    const auto way = held_by(by_police);
    const Release why{"nothing was found"};
    CHECK(faults(way.ask(Event::release, by_police, Release{})) ==
          Faults{{"REASON_REQUIRED", "/reason"}});
    CHECK(faults(way.ask(Event::release, by_regulator, why)) ==
          Faults{{"NOT_YOUR_AREA", "", forbidden}});
    CHECK(faults(way.ask(Event::release, {Role::police, {}, "x", "331125"}, why)) ==
          Faults{{"NOT_YOUR_AREA", "", forbidden}});
    CHECK(way.ask(Event::release, {Role::police, {}, "x", "33"}, why));
    auto released = way;
    const auto decision = released.go(Event::release, by_police, why);
    CHECK_FALSE(released.m.hold);
    CHECK_FALSE(released.m.overlays.held);
    CHECK(has_effect(decision, EffectKind::notify_carrier));
    CHECK(faults(released.ask(Event::release, by_police, why)) ==
          Faults{{"ILLEGAL_STATE", "", illegal_state}});
}

TEST_CASE("T37: the service releases when the order has run out, not before") {
    const auto way = held_by(by_police);
    const auto at = [&way](Duration after) {
        return codes(way.ask(Event::release, by_system, Release{}, [&](Step& s) {
            s.request.at = s.facts.now = way.m.hold->until + after;
        }));
    };
    CHECK(at(-1ms) == Codes{"TOO_EARLY"});
    CHECK(at(0ms) == Codes{"OK"});
}

TEST_CASE("T38: a case takes the manifest out of the parties' hands, from eight states") {
    auto pending = Way{2}.departed();
    std::vector<Way> seizable{
        Way{}.loaded(),    Way{}.departed(), Way{}.weighed(),   Way{}.disputed_over(true),
        Way{}.parted(),    Way{}.rejected(), Way{}.returning(), pending.handed_out(),
        held_by(by_police)};
    const Seizure seizure{"C-2026-1", "the load was tipped"};
    for (auto& way : seizable) {
        INFO(code(way.m.state));
        CHECK(faults(way.ask(Event::close_by_authority, by_regulator, Seizure{})) ==
              Faults{{"CASE_REQUIRED", "/case_no"}});
        CHECK(faults(way.ask(Event::close_by_authority, {Role::regulator, {}, "x", "44"},
                             seizure)) == Faults{{"NOT_YOUR_AREA", "", forbidden}});
        CHECK(faults(way.ask(Event::close_by_authority, by_police, seizure)) ==
              Faults{{"ROLE_NOT_ALLOWED", "", forbidden}});
        const auto decision = way.go(Event::close_by_authority, by_regulator, seizure);
        CHECK(way.m.state == State::closed_by_authority);
        CHECK(way.m.case_no == "C-2026-1");
        CHECK_FALSE(way.m.hold);
        CHECK(effects(decision) == Effects{EffectKind::end_watch, EffectKind::free_leg,
                                           EffectKind::notify_producer, EffectKind::notify_carrier,
                                           EffectKind::notify_receiver,
                                           EffectKind::outbox_national});
        CHECK(allowed_events(way.m, Role::regulator, {}).empty());
    }
    for (const auto& way : {Way{}.submitted(), Way{}.accepted(), Way{}.completed()}) {
        CHECK(faults(way.ask(Event::close_by_authority, by_regulator, seizure)) ==
              Faults{{"ILLEGAL_STATE", "", illegal_state}});
    }
}
