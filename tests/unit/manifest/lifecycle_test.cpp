#include "manifest/lifecycle.hpp"

#include "tests/unit/manifest/journey.hpp"
#include "tests/unit/manifest/vector_rows.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace liuhen;
using namespace liuhen::test;

namespace {

constexpr auto state_count = static_cast<std::size_t>(State::count_);
constexpr auto event_count = static_cast<std::size_t>(Event::count_);
constexpr auto role_count = static_cast<std::size_t>(Role::count_);

/// A manifest in `state` with every party named.
Manifest standing_in(State state) {
    Manifest manifest = before(calls);
    manifest.state = state;
    return manifest;
}

const Transition* row_of(const Manifest& manifest, Event event) {
    for (const auto& row : lifecycle()) {
        if (row.events.has(event) && !row.from.before_creation &&
            row.from.states.has(manifest.state) &&
            (row.from.when == nullptr || row.from.when(manifest))) {
            return &row;
        }
    }
    return nullptr;
}

/// What may stand beside a state and opens or shuts rows of the table.
std::vector<Manifest> standings(State state) {
    Manifest plain = standing_in(state);
    Manifest bare = plain;  // nothing loaded, no number, a further leg filed
    bare.weigh_out.reset();
    bare.no.clear();
    bare.legs.push_back(bare.legs.front());
    bare.legs.back().vehicle = {};
    bare.legs.back().assigned_at.reset();
    Manifest busy = plain;  // held, revised, disputed
    busy.hold = Hold{};
    busy.overlays.held = Mark{eight, "order 7"};
    busy.revision = Revision{};
    busy.discrepancy = Discrepancy{};
    busy.discrepancy->disputed = "the scale is wrong";
    Manifest disputable = plain;
    disputable.discrepancy = Discrepancy{};
    return {plain, bare, busy, disputable};
}

PartyId party_of(Role role) {
    switch (role) {
        case Role::producer:
            return producer.id;
        case Role::carrier:
        case Role::driver:
            return carrier.id;
        case Role::receiver:
            return receiver.id;
        default:
            return {};
    }
}

}  // namespace

TEST_CASE("an honest transfer runs from draft to completed") {
    const auto manifest = before(calls);
    CHECK(manifest.state == State::completed);
    CHECK(manifest.version == 10);
    CHECK(manifest.no == "20263311000001");
    CHECK(manifest.lines.at(0).code == "900-041-49");
    CHECK(manifest.lines.at(0).category == "HW49");
    CHECK(manifest.lines.at(0).sent_g == Grams{10'000'000});
    CHECK(manifest.lines.at(0).received_g == Grams{9'990'000});
    CHECK(manifest.lines.at(0).accepted_g == Grams{9'990'000});
    CHECK(manifest.lines.at(0).method_done == "D10");
    CHECK(manifest.legs.at(0).plate == "浙K12345");
    CHECK(manifest.legs.at(0).loaded_at == eight + 2h);
    CHECK(manifest.legs.at(0).depart_at == eight + 2h + 30min);
    CHECK(manifest.legs.at(0).arrive_at == eight + 3h);
    CHECK(manifest.signatures.size() == 8);
    CHECK(manifest.closed_at == eight + 4h + 30min);
}

TEST_CASE("every row but the watch's own can be taken") {
    for (const auto& row : lifecycle()) {
        INFO(row.row);
        CHECK((row.apply == nullptr) == (row.row == "T13"));
    }
}

