// Rows T33 to T35: a paper manifest entered afterwards.
#include "tests/unit/manifest/ways.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using enum RefusalKind;

namespace {

Faults entering(const std::function<void(BackfillForm&)>& shape, const Spoil& spoil = {}) {
    auto paper = Way::paper();
    shape(paper);
    return faults(Way{}.ask(Event::submit_backfill, by_producer, paper, spoil));
}
const auto as_it_is = [](BackfillForm&) {};

}  // namespace

TEST_CASE("T33: a paper is entered whole, in the past and in order") {
    CHECK(entering(as_it_is).empty());
    CHECK(entering([](BackfillForm& p) { p = {}; }) == Faults{{"FIELD_REQUIRED", "/paper_no"},
                                                              {"FIELD_REQUIRED", "/paper_scan"},
                                                              {"FIELD_REQUIRED", "/departed_at"},
                                                              {"FIELD_REQUIRED", "/arrived_at"},
                                                              {"FIELD_REQUIRED", "/lines"}});
    CHECK(entering([](BackfillForm& p) { p.origin_mode = OriginMode::normal; }) ==
          Faults{{"FIELD_REQUIRED", "/origin_mode"}});
    CHECK(entering([](BackfillForm& p) { p.paper_no = std::string(41, '1'); }) ==
          Faults{{"FIELD_REQUIRED", "/paper_no"}});
    CHECK(entering([](BackfillForm& p) { p.arrived_at = p.departed_at; }) ==
          Faults{{"TIME_ORDER", "/arrived_at"}});
    CHECK(entering([](BackfillForm& p) { p.arrived_at = eight + 30min + 1ms; }) ==
          Faults{{"TIME_IN_FUTURE", "/arrived_at"}});
    CHECK(entering([](BackfillForm& p) { p.arrived_at = eight + 30min; }).empty());
    CHECK(entering([](BackfillForm& p) { p.plate = "truck 5"; }) ==
          Faults{{"FIELD_FORMAT", "/plate"}});
    CHECK(entering(as_it_is, [](Step& s) { s.facts.paper_no_taken = true; }) ==
          Faults{{"DUPLICATE_PAPER", "/paper_no", illegal_state}});
}

TEST_CASE("T33: every line of a paper arrived with something") {
    CHECK(entering([](BackfillForm& p) { p.lines[0].accepted_g.reset(); }) ==
          Faults{{"FIELD_REQUIRED", "/lines/0/accepted_g"}});
    CHECK(entering([](BackfillForm& p) { p.lines = {Way::split(1, 0, 0)}; }) ==
          Faults{{"WEIGHT_INVALID", "/lines/0/accepted_g"}});
    CHECK(entering([](BackfillForm& p) {
              p.sent = {{1, Grams{0}, {}}};
          }) == Faults{{"WEIGHT_INVALID", "/lines/0/sent_g"}});
    CHECK(entering([](BackfillForm& p) { p.lines[0].line_no = 2; }) ==
          Faults{{"LINE_UNKNOWN", "/lines/0/line_no"}});
}

