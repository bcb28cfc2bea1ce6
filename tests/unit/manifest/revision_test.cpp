// Rows T39 and T40: corrections of sealed fields, with the assent of the counterparts.
#include "manifest/revision.hpp"

#include "tests/unit/manifest/ways.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using enum RefusalKind;

namespace {

RevisionRequest change(std::vector<std::pair<std::string, std::string>> fields) {
    RevisionRequest request{"a slip of the pen", {}};
    for (auto& [pointer, after] : fields) {
        request.changes.push_back({std::move(pointer), {}, std::move(after)});
    }
    return request;
}
Faults revising(const Way& way, const Actor& by,
                std::vector<std::pair<std::string, std::string>> fields) {
    return faults(way.ask(Event::request_revision, by, change(std::move(fields))));
}
Way asked(Way way, const Actor& by, std::vector<std::pair<std::string, std::string>> fields) {
    way.on(Event::request_revision, by, change(std::move(fields)));
    return way;
}

}  // namespace

TEST_CASE("T39: a revision has a reason and changes something") {
    const auto way = Way{}.accepted();
    auto unsaid = change({{"/lines/0/waste_name", "paint cans"}});
    unsaid.reason = "typo";
    CHECK(faults(way.ask(Event::request_revision, by_producer, unsaid)) ==
          Faults{{"REASON_REQUIRED", "/reason"}});
    CHECK(revising(way, by_producer, {}) == Faults{{"REVISION_EMPTY", "/changes"}});
    CHECK(revising(way, by_producer, {{"/lines/0/waste_name", way.m.lines[0].waste_name}}) ==
          Faults{{"REVISION_EMPTY", "/changes"}});
    CHECK(revising(way, by_producer,
                   std::vector(101, std::pair<std::string, std::string>{"/lines/0/note", "x"})) ==
          Faults{{"FIELD_RANGE", "/changes"}});
}

TEST_CASE("T39: another party's field is sealed, and all of them are listed") {
    const auto way = Way{}.accepted();
    CHECK(revising(way, by_producer,
                   {{"/lines/0/accepted_g", "1"},
                    {"/lines/0/waste_name", "paint cans"},
                    {"/legs/0/waybill_no", "YD0002"},
                    {"/state", "COMPLETED"}}) ==
          Faults{{"FIELD_SEALED", "/changes/0/pointer", forbidden},
                 {"FIELD_SEALED", "/changes/2/pointer", forbidden},
                 {"FIELD_SEALED", "/changes/3/pointer", forbidden}});
    const auto answer =
        way.ask(Event::request_revision, by_producer, change({{"/lines/0/accepted_g", "1"}}));
    CHECK(answer.error().front().value == "/lines/0/accepted_g");
    CHECK(revising(way, by_carrier, {{"/legs/0/waybill_no", "YD0002"}}).empty());
    CHECK(revising(way, by_receiver, {{"/lines/0/method_done", "R3"}}).empty());
    CHECK(revising(way, by_producer, {{"/lines/7/note", "x"}}) ==
          Faults{{"FIELD_UNKNOWN", "/changes/0/pointer"}});
    CHECK(revising(way, by_producer, {{"/lines/0/colour", "x"}}) ==
          Faults{{"FIELD_UNKNOWN", "/changes/0/pointer"}});
}

TEST_CASE("T39: a carrier corrects its own leg and no other") {
    auto way = Way{2}.departed();
    way.handed_out().handed_in(1);
    const Actor second{Role::carrier, carrier_of(1).id, "x", {}};
    CHECK(revising(way, second, {{"/legs/1/waybill_no", "YD0002"}}).empty());
    CHECK(revising(way, second, {{"/legs/0/waybill_no", "YD0002"}}) ==
          Faults{{"FIELD_SEALED", "/changes/0/pointer", forbidden}});
}

