#include "manifest/guards.hpp"

#include "tests/unit/manifest/journey.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;

namespace {

Acceptance& acceptance(Step& step) { return std::get<Acceptance>(step.request.body); }
Loading& loading(Step& step) { return std::get<Loading>(step.request.body); }
WeighIn& weighing(Step& step) { return std::get<WeighIn>(step.request.body); }
Verdict& verdict(Step& step) { return std::get<Verdict>(step.request.body); }

template <class Spoil>
Codes accepting(Spoil spoil) {
    return codes(answer(accept_carriage_call, spoil));
}
template <class Spoil>
Codes producer_signing(Spoil spoil) {
    return codes(answer(producer_signs_call, spoil));
}
template <class Spoil>
Codes driver_signing(Spoil spoil) {
    return codes(answer(driver_signs_call, spoil));
}

/// The transfer weighed in at `gross`, ready for the verdict.
Manifest weighed_at(Grams gross) {
    auto step = journey()[weigh_in_call];
    weighing(step).gross_g = gross;
    return decide(before(weigh_in_call), step.request, step.facts)->next;
}

/// Two lines planned 1 : 2, at the state before `call`.
Manifest two_lines(Call call) {
    Manifest manifest;
    manifest.id = {"m1"};
    auto steps = journey();
    auto& filing = std::get<Filing>(steps[create_call].request.body);
    filing.lines = {paint_line(), paint_line()};
    filing.lines[0].planned_g = Grams{1000};
    filing.lines[1].planned_g = Grams{2000};
    for (std::size_t i = 0; i < call; ++i) {
        manifest = decide(manifest, steps[i].request, steps[i].facts)->next;
    }
    return manifest;
}

}  // namespace

// ---- T06: who carries, with what ----

TEST_CASE("a vehicle must be registered, the carrier's own, and bear the plate given") {
    CHECK(accepting([](Step& s) { acceptance(s).vehicle = {}; }) == Codes{"FIELD_REQUIRED"});
    CHECK(accepting([](Step& s) { s.facts.fleet.vehicle_known = false; }) ==
          Codes{"VEHICLE_UNKNOWN"});
    CHECK(accepting([](Step& s) { s.facts.fleet.vehicle_carrier = {"other"}; }) ==
          Codes{"VEHICLE_NOT_YOURS"});
    CHECK(accepting([](Step& s) { acceptance(s).plate = "浙K99999"; }) == Codes{"PLATE_MISMATCH"});
    CHECK(accepting([](Step& s) { acceptance(s).plate = ""; }) == Codes{"OK"});
}

TEST_CASE("a vehicle on another open manifest is busy unless it is the same trip") {
    const Occupation same_trip{"20263311000009", carrier.id, receiver.id, eight + 5h};
    const auto occupied = [](Occupation other) {
        return accepting([&](Step& s) { s.facts.fleet.occupied_by = {other}; });
    };
    CHECK(occupied(same_trip) == Codes{"OK"});
    auto other = same_trip;
    other.receiver = {"elsewhere"};
    CHECK(occupied(other) == Codes{"VEHICLE_BUSY"});
    other = same_trip;
    other.planned_depart_at = eight + 16h;  // after midnight in China
    CHECK(occupied(other) == Codes{"VEHICLE_BUSY"});
    other = same_trip;
    other.carrier = {"other"};
    CHECK(occupied(other) == Codes{"VEHICLE_BUSY"});
    CHECK(answer(accept_carriage_call, [&](Step& s) { s.facts.fleet.occupied_by = {other}; })
              .error()
              .front()
              .value == "20263311000009");
}