TEST_CASE("every cell of states and callable events is a row or a refusal of the state") {
    std::set<std::pair<std::size_t, std::size_t>> cells;
    std::set<std::string_view> opened;
    for (std::size_t s = 0; s < state_count; ++s) {
        for (const Manifest& manifest : standings(static_cast<State>(s))) {
            for (std::size_t e = 0; e < event_count; ++e) {
                const auto event = static_cast<Event>(e);
                if (event == Event::create || event == Event::track_or_lock_event) continue;
                cells.emplace(s, e);
                INFO(code(manifest.state) << " " << code(event));
                const auto* row = row_of(manifest, event);
                Request request{event, by_producer, eight + 1000h, {}, {}};
                const auto decision = decide(manifest, request, good_facts(eight + 1000h));
                if (row != nullptr) {
                    opened.insert(row->row);
                    CHECK(codes(decision) != Codes{"ILLEGAL_STATE"});
                    continue;
                }
                REQUIRE_FALSE(decision);
                REQUIRE(decision.error().size() == 1);
                CHECK(decision.error().front().kind == RefusalKind::illegal_state);
                CHECK(decision.error().front().state == manifest.state);
                CHECK(decision.error().front().allowed_events ==
                      allowed_events(manifest, Role::producer, producer.id));
            }
        }
    }
    CHECK(cells.size() == 738);
    CHECK(opened.size() == 39);  // all but T01, which has no manifest yet, and T13
}

TEST_CASE("no cell belongs to two rows") {
    for (std::size_t s = 0; s < state_count; ++s) {
        for (std::size_t e = 0; e < event_count; ++e) {
            const auto n = std::ranges::count_if(lifecycle(), [&](const Transition& row) {
                return row.events.has(static_cast<Event>(e)) &&
                       row.from.states.has(static_cast<State>(s));
            });
            INFO(code(static_cast<State>(s)) << " " << code(static_cast<Event>(e)));
            CHECK(n <= 1);
        }
    }
}

TEST_CASE("nothing leaves a final state but what the table says of COMPLETED") {
    for (std::size_t s = 0; s < state_count; ++s) {
        if (!is_final(static_cast<State>(s))) continue;
        for (const auto& row : lifecycle()) {
            if (!row.from.states.has(static_cast<State>(s))) continue;
            INFO(row.row << " from " << code(static_cast<State>(s)));
            const bool stays = row.to.states.empty() || row.to.states == EnumSet{State::completed};
            CHECK(stays);
        }
    }
}

TEST_CASE("an event offered to a caller is neither illegal nor forbidden to it") {
    for (std::size_t s = 0; s < state_count; ++s) {
        for (std::size_t r = 0; r < role_count; ++r) {
            const auto role = static_cast<Role>(r);
            const auto manifest = standing_in(static_cast<State>(s));
            const Actor by{role, party_of(role), "zhang", {}};
            const auto offered = allowed_events(manifest, role, by.party);
            for (std::size_t e = 0; e < event_count; ++e) {
                const auto event = static_cast<Event>(e);
                const auto decision =
                    decide(manifest, {event, by, eight, {}, {}}, good_facts(eight));
                const std::set<std::string> closed{
                    "ILLEGAL_STATE",     "ROLE_NOT_ALLOWED",   "SIGN_ROLE",   "NOT_YOUR_ORG",
                    "NOT_NAMED_CARRIER", "NOT_NAMED_RECEIVER", "NO_NEXT_LEG", "MUST_UNLOAD_FIRST",
                    "ALREADY_DEPARTED",  "ALREADY_DISPUTED"};
                const bool open = !closed.contains(codes(decision).front());
                INFO(code(manifest.state) << " " << code(role) << " " << code(event));
                CHECK(open == (std::ranges::find(offered, event) != offered.end()));
            }
        }
    }
}

TEST_CASE("a stranger is offered nothing") {
    const PartyId other{"other"};
    for (std::size_t s = 0; s < state_count; ++s) {
        const auto manifest = standing_in(static_cast<State>(s));
        for (const auto role : {Role::producer, Role::carrier, Role::driver, Role::receiver}) {
            CHECK(allowed_events(manifest, role, other).empty());
            CHECK(allowed_events(manifest, role, {}).empty());
        }
    }
}