TEST_CASE("T33: the paper becomes the manifest, late with a flag") {
    auto way = Way{};
    auto paper = Way::paper();
    paper.lines = {Way::split(1, 9'000'000, 900'000)};
    paper.sent = {{1, Grams{9'950'000}, {}}};
    const auto decision = way.go(Event::submit_backfill, by_producer, paper);
    CHECK(way.m.state == State::backfill_pending);
    CHECK(way.m.no == "20263311000001");
    CHECK(way.m.origin_mode == OriginMode::backfill_ordinary);
    CHECK(way.m.lines[0].received_g == Grams{9'900'000});
    CHECK(way.m.lines[0].sent_g == Grams{9'950'000});
    CHECK(way.m.legs[0].plate == "浙K12345");
    CHECK_FALSE(way.m.overlays.late_backfill);
    CHECK(effects(decision) == Effects{EffectKind::reserve_quantities, EffectKind::notify_carrier,
                                       EffectKind::notify_receiver, EffectKind::outbox_national});
    const auto late = Way{}.ask(Event::submit_backfill, by_producer, Way::paper(),
                                [](Step& s) { s.facts.dues.backfill = s.facts.now - 1ms; });
    CHECK(late->next.overlays.late_backfill);
    CHECK(warns(*late, "LATE_BACKFILL"));
}

TEST_CASE("T34: carrier and receiver confirm the same version, each once") {
    for (const bool carrier_first : {true, false}) {
        auto way = Way{}.backfilled();
        const auto version = way.m.version;
        const auto& first = carrier_first ? by_carrier : by_receiver;
        const auto& second = carrier_first ? by_receiver : by_carrier;
        CHECK(faults(way.ask(Event::confirm_backfill, first, Confirmation{version - 1})) ==
              Faults{{"STALE_VERSION", "/version", stale}});
        CHECK(faults(way.ask(Event::confirm_backfill, first, Confirmation{})) ==
              Faults{{"FIELD_REQUIRED", "/version"}});
        const auto one = way.go(Event::confirm_backfill, first, Confirmation{version});
        CHECK(way.m.state == State::backfill_pending);
        CHECK(one.effects.empty());
        CHECK(faults(way.ask(Event::confirm_backfill, first, Confirmation{version})) ==
              Faults{{"ALREADY_SIGNED", "", illegal_state}});
        const auto both = way.go(Event::confirm_backfill, second, Confirmation{version});
        CHECK(way.m.state == State::completed);
        CHECK(way.m.closed_at);
        CHECK(effects(both) == Effects{EffectKind::notify_producer, EffectKind::correct_quantities,
                                       EffectKind::add_to_stock, EffectKind::outbox_national,
                                       EffectKind::freeze_content});
    }
}

TEST_CASE("T34: a track that contradicts raises an alert and stops nothing") {
    const auto way = Way{}.backfilled();
    const auto decision = way.ask(Event::confirm_backfill, by_carrier, Confirmation{way.m.version},
                                  [](Step& s) { s.facts.track_contradicts = true; });
    CHECK(has_effect(*decision, EffectKind::raise_backfill_conflict));
    CHECK(warns(*decision, "BACKFILL_TRACK_CONFLICT"));
}

TEST_CASE("T35: a paper sent back keeps its number and is entered anew") {
    const Explanation why{{{}, "another truck"}};
    for (const auto& by : {by_carrier, by_receiver, by_regulator}) {
        auto way = Way{}.backfilled();
        CHECK(faults(way.ask(Event::return_backfill, by, Explanation{})) ==
              Faults{{"REASON_REQUIRED", "/reason"}});
        const auto decision = way.go(Event::return_backfill, by, why);
        CHECK(way.m.state == State::draft);
        CHECK(way.m.no == "20263311000001");
        CHECK(way.m.backfill->returned == "another truck");
        CHECK(effects(decision) ==
              Effects{EffectKind::give_back_quantities, EffectKind::notify_producer});
    }
    const Actor other{Role::regulator, {}, "x", "4401"};
    CHECK(faults(Way{}.backfilled().ask(Event::return_backfill, other, why)) ==
          Faults{{"NOT_YOUR_AREA", "", forbidden}});
}

TEST_CASE("a paper sent back stays in its prefecture and is never submitted as a plan") {
    auto way = Way{}.backfilled();
    way.on(Event::confirm_backfill, by_carrier, Confirmation{way.m.version})
        .on(Event::return_backfill, by_receiver, Explanation{{{}, "another truck"}});
    CHECK(way.m.backfill->confirmed_by.empty());
    CHECK(faults(way.ask(Event::submit, by_producer, Submission{})) ==
          Faults{{"ILLEGAL_STATE", "", illegal_state}});
    CHECK(faults(way.ask(Event::edit, by_producer, good_filing(), [](Step& s) {
              s.facts.directory.producer->division = "330102";
          })) == Faults{{"ORIGIN_FIXED", "/producer/division"}});
    way.on(Event::edit, by_producer, good_filing());
    way.go(Event::submit_backfill, by_producer, Way::paper(),
           [](Step& s) { s.facts.next_no.clear(); });
    CHECK(way.m.state == State::backfill_pending);
    CHECK(way.m.no == "20263311000001");
    CHECK(way.m.backfill->returned.empty());
}
