// Nothing outside the table of unlocking is granted: every cell of state, place and role is walked
// against the rule written out a second time, and random trucks against what any grant must mean.
#include "manifest/unlock.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>

using namespace liuhen;
using namespace liuhen::manifest;
using namespace std::chrono_literals;

namespace {

const Instant noon = *parse_iso("2026-03-01T04:00:00Z");

/// One cell of the walk.
struct Cell {
    State state{};
    Role role{};
    bool own{}, at_origin{}, at_destination{}, fresh{}, swap{}, swap_here{}, inspection{}, held{};
};

UnlockFacts facts_of(const Cell& cell) {
    UnlockFacts facts;
    facts.now = noon;
    facts.aboard = {{{"m"}, cell.state, {"p"}, {"c"}, {"r"}, {"o"}, {"d"}, "", cell.held}};
    facts.truck.fixed_at = cell.fresh ? noon - 2min : noon - 20min;
    if (cell.at_origin) facts.truck.inside.push_back({"o"});
    if (cell.at_destination) facts.truck.inside.push_back({"d"});
    if (cell.swap) facts.swaps = {{"s", {"m"}, {noon - 1h, noon + 1h}, cell.swap_here}};
    if (cell.inspection) facts.inspections = {{"i", {noon - 1h, noon + 1h}}};
    return facts;
}

Actor actor_of(const Cell& cell) {
    const std::string own = cell.role == Role::producer                               ? "p"
                            : cell.role == Role::receiver                             ? "r"
                            : cell.role == Role::carrier || cell.role == Role::driver ? "c"
                                                                                      : "";
    return {cell.role, {cell.own || own.empty() ? own : "stranger"}, "somebody"};
}

/// The rule of the domain in its own words.
bool lawful(const Cell& c) {
    if (c.role == Role::regulator || c.role == Role::police) return c.inspection;
    if (!c.own || c.held || !c.fresh) return false;
    const bool before_departure = c.state == State::carrier_assigned || c.state == State::loaded;
    if (c.role == Role::producer)
        return c.at_origin && (before_departure || c.state == State::returning);
    if (c.role == Role::receiver) return c.at_destination && c.state == State::arrived;
    const bool swapped = c.state == State::in_transit && c.swap && c.swap_here;
    if (c.role == Role::driver)
        return swapped || (c.at_origin && c.state == State::carrier_assigned);
    return c.role == Role::carrier && swapped;
}

std::vector<Cell> every_cell() {
    std::vector<Cell> cells;
    for (std::size_t state = 0; state < static_cast<std::size_t>(State::count_); ++state) {
        for (std::size_t role = 0; role < static_cast<std::size_t>(Role::count_); ++role) {
            for (unsigned bits = 0; bits < 256; ++bits) {
                const auto bit = [bits](unsigned n) { return ((bits >> n) & 1U) != 0; };
                cells.push_back({static_cast<State>(state), static_cast<Role>(role), bit(0), bit(1),
                                 bit(2), bit(3), bit(4), bit(5), bit(6), bit(7)});
            }
        }
    }
    return cells;
}

}  // namespace

TEST_CASE("every cell of state, place, role and grant is granted exactly where the rule says") {
    std::size_t wrong = 0;
    std::size_t granted = 0;
    for (const Cell& cell : every_cell()) {
        const auto judged = may_unlock({actor_of(cell), {}}, facts_of(cell));
        granted += judged ? 1U : 0U;
        wrong += judged.has_value() == lawful(cell) ? 0U : 1U;
    }
    CHECK(wrong == 0);
    CHECK(granted > 0);
}

TEST_CASE("the first refusal of a cell is one of the catalogue, and no grant outlasts its window") {
    for (const Cell& cell : every_cell()) {
        const auto judged = may_unlock({actor_of(cell), {}}, facts_of(cell));
        if (judged) {
            CHECK(judged->until > noon);
            CHECK(judged->until <= noon + unlock_window);
            continue;
        }
        const auto known =
            std::ranges::count(unlock_refusals(), judged.error().code, &RefusalText::code);
        if (known != 1) FAIL("unknown code " << judged.error().code);
        if (judged.error().needed.empty()) FAIL("a refusal that names no way");
    }
}

TEST_CASE("with several manifests aboard a grant names one that alone would have granted it") {
    CHECK(rc::check([] {
        UnlockFacts facts;
        facts.now = noon;
        facts.truck.fixed_at = noon - std::chrono::minutes{*rc::gen::inRange(0, 7)};
        for (int site = 0; site < 2; ++site) {
            if (*rc::gen::arbitrary<bool>()) facts.truck.inside.push_back({std::to_string(site)});
        }
        const int loads = *rc::gen::inRange(0, 5);
        for (int i = 0; i < loads; ++i) {
            const auto name = [] { return std::to_string(*rc::gen::inRange(0, 2)); };
            facts.aboard.push_back(
                {{std::to_string(i)},
                 *rc::gen::element(State::carrier_assigned, State::loaded, State::in_transit,
                                   State::arrived, State::returning, State::accepted),
                 {name()},
                 {name()},
                 {name()},
                 {name()},
                 {name()},
                 "",
                 false});
        }
        const Actor by{
            *rc::gen::element(Role::producer, Role::driver, Role::receiver, Role::carrier),
            {std::to_string(*rc::gen::inRange(0, 2))},
            "somebody"};
        const auto judged = may_unlock({by, {}}, facts);
        if (!judged) {
            for (const Aboard& one : facts.aboard) {
                UnlockFacts alone = facts;
                alone.aboard = {one};
                RC_ASSERT_FALSE(may_unlock({by, {}}, alone).has_value());
            }
            return;
        }
        UnlockFacts alone = facts;
        std::erase_if(alone.aboard, [&](const Aboard& one) { return one.id != judged->manifest; });
        RC_ASSERT(may_unlock({by, {}}, alone).has_value());
        RC_CLASSIFY(true, "granted");
    }));
}