TEST_CASE("a producer may create what does not exist yet, and nobody else may do anything") {
    CHECK(allowed_events({}, Role::producer, producer.id) == std::vector{Event::create});
    CHECK(allowed_events({}, Role::carrier, carrier.id).empty());
    CHECK(codes(decide({}, {Event::submit, by_producer, eight, {}, {}}, good_facts(eight))) ==
          Codes{"ILLEGAL_STATE"});
}

TEST_CASE("a draft is not created twice") {
    const auto steps = journey();
    CHECK(codes(decide(before(submit_call), steps[create_call].request, steps[0].facts)) ==
          Codes{"ILLEGAL_STATE"});
}

TEST_CASE("another organisation in the right role is turned away by name") {
    const std::vector<std::pair<Call, std::string>> expected{
        {submit_call, "NOT_YOUR_ORG"},         {accept_carriage_call, "NOT_NAMED_CARRIER"},
        {producer_signs_call, "NOT_YOUR_ORG"}, {driver_signs_call, "NOT_NAMED_CARRIER"},
        {depart_call, "NOT_NAMED_CARRIER"},    {arrive_call, "NOT_NAMED_RECEIVER"},
        {weigh_in_call, "NOT_NAMED_RECEIVER"}, {accept_call, "NOT_NAMED_RECEIVER"},
        {close_call, "NOT_YOUR_ORG"}};
    for (const auto& [call, said] : expected) {
        INFO("call " << call);
        const auto decision = answer(call, [](Step& step) { step.request.by.party = {"other"}; });
        CHECK(codes(decision) == Codes{said});
        CHECK(decision.error().front().kind == RefusalKind::forbidden);
    }
}

TEST_CASE("every role outside a row is refused, and at the load by SIGN_ROLE") {
    for (std::size_t call = 0; call < calls; ++call) {
        const auto& row = *std::ranges::find_if(lifecycle(), [&](const Transition& one) {
            return one.row == answer(static_cast<Call>(call), [](Step&) {})->row;
        });
        for (std::size_t r = 0; r < role_count; ++r) {
            const auto role = static_cast<Role>(r);
            if (row.actors.has(role)) continue;
            const auto said = codes(answer(static_cast<Call>(call), [&](Step& step) {
                step.request.by = {role, party_of(role), "x", {}};
            }));
            INFO("call " << call << " by " << code(role));
            CHECK(said == Codes{row.row == "T10" ? "SIGN_ROLE" : "ROLE_NOT_ALLOWED"});
        }
    }
}

TEST_CASE("a version that is not the current one is stale") {
    CHECK(codes(answer(submit_call, [](Step& step) { step.request.if_version = 7; })) ==
          Codes{"STALE_VERSION"});
    CHECK(answer(submit_call, [](Step& step) { step.request.if_version = 1; }));
}

TEST_CASE("a body of another event is refused") {
    for (const auto call :
         {create_call, accept_carriage_call, producer_signs_call, weigh_in_call, accept_call}) {
        const auto decision = answer(call, [](Step& step) { step.request.body = Closing{}; });
        INFO("call " << call);
        CHECK(codes(decision) == Codes{"BODY_MISMATCH"});
    }
}

TEST_CASE("a time more than five minutes ahead is refused in every step after the draft") {
    for (std::size_t call = submit_call; call < calls; ++call) {
        INFO("call " << call);
        CHECK(answer(static_cast<Call>(call), [](Step& step) { step.request.at += 5min; }));
        CHECK(codes(answer(static_cast<Call>(call), [](Step& step) {
                  step.request.at += 5min + 1ms;
              })) == Codes{"TIME_IN_FUTURE"});
    }
}

TEST_CASE("a step may not bear an earlier time than the one before it") {
    for (std::size_t call = accept_carriage_call; call < calls; ++call) {
        const auto back = call == weigh_in_call ? 40min : 30min;  // weighed before the gate scan
        INFO("call " << call);
        CHECK(answer(static_cast<Call>(call), [&](Step& step) { step.request.at -= back; }));
        CHECK(codes(answer(static_cast<Call>(call), [&](Step& step) {
                  step.request.at -= back + 1ms;
              })) == Codes{"TIME_ORDER"});
    }
}

