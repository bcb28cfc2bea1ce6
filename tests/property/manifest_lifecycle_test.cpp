// Whatever is asked in whatever order: what decide() lets pass keeps the manifest's promises.
#include "manifest/lifecycle.hpp"
#include "manifest/weights.hpp"
#include "tests/unit/manifest/journey.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace liuhen;
using namespace liuhen::test;

namespace {

/// A call of the honest transfer, or any event by any role, at a time near the honest one.
Step any_step() {
    auto steps = journey();
    auto step = steps[*rc::gen::inRange<std::size_t>(0, calls)];
    if (*rc::gen::inRange(0, 3) == 0) {
        step.request.event =
            static_cast<Event>(*rc::gen::inRange(0, static_cast<int>(Event::count_)));
    }
    if (*rc::gen::inRange(0, 4) == 0) {
        step.request.by = *rc::gen::element(by_producer, by_carrier, by_driver, by_receiver,
                                            by_system, Actor{Role::police, {}, "p", {}});
    }
    step.request.at += std::chrono::minutes{*rc::gen::inRange(-300, 8)};
    step.facts.fleet.at_origin = *rc::gen::arbitrary<bool>();
    step.facts.fleet.locks[0].closed = *rc::gen::arbitrary<bool>();
    if (auto* load = std::get_if<Loading>(&step.request.body)) {
        load->gross_g = Grams{*rc::gen::inRange<std::int64_t>(-1, 60'000'000)};
        load->tare_g = Grams{*rc::gen::inRange<std::int64_t>(-1, 60'000'000)};
    }
    return step;
}

/// Walks on: half the steps are the next honest one, so that late states are reached as well.
Step next_step(const Manifest& manifest) {
    if (*rc::gen::arbitrary<bool>()) return any_step();
    for (const auto& step : journey()) {
        if (decide(manifest, step.request, step.facts)) return step;
    }
    return any_step();
}

void hold_promises(const Manifest& was, const Decision& decision, const Step& step) {
    const auto& next = decision.next;
    RC_ASSERT(next.version == was.version + 1);
    RC_ASSERT(next.id == was.id);
    RC_ASSERT(was.no.empty() || next.no == was.no);
    RC_ASSERT(step.request.at <= step.facts.now + 5min || next.state == State::draft);
    RC_ASSERT(!is_final(was.state) || was.version == 0);
    for (std::size_t i = 1; i < next.signatures.size(); ++i) {
        RC_ASSERT(next.signatures[i - 1].at <= next.signatures[i].at);
    }
    if (next.weigh_out) {
        RC_ASSERT(next.weigh_out->tare_g.value > 0);
        RC_ASSERT(next.weigh_out->net().value > 0);
        RC_ASSERT(total(next, &WasteLine::sent_g) == next.weigh_out->net());
    }
    if (next.state == State::in_transit) {
        RC_ASSERT(next.legs[0].loaded_at.has_value());
        RC_ASSERT(*next.legs[0].loaded_at <= *next.legs[0].depart_at);
    }
    if (next.state == State::accepted) RC_ASSERT(!deviation_of(next)->significant);
}

}  // namespace

TEST_CASE("no sequence of requests breaks a manifest's promises") {
    CHECK(rc::check([] {
        Manifest manifest;
        manifest.id = {"m1"};
        for (int i = 0; i < 25; ++i) {
            const auto step = next_step(manifest);
            const auto decision = decide(manifest, step.request, step.facts);
            if (!decision) {
                RC_ASSERT(!decision.error().empty());
                continue;
            }
            hold_promises(manifest, *decision, step);
            manifest = decision->next;
        }
        RC_CLASSIFY(manifest.state >= State::in_transit, "got under way");
    }));
}
