// One honest transfer, step by step: what each event's body and facts look like when all is well.
// A test takes a step, spoils one thing and looks at the answer.
#pragma once

#include "manifest/lifecycle.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace liuhen::test {

using namespace liuhen::manifest;
using namespace std::chrono_literals;

inline const Instant eight = *parse_iso("2026-11-21T08:00:00+08:00");

inline Party party(const std::string& id, const std::string& uscc) {
    return {.id = {id},
            .uscc = uscc,
            .name = "Test " + id,
            .division = "331125",
            .address = "1 Test Road",
            .contact = "A Person",
            .phone = "13805781234",
            .licence_no = {},
            .transport_permit_no = {},
            .emergency_phone = "13805781234",
            .emergency_plan_no = "331125-2026-001",
            .unit_code = {},
            .facility_code = {}};
}
inline const Party producer = party("producer", "91331125XTRACK001R");
inline const Party carrier = party("carrier", "92330302XTRACK00L5");
inline const Party receiver = party("receiver", "91330100XTRACK00M4");

inline WasteLine paint_line() {
    WasteLine line;
    line.waste_name = "废油漆桶";
    line.code = "90004149";
    line.hazards = {"T", "In"};
    line.form = Form::solid;
    line.taboos = "keep dry; sand on spills";
    line.package = Package::drum;
    line.container_count = 4;
    line.un_no = "UN3077";
    line.dg_class = "9";
    line.purpose = Purpose::dispose;
    line.method_planned = "D10";
    line.planned_g = Grams{10'000'000};
    return line;
}

inline Filing good_filing() {
    Filing filing;
    filing.legs.emplace_back();
    filing.legs.back().carrier = carrier.id;
    filing.receiver = receiver.id;
    filing.origin = {"yard"};
    filing.destination = {"plant"};
    filing.contract_no = "HT-1";
    filing.carriage_contract_no = "YS-1";
    filing.planned_depart_at = eight + 2h;
    filing.planned_arrive_at = eight + 6h;
    filing.lines = {paint_line()};
    return filing;
}

inline Facts good_facts(Instant now) {
    Facts facts;
    facts.now = now;
    facts.directory = {.producer = producer,
                       .carriers = {carrier},
                       .receiver = receiver,
                       .origin = Place{{"yard"}, producer.id},
                       .destination = Place{{"plant"}, receiver.id},
                       .closed = {}};
    facts.fleet.vehicle_known = true;
    facts.fleet.vehicle_carrier = carrier.id;
    facts.fleet.plate = "浙K12345";
    facts.fleet.plate_colour = 2;
    facts.fleet.terminal_bound = true;
    facts.fleet.locks = {
        {.lock = {"L1"}, .bound_to_vehicle = true, .closed = true, .said_at = now}};
    facts.fleet.last_heard = now - 1min;
    facts.fleet.last_fix_at = now - 1min;
    facts.fleet.at_origin = true;
    facts.requires_lock = true;
    facts.next_no = "20263311000001";
    return facts;
}

inline Person person(const std::string& name, const std::string& user, const std::string& paper) {
    Person one;
    one.name = name;
    one.user = user;
    one.certificate_no = paper;
    return one;
}

inline Acceptance good_acceptance() {
    Acceptance acceptance;
    acceptance.vehicle = {"truck"};
    acceptance.plate = "浙K·12345";
    acceptance.driver = person("Zhang San", "zhang", "C1");
    acceptance.escort = person("Li Si", "li", "C2");
    acceptance.terminal = {"13800000001"};
    acceptance.locks = {{"L1"}};
    acceptance.route = {"road"};
    acceptance.waybill_no = "YD0001";
    return acceptance;
}

inline Loading good_loading() {
    Loading loading;
    loading.gross_g = Grams{19'000'000};
    loading.tare_g = Grams{9'000'000};
    return loading;
}

inline WeighIn good_weigh_in() {
    WeighIn weighing;
    weighing.gross_g = Grams{18'990'000};
    weighing.tare_g = Grams{9'000'000};
    return weighing;
}

inline const Actor by_producer{Role::producer, producer.id, "wang", {}};
inline const Actor by_carrier{Role::carrier, carrier.id, "chen", {}};
inline const Actor by_driver{Role::driver, carrier.id, "zhang", {}};
inline const Actor by_receiver{Role::receiver, receiver.id, "zhao", {}};
inline const Actor by_system{Role::system, {}, {}, {}};

/// A request with the facts it is judged under.
struct Step {
    Request request;
    Facts facts;
};

/// The nth call of the honest transfer, half an hour after the one before it.
inline std::vector<Step> journey() {
    const std::vector<Request> requests{
        {Event::create, by_producer, {}, {}, good_filing()},
        {Event::submit, by_producer, {}, {}, Submission{}},
        {Event::carrier_accept, by_carrier, {}, {}, good_acceptance()},
        {Event::load_sign, by_producer, {}, {}, good_loading()},
        {Event::load_sign, by_driver, {}, {}, Loading{}},
        {Event::depart, by_driver, {}, {}, Departure{}},
        {Event::arrive, by_receiver, {}, {}, Arrival{}},
        {Event::weigh_in, by_receiver, {}, {}, good_weigh_in()},
        {Event::accept, by_receiver, {}, {}, Verdict{}},
        {Event::close, by_producer, {}, {}, Closing{}},
    };
    std::vector<Step> steps;
    Instant at = eight;
    for (const auto& request : requests) {
        steps.push_back({request, good_facts(at)});
        steps.back().request.at = at;
        at += 30min;
    }
    return steps;
}

/// Places of the calls in `journey()`.
enum Call : std::size_t {
    create_call,
    submit_call,
    accept_carriage_call,
    producer_signs_call,
    driver_signs_call,
    depart_call,
    arrive_call,
    weigh_in_call,
    accept_call,
    close_call,
    calls,
};

/// The manifest as it stands before `call`.
inline Manifest before(std::size_t call) {
    Manifest manifest;
    manifest.id = {"m1"};
    const auto steps = journey();
    for (std::size_t i = 0; i < call; ++i) {
        auto decision = decide(manifest, steps[i].request, steps[i].facts);
        INFO("call " << i << ": " << (decision ? "" : decision.error().front().code) << " "
                     << (decision ? "" : decision.error().front().pointer));
        REQUIRE(decision);
        manifest = decision->next;
    }
    return manifest;
}

/// Codes of a refused answer in the order given; {"OK"} when it was not refused.
inline std::vector<std::string> codes(const Result<Decision, Refusals>& answer) {
    if (answer) return {"OK"};
    std::vector<std::string> all;
    for (const auto& one : answer.error()) all.emplace_back(one.code);
    return all;
}
using Codes = std::vector<std::string>;

inline bool has_effect(const Decision& decision, EffectKind kind) {
    return std::ranges::find(decision.effects, kind, &Effect::kind) != decision.effects.end();
}

/// Answers `call` after `spoil` has had its way with the request and the facts.
template <class Spoil>
Result<Decision, Refusals> answer(Call call, Spoil spoil) {
    Step step = journey()[call];
    const Manifest manifest = before(call);
    spoil(step);
    return decide(manifest, step.request, step.facts);
}

}  // namespace liuhen::test
