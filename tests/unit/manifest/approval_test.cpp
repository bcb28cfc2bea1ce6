#include "manifest/approval.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace {

using namespace liuhen;
using namespace liuhen::manifest;
using namespace std::chrono_literals;
using std::chrono::sys_days;
using S = ApprovalState;
using E = ApprovalEvent;
using O = Office;

constexpr auto state_count = static_cast<std::size_t>(S::count_);
constexpr auto event_count = static_cast<std::size_t>(E::count_);
constexpr auto office_count = static_cast<std::size_t>(O::count_);

const Calendar plain{{}, {}, {2026, 2027}};
const Instant monday = *parse_iso("2026-03-02T02:00:00Z");

sys_days day(int y, unsigned m, unsigned d) {
    return std::chrono::year{y} / static_cast<int>(m) / static_cast<int>(d);
}

Approval in(S state) {
    Approval a;
    a.state = state;
    a.version = 1;
    a.wanted_from = day(2026, 3, 1);
    a.wanted_to = day(2028, 2, 29);
    a.received_at = monday;
    a.deadline = Deadline{O::origin, working_days_after(plain, monday, 5)};
    return a;
}
ApprovalRequest asked(E event, O by) { return {event, by, "a reason", "浙环移 2026-7"}; }

Result<Approval, ApprovalFault> step(const Approval& now, E event, O by,
                                     Instant at = monday + 24h * 30) {
    return proceed(now, asked(event, by), {at, plain, day(2030, 12, 31)});
}

// What the law's steps lead to, written down a second time.
const std::map<std::pair<S, E>, std::pair<S, O>> law = {
    {{S::received, E::list_gaps}, {S::gaps_listed, O::origin}},
    {{S::gaps_listed, E::supplement}, {S::supplemented, O::applicant}},
    {{S::received, E::accept}, {S::accepted, O::origin}},
    {{S::supplemented, E::accept}, {S::accepted, O::origin}},
    {{S::received, E::keep_silent}, {S::accepted, O::clock}},
    {{S::supplemented, E::keep_silent}, {S::accepted, O::clock}},
    {{S::accepted, E::turn_down}, {S::refused, O::origin}},
    {{S::accepted, E::send_inquiry}, {S::inquiry_sent, O::origin}},
    {{S::inquiry_sent, E::agree}, {S::agreed, O::receiving}},
    {{S::inquiry_sent, E::decline}, {S::declined, O::receiving}},
    {{S::agreed, E::approve}, {S::approved, O::origin}},
    {{S::agreed, E::refuse}, {S::refused, O::origin}},
    {{S::declined, E::refuse}, {S::refused, O::origin}},
    {{S::received, E::withdraw}, {S::withdrawn, O::applicant}},
    {{S::gaps_listed, E::withdraw}, {S::withdrawn, O::applicant}},
    {{S::supplemented, E::withdraw}, {S::withdrawn, O::applicant}},
    {{S::accepted, E::withdraw}, {S::withdrawn, O::applicant}},
    {{S::inquiry_sent, E::withdraw}, {S::withdrawn, O::applicant}},
    {{S::agreed, E::withdraw}, {S::withdrawn, O::applicant}},
    {{S::declined, E::withdraw}, {S::withdrawn, O::applicant}},
    {{S::approved, E::revoke}, {S::revoked, O::origin}},
    {{S::filed, E::revoke}, {S::revoked, O::origin}},
};

Approval wish(sys_days from, sys_days to) {
    Approval a;
    a.wanted_from = from;
    a.wanted_to = to;
    return a;
}

TEST_CASE("each state and event of an approval is a step of the law or refused as one") {
    std::size_t cells = 0;
    std::size_t taken = 0;
    for (std::size_t s = 0; s < state_count; ++s) {
        for (std::size_t e = 0; e < event_count; ++e) {
            const auto state = static_cast<S>(s);
            const auto event = static_cast<E>(e);
            INFO(code(state) << " " << code(event));
            const auto row = law.find({state, event});
            for (std::size_t o = 0; o < office_count; ++o) {
                const auto office = static_cast<O>(o);
                const auto next = step(in(state), event, office);
                ++cells;
                if (row == law.end()) {
                    REQUIRE(!next);
                    CHECK(next.error().code == "ILLEGAL_STATE");
                } else if (row->second.second != office) {
                    REQUIRE(!next);
                    CHECK(next.error().code == "NOT_YOUR_STEP");
                } else {
                    REQUIRE(next);
                    CHECK(next->state == row->second.first);
                    CHECK(next->version == 2);
                    ++taken;
                }
            }
        }
    }
    CHECK(cells == state_count * event_count * office_count);
    CHECK(taken == law.size());
}

TEST_CASE("what may be done next is what is not refused") {
    for (std::size_t s = 0; s < state_count; ++s) {
        for (std::size_t o = 0; o < office_count; ++o) {
            const auto now = in(static_cast<S>(s));
            const auto office = static_cast<O>(o);
            const auto allowed = allowed_steps(now, office);
            const std::set<E> said{allowed.begin(), allowed.end()};
            for (std::size_t e = 0; e < event_count; ++e) {
                const auto event = static_cast<E>(e);
                CHECK(said.contains(event) == step(now, event, office).has_value());
            }
        }
    }
}