TEST_CASE("a held manifest stands still but still arrives and is weighed") {
    for (std::size_t call = submit_call; call < calls; ++call) {
        auto manifest = before(call);
        manifest.overlays.held = Mark{eight, "order 7"};
        const auto step = journey()[call];
        const bool goes_on = call == arrive_call || call == weigh_in_call;
        INFO("call " << call);
        CHECK(codes(decide(manifest, step.request, step.facts)) ==
              (goes_on ? Codes{"OK"} : Codes{"HELD"}));
    }
}

TEST_CASE("guards without a register let pass until they are required, and then refuse by code") {
    struct Wired {
        Call call;
        Check Checks::*check;
    };
    const std::vector<Wired> wired{{submit_call, &Checks::waste_listed},
                                   {submit_call, &Checks::plan},
                                   {submit_call, &Checks::licence},
                                   {submit_call, &Checks::approval},
                                   {accept_carriage_call, &Checks::vehicle_permit},
                                   {accept_carriage_call, &Checks::crew},
                                   {producer_signs_call, &Checks::containers_loaded},
                                   {producer_signs_call, &Checks::rated_load},
                                   {producer_signs_call, &Checks::plan},
                                   {depart_call, &Checks::zone_pass},
                                   {weigh_in_call, &Checks::scale},
                                   {accept_call, &Checks::containers_received},
                                   {accept_call, &Checks::method_in_licence},
                                   {close_call, &Checks::national_answer}};
    for (const auto& one : wired) {
        INFO("call " << one.call);
        CHECK(answer(one.call,
                     [&](Step& step) { step.facts.checks.*one.check = Check::satisfied(); }));
        CHECK(codes(answer(one.call, [&](Step& step) {
                  step.facts.checks.*one.check = Check::failed("PLAN_EXCEEDED");
              })) == Codes{"PLAN_EXCEEDED"});
    }
}

TEST_CASE("every failed guard is in the one answer") {
    const auto said = codes(answer(submit_call, [](Step& step) {
        step.facts.checks.plan = Check::failed("PLAN_MISSING", "/lines/0");
        step.facts.checks.licence = {Check::Outcome::failed,
                                     {{"LICENCE_EXPIRED", "", ""}, {"LICENCE_SCOPE", "", ""}}};
        step.facts.next_no.clear();
    }));
    CHECK(said == Codes{"PLAN_MISSING", "LICENCE_EXPIRED", "LICENCE_SCOPE", "SERIAL_EXHAUSTED"});
}

TEST_CASE("names of states, events and roles read back") {
    for (std::size_t s = 0; s < state_count; ++s) {
        CHECK(state_from_code(code(static_cast<State>(s))) == static_cast<State>(s));
    }
    for (std::size_t e = 0; e < event_count; ++e) {
        CHECK(event_from_code(code(static_cast<Event>(e))) == static_cast<Event>(e));
    }
    for (std::size_t r = 0; r < role_count; ++r) {
        CHECK(role_from_code(code(static_cast<Role>(r))) == static_cast<Role>(r));
    }
    CHECK_FALSE(state_from_code("draft"));
    CHECK_FALSE(event_from_code("SUBMIT"));
    CHECK_FALSE(event_from_code(""));
}

TEST_CASE("every refusal and warning has words in both languages and a code of its own") {
    std::set<std::string_view> seen;
    for (const auto catalogue : {refusal_catalogue(), warning_catalogue()}) {
        for (const auto& text : catalogue) {
            INFO(text.code);
            CHECK(seen.insert(text.code).second);
            CHECK_FALSE(text.en.empty());
            CHECK_FALSE(text.zh.empty());
        }
    }
}