TEST_CASE("terminal and locks must be bound to the vehicle") {
    CHECK(accepting([](Step& s) { s.facts.fleet.terminal_bound = false; }) == Codes{"NO_TERMINAL"});
    CHECK(accepting([](Step& s) { acceptance(s).terminal = {}; }) == Codes{"NO_TERMINAL"});
    CHECK(accepting([](Step& s) { s.facts.fleet.locks[0].bound_to_vehicle = false; }) ==
          Codes{"NO_LOCK"});
    CHECK(accepting([](Step& s) { acceptance(s).locks = {{"L2"}}; }) == Codes{"NO_LOCK"});
    CHECK(accepting([](Step& s) { acceptance(s).locks.clear(); }) == Codes{"NO_LOCK"});
    CHECK(accepting([](Step& s) {
              acceptance(s).locks.clear();
              s.facts.requires_lock = false;
          }) == Codes{"OK"});
    CHECK(accepting([](Step& s) { acceptance(s).locks.assign(7, {"L1"}); }) ==
          Codes{"FIELD_RANGE"});
}

TEST_CASE("waybill, crew and route are looked at, all in one answer") {
    CHECK(accepting([](Step& s) {
              acceptance(s).waybill_no = "";
              acceptance(s).driver.name = "";
              acceptance(s).escort.name = "x";
              s.facts.fleet.route_known = false;
          }) == Codes{"WAYBILL_MISSING", "FIELD_REQUIRED", "FIELD_LENGTH", "ROUTE_UNKNOWN"});
    CHECK(accepting([](Step& s) { acceptance(s).waybill_no = "YD1"; }) == Codes{"FIELD_LENGTH"});
    CHECK(accepting([](Step& s) { acceptance(s).escort.user = "zhang"; }) ==
          Codes{"ESCORT_IS_DRIVER"});
    CHECK(accepting([](Step& s) { acceptance(s).escort = {}; }) == Codes{"OK"});
}

TEST_CASE("a silent terminal is accepted with a warning") {
    const auto heard = [](Duration ago) {
        return answer(accept_carriage_call,
                      [&](Step& s) { s.facts.fleet.last_heard = s.facts.now - ago; })
            ->warnings.size();
    };
    CHECK(heard(30min) == 0);
    CHECK(heard(30min + 1ms) == 1);
}

// ---- T10: loading ----

TEST_CASE("the producer's signature records the weights and waits for the driver's") {
    const auto decision = answer(producer_signs_call, [](Step&) {});
    REQUIRE(decision);
    CHECK(decision->next.state == State::carrier_assigned);
    CHECK(decision->next.lines[0].sent_g == Grams{10'000'000});
    CHECK(decision->effects.empty());
}

TEST_CASE("the driver's signature loads the truck and arms the watch") {
    const auto decision = answer(driver_signs_call, [](Step&) {});
    REQUIRE(decision);
    CHECK(decision->next.state == State::loaded);
    CHECK(has_effect(*decision, EffectKind::start_watch));
    CHECK(decision->next.legs[0].loaded_at);
}

TEST_CASE("signatures come once each and in turn") {
    const auto steps = journey();
    CHECK(codes(decide(before(producer_signs_call), steps[driver_signs_call].request,
                       steps[driver_signs_call].facts)) == Codes{"PRODUCER_SIGNS_FIRST"});
    auto again = steps[producer_signs_call];
    again.request.at += 30min;
    again.facts = good_facts(again.request.at);
    CHECK(codes(decide(before(driver_signs_call), again.request, again.facts)) ==
          Codes{"ALREADY_SIGNED"});
    CHECK(driver_signing([](Step& s) { s.request.by.user = "another"; }) ==
          Codes{"NOT_NAMED_DRIVER"});
}

TEST_CASE("gross must exceed tare, tare zero, and net be their difference") {
    const auto weighed = [](std::int64_t gross, std::int64_t tare) {
        return producer_signing([&](Step& s) {
            loading(s).gross_g = Grams{gross};
            loading(s).tare_g = Grams{tare};
        });
    };
    CHECK(weighed(9'000'001, 9'000'000) == Codes{"OK"});
    CHECK(weighed(9'000'000, 9'000'000) == Codes{"WEIGHT_INVALID"});
    CHECK(weighed(9'000'000, 0) == Codes{"WEIGHT_INVALID"});
    CHECK(weighed(58'000'000, 9'000'000) == Codes{"OK"});
    CHECK(weighed(58'000'001, 9'000'000) == Codes{"OVERLOAD"});
    CHECK(producer_signing([](Step& s) { loading(s).net_g = Grams{9'999'999}; }) ==
          Codes{"WEIGHT_ARITHMETIC"});
    CHECK(producer_signing([](Step& s) { s.request.body = Loading{}; }) ==
          Codes{"FIELD_REQUIRED", "FIELD_REQUIRED"});
}

