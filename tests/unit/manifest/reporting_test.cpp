// What of a manifest the national system is told, and in which words.
#include "manifest/reporting.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace liuhen;
using namespace liuhen::manifest;

namespace {

Manifest numbered(Kind kind = Kind::hazardous, const std::string& waste = "336-054-17") {
    Manifest m;
    m.no = "33112026000001";
    m.kind = kind;
    m.state = State::submitted;
    m.lines.emplace_back();
    m.lines.back().code = waste;
    return m;
}

}  // namespace

TEST_CASE("every row of the lifecycle that is for the nation is reported") {
    for (const Transition& row : lifecycle()) {
        if (std::ranges::find(row.effects, EffectKind::outbox_national) == row.effects.end())
            continue;
        for (std::size_t i = 0; i < static_cast<std::size_t>(Event::count_); ++i) {
            const auto event = static_cast<Event>(i);
            if (!row.events.has(event)) continue;
            Manifest led_to = numbered();
            for (std::size_t s = 0; s < static_cast<std::size_t>(State::count_); ++s) {
                if (row.to.states.has(static_cast<State>(s))) led_to.state = static_cast<State>(s);
            }
            INFO(row.row << ' ' << code(event));
            CHECK(is_reported(event, led_to));
        }
    }
}

TEST_CASE("a draft, a note of an authority and what a fence sees of a lock are not reported") {
    for (const Event event :
         {Event::create, Event::edit, Event::discard, Event::hold, Event::release, Event::weigh_in,
          Event::handover_out, Event::request_revision, Event::refuse_revision}) {
        INFO(code(event));
        CHECK_FALSE(is_reported(event, numbered()));
    }
    Manifest unnumbered = numbered();
    unnumbered.no.clear();
    CHECK_FALSE(is_reported(Event::submit, unnumbered));
}

TEST_CASE("what several sign is reported with the last signature") {
    Manifest m = numbered();
    m.state = State::carrier_assigned;
    CHECK_FALSE(is_reported(Event::load_sign, m));
    CHECK(is_reported(Event::unload, m));
    m.state = State::loaded;
    CHECK(is_reported(Event::load_sign, m));
    CHECK_FALSE(is_reported(Event::unload, m));
    m.state = State::backfill_pending;
    CHECK_FALSE(is_reported(Event::confirm_backfill, m));
    m.state = State::completed;
    CHECK(is_reported(Event::confirm_backfill, m));
    m.revision.emplace();
    CHECK_FALSE(is_reported(Event::approve_revision, m));
    m.revision.reset();
    CHECK(is_reported(Event::approve_revision, m));
}

TEST_CASE("only hazardous waste is reported, whatever carries it") {
    CHECK(is_reportable(numbered()));
    CHECK(is_reportable(numbered(Kind::medical, "841-001-01")));
    CHECK(is_reportable(numbered(Kind::pipe, "900-249-08")));
    CHECK_FALSE(is_reportable(numbered(Kind::pipe, "900-001-S17")));
    CHECK_FALSE(is_reportable(numbered(Kind::general, "900-001-S17")));
    CHECK_FALSE(is_reported(Event::submit, numbered(Kind::construction, "501-001-S71")));
}

TEST_CASE("states and ways of filing have the exchange's numbers") {
    const std::set<std::string_view> known{"1", "2", "3", "4", "5", "5_5", "6", "7", "8"};
    for (std::size_t i = 0; i < static_cast<std::size_t>(State::count_); ++i) {
        INFO(code(static_cast<State>(i)));
        CHECK(known.contains(bill_status(static_cast<State>(i))));
    }
    CHECK(bill_status(State::submitted) == "1");
    CHECK(bill_status(State::loaded) == "2");
    CHECK(bill_status(State::handover_pending) == "3");
    CHECK(bill_status(State::arrived) == "4");
    CHECK(bill_status(State::discrepancy) == "5");
    CHECK(bill_status(State::accepted) == "5_5");
    CHECK(bill_status(State::completed) == "6");
    Manifest m = numbered();
    CHECK(bill_type(m) == "0");
    m.flow = Flow::cross_province;
    CHECK(bill_type(m) == "00");
    m.origin_mode = OriginMode::backfill_emergency;
    CHECK(bill_type(m) == "2");
    CHECK(vehicle_kind(Mode::road) == "1");
    CHECK(vehicle_kind(Mode::other) == "6");
}

TEST_CASE("tonnes have four decimals, and fifty grams go up") {
    CHECK(exchanged_tonnes(Grams{0}) == "0.0000");
    CHECK(exchanged_tonnes(Grams{49}) == "0.0000");
    CHECK(exchanged_tonnes(Grams{50}) == "0.0001");
    CHECK(exchanged_tonnes(Grams{8'000'000}) == "8.0000");
    CHECK(exchanged_tonnes(Grams{12'345'678}) == "12.3457");
    CHECK(exchanged_tonnes(Grams{999'950}) == "1.0000");
    CHECK(report_key("33112026000001", 4, "load_sign") == "33112026000001-4-load_sign");
}
