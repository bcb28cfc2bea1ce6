// Manifests walked by real decisions to wherever a test needs them, half an hour a step.
#pragma once

#include "tests/unit/manifest/journey.hpp"

#include <functional>
#include <utility>

namespace liuhen::test {

/// The carrier of a leg, counted from 0: "carrier", "carrier2", "carrier3", ...
inline Party carrier_of(std::size_t leg) {
    return leg == 0 ? carrier : party("carrier" + std::to_string(leg + 1), carrier.uscc);
}
inline Actor driver_of(std::size_t leg) {
    return {Role::driver, carrier_of(leg).id, leg == 0 ? "zhang" : "driver", {}};
}
inline const Actor by_regulator{Role::regulator, {}, "officer", "3311"};
inline const Actor by_police{Role::police, {}, "sergeant", "3311"};

inline const Instant soon = eight + 10 * 24h;

/// Every fault of an answer as it is told: code, place and kind.
struct Fault {
    std::string code;
    std::string pointer;
    RefusalKind kind = RefusalKind::unprocessable;
    friend bool operator==(const Fault&, const Fault&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Fault& one) {
        return out << one.code << " at '" << one.pointer << "' kind " << int(one.kind);
    }
};
using Faults = std::vector<Fault>;
inline Faults faults(const Result<Decision, Refusals>& answer) {
    Faults all;
    if (answer) return all;
    for (const auto& one : answer.error()) {
        all.push_back({std::string{one.code}, one.pointer, one.kind});
    }
    return all;
}

using Spoil = std::function<void(Step&)>;
using Effects = std::vector<EffectKind>;
inline Effects effects(const Decision& decision) {
    Effects all;
    for (const auto& one : decision.effects) all.push_back(one.kind);
    return all;
}
inline bool warns(const Decision& decision, std::string_view code) {
    return std::ranges::find(decision.warnings, code, &Warning::code) != decision.warnings.end();
}

inline const Explanation coded_reason{{"OTHER", "the truck is not fit"}};

/// One manifest under way.
class Way {
public:
    /// A draft of `legs` legs; `shape` has its way with the form first.
    explicit Way(std::size_t legs = 1, const std::function<void(Filing&)>& shape = {}) {
        m.id = {"m1"};
        legs_ = legs;
        Filing filing = good_filing();
        filing.legs.clear();
        for (std::size_t i = 0; i < legs; ++i) {
            filing.legs.emplace_back();
            auto& leg = filing.legs.back();
            leg.carrier = carrier_of(i).id;
            leg.handover_place = LatLon{28.1, 119.6};
            leg.planned_handover_at = eight + 3h + i * 10min;
            leg.start = "depot " + std::to_string(i);
            leg.end = "depot " + std::to_string(i + 1);
        }
        if (shape) shape(filing);
        go(Event::create, by_producer, filing);
    }
    /// Goes on from a manifest made elsewhere.
    explicit Way(Manifest manifest) : m(std::move(manifest)), legs_(m.legs.size()) {
        for (const auto& one : m.signatures) at = std::max(at, one.at);
        at += 30min;
    }

    [[nodiscard]] Step step(Event event, const Actor& by, Body body) const {
        Step one{{event, by, at, {}, std::move(body)}, good_facts(at)};
        one.facts.directory.carriers.clear();
        for (std::size_t i = 0; i < legs_; ++i) {
            one.facts.directory.carriers.emplace_back(carrier_of(i));
        }
        one.facts.fleet.vehicle_carrier = by.party;
        one.facts.fleet.metres_to_handover = 0;
        one.facts.dues = {eight + 7 * 24h, eight, eight + 14 * 24h, eight + 7 * 24h};
        one.facts.child = {"child"};
        return one;
    }
    [[nodiscard]] Result<Decision, Refusals> ask(Event event, const Actor& by, Body body,
                                                 const Spoil& spoil = {}) const {
        auto one = step(event, by, std::move(body));
        if (spoil) spoil(one);
        return decide(m, one.request, one.facts);
    }
    Decision go(Event event, const Actor& by, Body body, const Spoil& spoil = {}) {
        auto answer = ask(event, by, std::move(body), spoil);
        INFO(code(event) << " in " << code(m.state) << ": "
                         << (answer ? Fault{} : faults(answer).front()));
        REQUIRE(answer);
        m = answer->next;
        at += 30min;
        return *answer;
    }