TEST_CASE("a driver may repeat the weights but not change them") {
    CHECK(driver_signing([](Step& s) { s.request.body = good_loading(); }) == Codes{"OK"});
    CHECK(driver_signing([](Step& s) {
              s.request.body = good_loading();
              loading(s).gross_g = Grams{19'000'001};
          }) == Codes{"WEIGHT_NOT_AS_SIGNED"});
}

TEST_CASE("lines given must be all the lines and add up to the net") {
    const auto manifest = two_lines(producer_signs_call);
    const auto step = journey()[producer_signs_call];
    const auto given = [&](std::vector<LineWeight> lines) {
        auto request = step.request;
        std::get<Loading>(request.body).lines = std::move(lines);
        return codes(decide(manifest, request, step.facts));
    };
    CHECK(given({{1, {4'000'000}, 2}, {2, {6'000'000}, {}}}) == Codes{"OK"});
    CHECK(given({{1, {4'000'000}, {}}, {2, {6'000'001}, {}}}) == Codes{"LINE_WEIGHTS_SUM"});
    CHECK(given({{1, {10'000'000}, {}}}) == Codes{"LINE_WEIGHTS_SUM"});
    CHECK(given({{1, {4'000'000}, {}}, {3, {6'000'000}, {}}}) == Codes{"LINE_UNKNOWN"});
    CHECK(given({{1, {4'000'000}, {}}, {1, {6'000'000}, {}}}) == Codes{"LINE_UNKNOWN"});
    CHECK(given({{1, {-1}, {}}, {2, {10'000'001}, {}}}) == Codes{"FIELD_RANGE"});
    CHECK(given({{1, {0}, {}}, {2, {10'000'000}, {}}}) == Codes{"WEIGHT_INVALID"});
}

TEST_CASE("without lines the net is shared by planned weight, to the gram") {
    const auto loaded = two_lines(driver_signs_call);
    CHECK(loaded.lines[0].sent_g == Grams{3'333'333});
    CHECK(loaded.lines[1].sent_g == Grams{6'666'667});
}

TEST_CASE("the lock must say closed when the driver signs, or seals be named") {
    CHECK(driver_signing([](Step& s) { s.facts.fleet.locks[0].closed = false; }) ==
          Codes{"LOCK_NOT_CLOSED"});
    CHECK(driver_signing([](Step& s) { s.facts.fleet.locks[0].closed.reset(); }) ==
          Codes{"LOCK_NOT_CLOSED"});
    CHECK(driver_signing([](Step& s) { s.facts.fleet.locks.clear(); }) == Codes{"LOCK_NOT_CLOSED"});
    CHECK(driver_signing([](Step& s) {
              s.facts.fleet.locks[0].closed = false;
              loading(s).seal_nos = {"S-1"};
          }) == Codes{"OK"});
    CHECK(producer_signing([](Step& s) { s.facts.fleet.locks[0].closed = false; }) == Codes{"OK"});
    CHECK(driver_signing([](Step& s) { loading(s).seal_nos = {""}; }) == Codes{"FIELD_LENGTH"});
}

TEST_CASE("a vehicle not seen at the producer's needs a reason, and the reason is noted") {
    const auto elsewhere = [](Step& s) { s.facts.fleet.at_origin = false; };
    CHECK(producer_signing(elsewhere) == Codes{"VEHICLE_NOT_HERE"});
    CHECK(producer_signing([](Step& s) { s.facts.fleet.last_fix_at = s.facts.now - 10min; }) ==
          Codes{"OK"});
    CHECK(producer_signing([](Step& s) {
              s.facts.fleet.last_fix_at = s.facts.now - 10min - 1ms;
          }) == Codes{"VEHICLE_NOT_HERE"});
    CHECK(producer_signing([](Step& s) { s.facts.fleet.at_origin.reset(); }) == Codes{"OK"});
    CHECK(producer_signing([](Step& s) { s.facts.fleet.last_fix_at.reset(); }) ==
          Codes{"VEHICLE_NOT_HERE"});
    CHECK(producer_signing([](Step& s) { loading(s).manual_reason = "no"; }) ==
          Codes{"FIELD_LENGTH"});
    const auto excused = answer(producer_signs_call, [&](Step& s) {
        elsewhere(s);
        loading(s).manual_reason = "terminal under repair";
    });
    REQUIRE(excused);
    CHECK(excused->warnings.size() == 1);
    CHECK(has_effect(*excused, EffectKind::raise_loaded_elsewhere));
    CHECK(excused->next.weigh_out->manual_reason == "terminal under repair");
}

