// Clocks that wait for somebody's answer: when each is due, and what ends it.
#include "manifest/limits.hpp"
#include "tests/unit/manifest/ways.hpp"

using namespace liuhen;
using namespace liuhen::test;

namespace {

std::optional<Instant> due(const Manifest& manifest, std::string_view code) {
    for (const auto& one : running_limits(manifest, {})) {
        if (one.limit->code == code) return one.due;
    }
    return std::nullopt;
}
/// When the newest signature under the event was given.
Instant signed_at(const Manifest& manifest, Event event) {
    const auto of_event = [event](const Signature& one) { return one.event == code(event); };
    const auto found =
        std::find_if(manifest.signatures.rbegin(), manifest.signatures.rend(), of_event);
    REQUIRE(found != manifest.signatures.rend());
    return found->at;
}

// Everything here happens on Saturday 21 November 2026: the working days begin on the 23rd.
const Instant end_of_fifth_day = *parse_iso("2026-11-28T00:00:00+08:00");
const Instant end_of_tenth_day = *parse_iso("2026-12-05T00:00:00+08:00");

const Dispute dispute{"the drums were sound", {"photo"}};

Way disputed() {
    auto way = Way{}.disputed_over(true);
    return way.on(Event::dispute, by_producer, dispute);
}
Ruling ruled(State outcome) { return {"the scale was right", outcome, {}, "C-1"}; }

}  // namespace

TEST_CASE("T15: the next carrier has two hours to take over, or to refuse") {
    const auto way = Way{2}.departed().handed_out();
    CHECK(due(way.m, "HANDOVER_OVERDUE") == *way.m.legs[0].handed_out_at + 2h);
    auto taken = way;
    CHECK_FALSE(due(taken.handed_in(1).m, "HANDOVER_OVERDUE"));
    auto refused = way;
    refused.on(Event::handover_refuse, driver_of(1), Explanation{{{}, "the drums leak"}});
    CHECK_FALSE(due(refused.m, "HANDOVER_OVERDUE"));
    refused.handed_out();  // a second attempt has its own two hours
    CHECK(due(refused.m, "HANDOVER_OVERDUE") == *refused.m.legs[0].handed_out_at + 2h);
}

TEST_CASE("T24: the producer answers a difference within five working days") {
    const auto way = Way{}.disputed_over(false);
    CHECK(due(way.m, "DIFFERENCE_UNANSWERED") == end_of_fifth_day);
    CHECK_FALSE(due(way.m, "RULING_OVERDUE"));
    auto confirmed = way;
    confirmed.on(Event::confirm_difference, by_producer, Confirmation{way.m.version});
    CHECK_FALSE(due(confirmed.m, "DIFFERENCE_UNANSWERED"));
    CHECK_FALSE(due(disputed().m, "DIFFERENCE_UNANSWERED"));
}

TEST_CASE("T26: a dispute is ruled on within ten working days") {
    auto way = disputed();
    CHECK(due(way.m, "RULING_OVERDUE") == end_of_tenth_day);
    way.on(Event::rule, by_regulator, ruled(State::accepted));
    CHECK_FALSE(due(way.m, "RULING_OVERDUE"));
}

TEST_CASE("T27: a refused load moves within a day, whoever refused it") {
    auto way = Way{}.rejected();
    CHECK(due(way.m, "REJECTED_NOT_MOVED") == signed_at(way.m, Event::reject) + 24h);
    way.on(Event::start_return, by_carrier, ReturnStart{{"back"}, {}});
    CHECK_FALSE(due(way.m, "REJECTED_NOT_MOVED"));

    auto by_ruling = disputed();
    by_ruling.on(Event::rule, by_regulator, ruled(State::rejected));
    CHECK(due(by_ruling.m, "REJECTED_NOT_MOVED") == signed_at(by_ruling.m, Event::rule) + 24h);
}

TEST_CASE("T30: a refused remainder has its manifest within two days") {
    auto way = Way{}.parted();
    CHECK(due(way.m, "REMAINDER_UNSETTLED") == signed_at(way.m, Event::accept_part) + 48h);
    Relative child;
    child.id = {"m2"};
    child.no = "20263311000003";
    child.relation = Relation::redirect;
    child.state = State::submitted;
    child.producer = producer.id;
    child.receiver = {"receiver2"};
    child.depth = 1;
    child.load = Grams{1'000'000};
    child.parent_no = way.m.no;
    way.go(Event::settle_remainder, by_producer, Settlement{{child.no}},
           [&child](Step& s) { s.facts.children = {child}; });
    CHECK_FALSE(due(way.m, "REMAINDER_UNSETTLED"));

    auto by_ruling = disputed();
    by_ruling.on(Event::rule, by_regulator, ruled(State::partially_accepted));
    CHECK(due(by_ruling.m, "REMAINDER_UNSETTLED") == signed_at(by_ruling.m, Event::rule) + 48h);
}

TEST_CASE("T34: carrier and receiver confirm a paper within ten working days, both") {
    const auto way = Way{}.backfilled();
    CHECK(due(way.m, "BACKFILL_UNCONFIRMED") == end_of_tenth_day);
    auto one = way;
    one.on(Event::confirm_backfill, by_carrier, Confirmation{one.m.version});
    CHECK(due(one.m, "BACKFILL_UNCONFIRMED") == end_of_tenth_day);
    one.on(Event::confirm_backfill, by_receiver, Confirmation{way.m.version});
    CHECK_FALSE(due(one.m, "BACKFILL_UNCONFIRMED"));
    auto sent_back = way;
    sent_back.on(Event::return_backfill, by_receiver, Explanation{{{}, "another truck"}});
    CHECK_FALSE(due(sent_back.m, "BACKFILL_UNCONFIRMED"));
}

TEST_CASE("T20: the receipt is overdue until the receiver has decided, whatever it decided") {
    CHECK(due(Way{}.arrived().m, "RECEIPT_OVERDUE") == end_of_fifth_day);
    CHECK(due(Way{}.weighed().m, "RECEIPT_OVERDUE") == end_of_fifth_day);
    for (const auto& decided :
         {Way{}.accepted(), Way{}.parted(), Way{}.rejected(), Way{}.disputed_over(false)}) {
        CHECK_FALSE(due(decided.m, "RECEIPT_OVERDUE"));
    }
}