TEST_CASE("the steps wait 5, 5, 10 and 5 working days") {
    const auto applied =
        step(wish(day(2026, 3, 1), day(2027, 2, 28)), E::apply, O::applicant, monday);
    REQUIRE(applied);
    CHECK(applied->received_at == monday);
    REQUIRE(applied->deadline);
    CHECK(applied->deadline->due.day == day(2026, 3, 9));
    const auto accepted = step(*applied, E::accept, O::origin, monday + 48h);
    REQUIRE(accepted);
    CHECK(accepted->deadline->due.day == day(2026, 3, 11));
    const auto asked_there = step(*accepted, E::send_inquiry, O::origin, monday + 96h);
    REQUIRE(asked_there);
    CHECK(asked_there->deadline->office == O::receiving);
    CHECK(asked_there->deadline->due.day == day(2026, 3, 20));
    const auto agreed = step(*asked_there, E::agree, O::receiving, monday + 24h * 7);
    REQUIRE(agreed);
    CHECK(agreed->deadline->office == O::origin);
    CHECK(agreed->deadline->due.day == day(2026, 3, 16));
    const auto approved = step(*agreed, E::approve, O::origin, monday + 24h * 8);
    REQUIRE(approved);
    CHECK(!approved->deadline);
    CHECK(approved->valid_from == day(2026, 3, 10));
    CHECK(approved->valid_to == day(2027, 2, 28));
}

TEST_CASE("silence accepts on the day received, and not before its time") {
    const auto waiting = in(S::received);
    const Instant end = waiting.deadline->due.until;
    CHECK(step(waiting, E::keep_silent, O::clock, end - 1ms).error().code == "TOO_EARLY");
    const auto accepted = step(waiting, E::keep_silent, O::clock, end);
    REQUIRE(accepted);
    CHECK(accepted->accepted_at == monday);
    CHECK(accepted->deadline->due.until == end);  // the review is as late as the silence was long
}

TEST_CASE("an approval ends with the first of twelve months, the wish and the licence") {
    const auto from = day(2026, 3, 10);
    CHECK(last_day(from, day(2030, 1, 1), day(2030, 1, 1)) == day(2027, 3, 9));
    CHECK(last_day(from, day(2026, 6, 30), day(2030, 1, 1)) == day(2026, 6, 30));
    CHECK(last_day(from, day(2030, 1, 1), day(2026, 5, 31)) == day(2026, 5, 31));
    CHECK(last_day(day(2028, 2, 29), day(2030, 1, 1), day(2030, 1, 1)) == day(2029, 2, 28));
}

TEST_CASE("what cannot be in force is not approved") {
    const auto ask = asked(E::approve, O::origin);
    const auto agreed = in(S::agreed);
    CHECK(proceed(agreed, ask, {monday, plain, std::nullopt}).error().code == "LICENCE_MISSING");
    CHECK(proceed(agreed, ask, {monday, plain, day(2026, 3, 1)}).error().code == "PERIOD_EMPTY");
    CHECK(proceed(agreed, ask, {monday, plain, day(2026, 3, 2)}));
    auto unnumbered = ask;
    unnumbered.no.clear();
    CHECK(proceed(agreed, unnumbered, {monday, plain, day(2030, 1, 1)}).error().code ==
          "NUMBER_MISSING");
    const ApprovalRequest wordless{E::decline, O::receiving, "", ""};
    CHECK(proceed(in(S::inquiry_sent), wordless, {monday, plain, {}}).error().pointer == "/text");
}

TEST_CASE("a filing holds at once, and not over the end of its year") {
    const auto filed = step(wish(day(2026, 2, 1), day(2027, 6, 30)), E::file, O::applicant, monday);
    REQUIRE(filed);
    CHECK(filed->state == S::filed);
    CHECK(filed->valid_from == day(2026, 3, 2));
    CHECK(filed->valid_to == day(2026, 12, 31));
    CHECK(!filed->deadline);
}

TEST_CASE("names of an approval's states and events read back") {
    for (std::size_t s = 0; s < state_count; ++s)
        CHECK(approval_state_from_code(code(static_cast<S>(s))) == static_cast<S>(s));
    for (std::size_t e = 0; e < event_count; ++e)
        CHECK(approval_event_from_code(code(static_cast<E>(e))) == static_cast<E>(e));
}

TEST_CASE("steps that say no say why") {
    for (const auto& one : approval_steps()) {
        auto request = asked(one.event, one.by);
        request.text.clear();
        for (const S state :
             {S::received, S::accepted, S::inquiry_sent, S::declined, S::approved}) {
            if (!one.from.has(state) || !one.needs_text) continue;
            const auto answer = proceed(in(state), request, {monday, plain, day(2030, 12, 31)});
            REQUIRE_FALSE(answer);
            CHECK(answer.error().code == "TEXT_MISSING");
            CHECK(answer.error().pointer == "/text");
        }
    }
}

}  // namespace