    Way& submitted() { return on(Event::submit, by_producer, Submission{}); }
    Way& assigned() { return submitted().on(Event::carrier_accept, by_carrier, good_acceptance()); }
    Way& producer_signed() { return assigned().on(Event::load_sign, by_producer, good_loading()); }
    Way& loaded() { return producer_signed().on(Event::load_sign, driver_of(0), Loading{}); }
    Way& departed() { return loaded().on(Event::depart, driver_of(0), Departure{}); }
    Way& handed_out(std::size_t leg = 0) {
        return on(Event::handover_out, driver_of(leg),
                  HandoverOut{LatLon{28.1, 119.6}, {}, {}, {}});
    }
    Way& handed_in(std::size_t leg) { return on(Event::handover_in, driver_of(leg), taken_over()); }
    Way& arrived() { return departed().on(Event::arrive, by_receiver, Arrival{}); }
    Way& weighed(WeighIn reading = good_weigh_in()) {
        return arrived().on(Event::weigh_in, by_receiver, std::move(reading));
    }
    Way& accepted() { return weighed().on(Event::accept, by_receiver, Verdict{}); }
    Way& completed() { return accepted().on(Event::close, by_producer, Closing{}); }
    Way& disputed_over(bool wants_part) {
        return weighed().on(Event::accept_with_difference, by_receiver, declared(wants_part));
    }
    Way& parted() {
        PartVerdict verdict{{split(1, 8'990'000, 1'000'000)}, "a ton is wet", {}};
        return weighed().on(Event::accept_part, by_receiver, verdict);
    }
    Way& rejected() {
        return weighed().on(Event::reject, by_receiver,
                            Rejection{{"WET", "the load is wet"}, Kept::relocked, {}});
    }
    Way& returning() {
        return rejected().on(Event::start_return, by_carrier, ReturnStart{{"back"}, {}});
    }
    Way& returned() {
        return returning().on(Event::confirm_return, by_producer, good_loading_back());
    }
    Way& backfilled() { return on(Event::submit_backfill, by_producer, paper()); }
    Way& on(Event event, const Actor& by, Body body) {
        go(event, by, std::move(body));
        return *this;
    }

    static LineSplit split(std::uint8_t line, std::int64_t kept, std::int64_t back) {
        return {line, Grams{kept}, Grams{back}, {}, {}};
    }
    static HandoverIn taken_over() {
        auto acceptance = good_acceptance();
        acceptance.driver.user = "driver";
        return {acceptance, true, true, true};
    }
    static DifferenceDeclared declared(bool wants_part) {
        LineSplit line = wants_part ? split(1, 8'990'000, 1'000'000) : split(1, 9'990'000, 0);
        line.kinds = {DifferenceKind::package};
        line.text = "the drums leak";
        return {{line}, wants_part, "see the photos"};
    }
    static WeighIn good_loading_back() {
        WeighIn reading;
        reading.gross_g = Grams{19'000'000};
        reading.tare_g = Grams{9'000'000};
        return reading;
    }
    static BackfillForm paper() {
        BackfillForm form;
        form.paper_no = "P-1";
        form.paper_scan = "scan";
        form.departed_at = eight - 48h;
        form.arrived_at = eight - 44h;
        form.plate = "浙K12345";
        form.driver = person("Zhang San", "zhang", "C1");
        form.lines = {split(1, 9'900'000, 0)};
        return form;
    }
    static Redirection redirection() {
        Redirection asked;
        asked.receiver = {"receiver2"};
        asked.destination = {"plant2"};
        asked.route = {"onward"};
        asked.planned_arrive_at = soon;
        return asked;
    }
    /// Facts under which a redirection finds its new receiver.
    static void elsewhere(Step& step) {
        step.facts.directory.receiver = party("receiver2", receiver.uscc);
        step.facts.directory.destination = Place{{"plant2"}, {"receiver2"}};
        step.facts.next_no = "20263311000002";
    }

    Manifest m;
    Instant at = eight;

private:
    std::size_t legs_ = 1;
};

}  // namespace liuhen::test