// ---- T12, T18: departure and arrival ----

TEST_CASE("departure needs both signatures and a route") {
    auto manifest = before(depart_call);
    const auto step = journey()[depart_call];
    std::erase_if(manifest.signatures, [](const auto& one) { return one.role == Role::driver; });
    CHECK(codes(decide(manifest, step.request, step.facts)) == Codes{"SIGNATURE_MISSING"});
    manifest = before(depart_call);
    manifest.legs[0].route = {};
    CHECK(codes(decide(manifest, step.request, step.facts)) == Codes{"ROUTE_MISSING"});
    auto named = step.request;
    named.body = Departure{.route = {"other road"}, .zone_pass_no = "P1"};
    const auto decision = decide(manifest, named, step.facts);
    REQUIRE(decision);
    CHECK(decision->next.legs[0].route == RouteId{"other road"});
    CHECK(decision->next.legs[0].zone_pass_no == "P1");
    CHECK(has_effect(*decision, EffectKind::note_departure));
    CHECK(codes(answer(depart_call, [](Step& s) { s.request.by.user = "another"; })) ==
          Codes{"NOT_NAMED_DRIVER"});
}

TEST_CASE("a fence records departure and arrival by itself, even without a route") {
    auto manifest = before(depart_call);
    manifest.legs[0].route = {};
    auto step = journey()[depart_call];
    step.request.by = by_system;
    step.request.body = std::monostate{};
    const auto gone = decide(manifest, step.request, step.facts);
    REQUIRE(gone);
    CHECK(gone->next.state == State::in_transit);
    CHECK(gone->warnings.size() == 1);
    CHECK(gone->next.signatures == manifest.signatures);

    auto there = journey()[arrive_call];
    there.request.by = by_system;
    const auto arrived = decide(gone->next, there.request, there.facts);
    REQUIRE(arrived);
    CHECK(arrived->row == "T18");
    CHECK(arrived->next.state == State::arrived);
    CHECK(has_effect(*arrived, EffectKind::end_watch));
}

// ---- T19, T20: receipt ----