TEST_CASE("T39: a value keeps the form's rules") {
    const auto way = Way{}.accepted();
    const auto producers = [&way](std::string field, std::string value) {
        return revising(way, by_producer, {{"/lines/0/" + field, std::move(value)}});
    };
    CHECK(producers("form", "FLUID") == Faults{{"FIELD_FORMAT", "/changes/0/value"}});
    CHECK(producers("sent_g", "10 t") == Faults{{"FIELD_FORMAT", "/changes/0/value"}});
    CHECK(producers("sent_g", "") == Faults{{"FIELD_REQUIRED", "/changes/0/value"}});
    CHECK(producers("sent_g", "0") == Faults{{"FIELD_RANGE", "/lines/0/sent_g"}});
    CHECK(producers("sent_g", "9223372036854775807") == Faults{{"FIELD_RANGE", "/lines/0/sent_g"}});
    CHECK(producers("waste_name", "") == Faults{{"FIELD_REQUIRED", "/lines/0/waste_name"}});
    CHECK(producers("waste_name", std::string(101, 'x')) ==
          Faults{{"FIELD_LENGTH", "/lines/0/waste_name"}});
    CHECK(producers("note", std::string(1001, 'x')) ==
          Faults{{"FIELD_LENGTH", "/changes/0/value"}});
    CHECK(producers("note", "a note that was forgotten").empty());
    CHECK(revising(way, by_producer, {{"/contract_no", std::string(61, 'x')}}) ==
          Faults{{"FIELD_LENGTH", "/contract_no"}});
    CHECK(revising(way, by_carrier, {{"/legs/0/waybill_no", "Y"}}) ==
          Faults{{"FIELD_LENGTH", "/legs/0/waybill_no"}});
    CHECK(revising(Way{}.departed(), by_receiver, {{"/lines/0/accepted_g", "1"}}) ==
          Faults{{"FIELD_NOT_FILLED", "/changes/0/pointer"}});
}

TEST_CASE("T39: accepted and refused keep adding up, and cover what was treated") {
    auto way = Way{}.completed();
    way.on(Event::report_treatment, by_receiver,
           TreatmentReport{{{1, Grams{5'000'000}, "R3", {}, {}, {}}}});
    const auto weights = [&way](std::string received, std::string accepted) {
        return revising(way, by_receiver,
                        {{"/lines/0/received_g", std::move(received)},
                         {"/lines/0/accepted_g", std::move(accepted)}});
    };
    CHECK(weights("9000000", "9000000").empty());
    CHECK(weights("9000000", "9000500").empty());
    CHECK(weights("9000000", "9000501") == Faults{{"SPLIT_SUM", "/lines/0/accepted_g"}});
    CHECK(weights("5000000", "5000000").empty());
    CHECK(weights("4999999", "4999999") == Faults{{"TREATED_EXCEEDS", "/lines/0/accepted_g"}});
    const auto parted = Way{}.parted();
    CHECK(revising(parted, by_receiver,
                   {{"/lines/0/accepted_g", "9990000"}, {"/lines/0/refused_g", "0"}}) ==
          Faults{{"SPLIT_RANGE", "/lines"}});
}

TEST_CASE("T39: one revision waits at a time, and not where nothing may be revised") {
    const auto way = asked(Way{}.accepted(), by_producer, {{"/lines/0/waste_name", "paint cans"}});
    CHECK(way.m.overlays.revision_pending->cause == "a slip of the pen");
    CHECK(way.m.revision->due == eight + 7 * 24h);
    CHECK(way.m.revision->awaited == std::vector{receiver.id, carrier.id});
    CHECK(way.m.revision->changes ==
          std::vector{FieldChange{"/lines/0/waste_name", "废油漆桶", "paint cans"}});
    CHECK(way.m.lines[0].waste_name == "废油漆桶");
    CHECK(revising(way, by_receiver, {{"/lines/0/method_done", "R3"}}) ==
          Faults{{"REVISION_PENDING", "", illegal_state}});
    for (const auto& shut :
         {Way{}, Way{}.rejected(), Way{}.backfilled(), Way{}.returning(), Way{}.returned()}) {
        INFO(code(shut.m.state));
        CHECK(revising(shut, by_producer, {{"/lines/0/waste_name", "paint cans"}}) ==
              Faults{{"ILLEGAL_STATE", "", illegal_state}});
    }
}

