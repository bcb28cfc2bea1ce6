// Whatever the order in which phones and firms hand things in, the same things come out.
#include "manifest/custody/postings.hpp"
#include "manifest/custody/scans.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

namespace {

using namespace liuhen;
using namespace liuhen::manifest;
using namespace liuhen::manifest::custody;
using Moved = MovementKind;

const Instant start = *parse_iso("2026-03-01T00:00:00Z");
const PartyId works{"works"}, plant{"plant"};

template <class T>
rc::Gen<std::vector<T>> shuffled(std::vector<T> things) {
    return rc::gen::map(
        rc::gen::container<std::vector<std::uint32_t>>(things.size(),
                                                       rc::gen::arbitrary<std::uint32_t>()),
        [things](const std::vector<std::uint32_t>& keys) {
            std::vector<std::size_t> order(things.size());
            std::iota(order.begin(), order.end(), std::size_t{0});
            std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair{keys[i], i}; });
            std::vector<T> mixed;
            for (const auto i : order) mixed.push_back(things[i]);
            return mixed;
        });
}

rc::Gen<Scan> any_scan() {
    return rc::gen::construct<Scan>(
        rc::gen::element<std::string>("D1", "D2", "D3", "X1", "X2"),
        rc::gen::element(ScanPurpose::load, ScanPurpose::handover, ScanPurpose::arrive,
                         ScanPurpose::check),
        rc::gen::element<std::uint8_t>(1, 2),
        rc::gen::map(rc::gen::inRange(0, 3600),
                     [](int s) { return start + std::chrono::seconds{s}; }),
        rc::gen::weightedElement<bool>({{9, false}, {1, true}}));
}

Manifest three_drums(bool over) {
    Manifest m;
    m.lines.resize(1);
    m.lines[0].line_no = 1;
    for (const char* name : {"D1", "D2", "D3"}) m.containers.push_back({name, 1, {}, {}, {}, {}});
    m.legs.resize(2);
    if (over) m.legs[0].loaded_at = m.legs[1].assigned_at = m.accepted_at = start;
    return m;
}

/// Movements of one container: what comes in first, then what goes out, never more than there is.
std::vector<Movement> any_life() {
    std::vector<Movement> all;
    const ContainerId drum{"drum"};
    std::int64_t stock = 0;
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 1000));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Instant at =
            start + std::chrono::hours{*rc::gen::inRange<int>(0, 3) + 30 * static_cast<int>(i)};
        if (stock == 0 || *rc::gen::arbitrary<bool>()) {
            all.push_back({Moved::produced, drum, {}, works, Grams{steps[i]}, at, {}, {}});
            stock += steps[i];
        } else {
            const auto out = std::min<std::int64_t>(stock, steps[i]);
            all.push_back({Moved::treated, drum, works, {}, Grams{out}, at, {}, {}});
            stock -= out;
        }
    }
    return all;
}

}  // namespace

TEST_CASE("the same scans give the same differences in any order of arrival") {
    CHECK(rc::check([] {
        const auto scans = *rc::gen::container<std::vector<Scan>>(any_scan());
        const auto mixed = *shuffled(scans);
        const auto m = three_drums(*rc::gen::arbitrary<bool>());
        RC_ASSERT(judge_scans(m, scans, {}) == judge_scans(m, mixed, {}));
    }));
}

TEST_CASE("a scan handed in twice is the same scan") {
    CHECK(rc::check([] {
        auto scans = *rc::gen::container<std::vector<Scan>>(any_scan());
        const auto m = three_drums(*rc::gen::arbitrary<bool>());
        const auto once = judge_scans(m, scans, {});
        const auto repeated = scans;
        scans.insert(scans.end(), repeated.begin(), repeated.end());
        RC_ASSERT(judge_scans(m, scans, {}) == once);
    }));
}

TEST_CASE("standing and month balances do not depend on the order of arrival") {
    CHECK(rc::check([] {
        const auto life = any_life();
        const auto mixed = *shuffled(life);
        RC_ASSERT(standing_of(life) == standing_of(mixed));
        const auto months = month_balances(tallies(life, works));
        RC_ASSERT(months == month_balances(tallies(mixed, works)));
        if (months.empty()) return;
        const auto stock = standing_of(life).stock;
        RC_ASSERT(months.back().closing == (stock.contains(works) ? stock.at(works) : Grams{}));
        for (std::size_t i = 1; i < months.size(); ++i)
            RC_ASSERT(months[i].opening == months[i - 1].closing);
    }));
}

TEST_CASE("one gram more than a book ever holds is refused, at whatever time it is stated") {
    CHECK(rc::check([] {
        const auto life = any_life();
        RC_ASSERT(judge_movements({}, life));
        std::int64_t in = 0;
        for (const auto& m : life) in += m.to == works ? m.weight.value : 0;
        const Instant at = start + std::chrono::hours{*rc::gen::inRange(0, 4000)};
        const std::vector<Movement> more{
            {Moved::treated, {"drum"}, works, {}, Grams{in + 1}, at, {}, {}}};
        RC_ASSERT(!judge_movements(life, more));
    }));
}

TEST_CASE("both sides of a transfer balance to the gram, whatever was sent, lost and refused") {
    CHECK(rc::check([] {
        Manifest m;
        m.state = State::partially_accepted;
        m.producer.id = works;
        m.receiver.id = plant;
        m.lines.resize(1);
        m.lines[0].line_no = 1;
        m.lines[0].sent_g = Grams{*rc::gen::inRange<std::int64_t>(1, 49'000'000)};
        m.lines[0].accepted_g = Grams{*rc::gen::inRange<std::int64_t>(0, 49'000'000)};
        m.lines[0].refused_g = Grams{*rc::gen::inRange<std::int64_t>(0, 1'000'000)};
        m.legs.resize(2);
        for (const char* carrier : {"first", "second"}) {
            auto& leg = m.legs[*carrier == 'f' ? 0 : 1];
            leg.carrier.id = {carrier};
            leg.loaded_at = leg.assigned_at = start;
        }
        m.accepted_at = start + std::chrono::hours{1};
        std::vector<Carried> carried(*rc::gen::inRange<std::size_t>(1, 9));
        std::vector<Movement> all;
        for (std::size_t i = 0; i < carried.size(); ++i) {
            auto& one = carried[i];
            one.container = {std::to_string(i)};
            one.line_no = 1;
            one.held = Grams{*rc::gen::inRange<std::int64_t>(1, 10'000'000)};
            one.net = one.held;
            all.push_back({Moved::produced, one.container, {}, works, one.held, start, {}, {}});
        }
        auto added = postings(m, carried, start + std::chrono::hours{2});
        RC_ASSERT(judge_movements(all, added));
        for (auto& one : carried) {
            for (const auto& row : added) {
                if (row.container == one.container) one.posted.push_back(row);
            }
        }
        all.insert(all.end(), added.begin(), added.end());
        std::map<PartyId, Grams> books;
        for (const auto& row : all) {
            books[row.to] = books[row.to] + row.weight;
            books[row.from] = books[row.from] - row.weight;
        }
        RC_ASSERT(books[plant] == *m.lines[0].accepted_g);
        RC_ASSERT(books[works] == *m.lines[0].refused_g);
        RC_ASSERT(books[PartyId{"first"}] == Grams{});
        RC_ASSERT(books[PartyId{"second"}] == Grams{});
        RC_ASSERT(postings(m, carried, start).empty());
    }));
}