TEST_CASE("weighing in needs a possible reading of the whole or of a share") {
    const auto weighed = [](auto spoil) { return codes(answer(weigh_in_call, spoil)); };
    CHECK(weighed([](Step& s) { weighing(s).tare_g = Grams{0}; }) == Codes{"WEIGHT_INVALID"});
    CHECK(weighed([](Step& s) { weighing(s).gross_g.reset(); }) == Codes{"FIELD_REQUIRED"});
    CHECK(weighed([](Step& s) { weighing(s).net_g = Grams{1}; }) == Codes{"WEIGHT_ARITHMETIC"});
    CHECK(weighed([](Step& s) { weighing(s).share_g = Grams{9'990'001}; }) == Codes{"FIELD_RANGE"});
    CHECK(weighed([](Step& s) { weighing(s).scale_floor_g = Grams{20'001}; }) ==
          Codes{"FIELD_RANGE"});
    CHECK(weighed([](Step& s) {
              weighing(s).lines = {{1, {1}, {}}};
          }) == Codes{"LINE_WEIGHTS_SUM"});
    const auto shared =
        answer(weigh_in_call, [](Step& s) { weighing(s).share_g = Grams{9'980'000}; });
    REQUIRE(shared);
    CHECK(shared->next.lines[0].received_g == Grams{9'980'000});
    CHECK(shared->next.lines[0].allocated);
}

TEST_CASE("a truck may be weighed again, and the last weighing counts") {
    const auto first = weighed_at({15'000'000});
    CHECK(first.overlays.difference);
    auto step = journey()[weigh_in_call];
    const auto again = decide(first, step.request, step.facts);
    REQUIRE(again);
    CHECK(again->next.lines[0].received_g == Grams{9'990'000});
    CHECK_FALSE(again->next.overlays.difference);
}

TEST_CASE("a difference is warned about at three per cent and bars acceptance beyond ten") {
    const auto step = journey()[accept_call];
    const auto judged = [&](Grams gross) {
        const auto manifest = weighed_at(gross);
        const auto said = manifest.overlays.difference ? manifest.overlays.difference->cause : "";
        return std::pair{said, codes(decide(manifest, step.request, step.facts))};
    };
    CHECK(judged({18'700'000}) == std::pair{std::string{}, Codes{"OK"}});
    CHECK(judged({18'699'999}) == std::pair{std::string{"WEIGHT_DIFFERENCE"}, Codes{"OK"}});
    CHECK(judged({18'000'000}) == std::pair{std::string{"WEIGHT_DIFFERENCE"}, Codes{"OK"}});
    CHECK(judged({17'999'999}) ==
          std::pair{std::string{"SIGNIFICANT_DIFFERENCE"}, Codes{"DIFFERENCE_UNDECLARED"}});
}

TEST_CASE("a container too few is significant whatever the weight") {
    auto step = journey()[weigh_in_call];
    weighing(step).lines = {{1, {9'990'000}, 3}};
    const auto weighed = decide(before(weigh_in_call), step.request, step.facts);
    REQUIRE(weighed);
    const auto accept = journey()[accept_call];
    CHECK(codes(decide(weighed->next, accept.request, accept.facts)) ==
          Codes{"DIFFERENCE_UNDECLARED"});
}

TEST_CASE("nothing is accepted before it is weighed") {
    const auto step = journey()[accept_call];
    const auto decision = decide(before(weigh_in_call), step.request, step.facts);
    REQUIRE(codes(decision) == Codes{"WEIGH_FIRST"});
    CHECK(decision.error().front().kind == RefusalKind::illegal_state);
    CHECK(decision.error().front().allowed_events ==
          std::vector{Event::weigh_in, Event::accept, Event::accept_with_difference,
                      Event::accept_part, Event::reject, Event::request_revision});
}

TEST_CASE("the weight accepted is the weight received, within half a kilogram") {
    const auto accepted = [](std::int64_t grams) {
        return codes(answer(accept_call, [&](Step& s) { verdict(s).lines = {{1, {grams}, {}}}; }));
    };
    CHECK(accepted(9'990'500) == Codes{"OK"});
    CHECK(accepted(9'989'500) == Codes{"OK"});
    CHECK(accepted(9'989'499) == Codes{"SPLIT_SUM"});
    CHECK(codes(answer(accept_call, [](Step& s) {
              verdict(s).lines = {{2, {1}, {}}};
          })) == Codes{"LINE_UNKNOWN"});
}

TEST_CASE("a late acceptance is done and marked") {
    const auto late =
        answer(accept_call, [](Step& s) { s.facts.dues.receipt = s.facts.now - 1ms; });
    REQUIRE(late);
    CHECK(late->next.overlays.receipt_overdue);
    CHECK(late->warnings.size() == 1);
    const auto due = answer(accept_call, [](Step& s) { s.facts.dues.receipt = s.facts.now; });
    CHECK(due->warnings.empty());
}

// ---- T31: closing ----

TEST_CASE("the service closes only after the producer's time to answer is over") {
    const auto closed = [](std::optional<Duration> due_ago) {
        return codes(answer(close_call, [&](Step& s) {
            s.request.by = by_system;
            if (due_ago) s.facts.dues.acknowledgement = s.facts.now - *due_ago;
        }));
    };
    CHECK(closed(0ms) == Codes{"OK"});
    CHECK(closed(-1ms) == Codes{"TOO_EARLY"});
    CHECK(closed(std::nullopt) == Codes{"TOO_EARLY"});
}