TEST_CASE("T40: the values are in when every counterpart has approved, each once") {
    auto way = asked(Way{}.accepted(), by_producer, {{"/lines/0/sent_g", "12000000"}});
    const auto version = way.m.version;
    CHECK(faults(way.ask(Event::approve_revision, by_producer, Closing{})) ==
          Faults{{"NOT_YOUR_ORG", "", forbidden}});
    const auto first = way.go(Event::approve_revision, by_carrier, Closing{});
    CHECK(way.m.lines[0].sent_g == Grams{10'000'000});
    CHECK_FALSE(has_effect(first, EffectKind::correct_quantities));
    CHECK(faults(way.ask(Event::approve_revision, by_carrier, Closing{})) ==
          Faults{{"ALREADY_SIGNED", "", illegal_state}});
    const auto last = way.go(Event::approve_revision, by_receiver, Closing{});
    CHECK(way.m.lines[0].sent_g == Grams{12'000'000});
    CHECK(way.m.version == version + 2);
    CHECK_FALSE(way.m.revision);
    CHECK_FALSE(way.m.overlays.revision_pending);
    CHECK(way.m.overlays.difference->cause == "SIGNIFICANT_DIFFERENCE");
    CHECK(has_effect(last, EffectKind::correct_quantities));
    CHECK(has_effect(last, EffectKind::outbox_national));
    CHECK(faults(way.ask(Event::approve_revision, by_receiver, Closing{})) ==
          Faults{{"ILLEGAL_STATE", "", illegal_state}});
}

TEST_CASE("T40: one refusal ends it, the author may cancel, and the service lets it lapse") {
    const auto way = asked(Way{}.accepted(), by_producer, {{"/lines/0/waste_name", "paint cans"}});
    const auto ended = [&way](Event event, const Actor& by, const Spoil& spoil = {}) {
        const auto answer = way.ask(event, by, Closing{}, spoil);
        if (!answer) return codes(answer);
        CHECK_FALSE(answer->next.revision);
        CHECK_FALSE(answer->next.overlays.revision_pending);
        CHECK(answer->next.lines == way.m.lines);
        CHECK_FALSE(has_effect(*answer, EffectKind::correct_quantities));
        return Codes{"OK"};
    };
    CHECK(ended(Event::refuse_revision, by_receiver) == Codes{"OK"});
    CHECK(ended(Event::refuse_revision, by_producer) == Codes{"NOT_YOUR_ORG"});
    CHECK(ended(Event::cancel_revision, by_producer) == Codes{"OK"});
    CHECK(ended(Event::cancel_revision, by_receiver) == Codes{"NOT_YOUR_ORG"});
    const auto due = *way.m.revision->due;
    const auto service_at = [&](Instant now) {
        return ended(Event::cancel_revision, by_system,
                     [&](Step& s) { s.request.at = s.facts.now = now; });
    };
    CHECK(service_at(due - 1ms) == Codes{"TOO_EARLY"});
    CHECK(service_at(due) == Codes{"OK"});
    CHECK(ended(Event::approve_revision, by_system) == Codes{"ROLE_NOT_ALLOWED"});
    CHECK(ended(Event::refuse_revision, by_system) == Codes{"ROLE_NOT_ALLOWED"});
}

TEST_CASE("T40: what has moved since it was asked for is not written over") {
    auto way = asked(Way{}.weighed(), by_receiver, {{"/lines/0/received_g", "9000000"}});
    auto again = good_weigh_in();
    again.gross_g = Grams{18'980'000};
    way.on(Event::weigh_in, by_receiver, again);
    CHECK(faults(way.ask(Event::approve_revision, by_producer, Closing{})) ==
          Faults{{"STALE_VERSION", "/changes/0", stale}});
    CHECK(way.ask(Event::refuse_revision, by_producer, Closing{}));

    auto judged = asked(Way{}.weighed(), by_receiver, {{"/lines/0/received_g", "9000000"}});
    judged.on(Event::accept, by_receiver, Verdict{});
    CHECK(faults(judged.ask(Event::approve_revision, by_producer, Closing{})) ==
          Faults{{"SPLIT_SUM", "/lines/0/accepted_g"}});
}

TEST_CASE("a revision that nobody can answer any more has lapsed") {
    const auto voided = asked(Way{}.submitted(), by_producer, {{"/lines/0/waste_name", "cans"}})
                            .on(Event::void_, by_producer, coded_reason);
    CHECK_FALSE(voided.m.revision);
    CHECK_FALSE(voided.m.overlays.revision_pending);
    const auto rejected = asked(Way{}.weighed(), by_producer, {{"/lines/0/waste_name", "cans"}})
                              .on(Event::reject, by_receiver,
                                  Rejection{{"WET", "the load is wet"}, Kept::relocked, {}});
    CHECK_FALSE(rejected.m.revision);
    CHECK_FALSE(rejected.m.overlays.revision_pending);
}
