// The table of governed unlocking: one case for each row and for each reason to refuse.
#include "manifest/unlock.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

using namespace liuhen;
using namespace liuhen::manifest;
using namespace std::chrono_literals;

namespace {

const Instant noon = *parse_iso("2026-03-01T04:00:00Z");
const PartyId works{"works"}, haulage{"haulage"}, plant{"plant"};
const SiteId yard{"yard"}, gate{"gate"};

const Actor producer{Role::producer, works, "p"};
const Actor carrier{Role::carrier, haulage, "dispatch"};
const Actor driver{Role::driver, haulage, "wang"};
const Actor receiver{Role::receiver, plant, "r"};
const Actor police{Role::police, {}, "officer"};

Aboard load(State state, std::string id = "m1") {
    return {{std::move(id)}, state, works, haulage, plant, yard, gate, "", false};
}

/// A truck seen a minute ago, inside the sites named.
UnlockFacts truck(State state, std::vector<SiteId> inside = {}) {
    UnlockFacts facts;
    facts.now = noon;
    facts.aboard = {load(state)};
    facts.truck = {noon - 1min, std::nullopt, std::move(inside)};
    return facts;
}

std::string verdict(const Actor& by, const UnlockFacts& facts, const ManifestId& named = {}) {
    const auto judged = may_unlock({by, named}, facts);
    return judged ? std::string{judged->row} : std::string{judged.error().code};
}

}  // namespace

TEST_CASE("U1: producer and driver open an assigned truck inside the producer's fence") {
    const auto facts = truck(State::carrier_assigned, {yard});
    CHECK(verdict(producer, facts) == "U1");
    CHECK(verdict(driver, facts) == "U1");
    CHECK(verdict(carrier, facts) == "UNLOCK_STATE");
    CHECK(verdict(receiver, facts) == "UNLOCK_STATE");
}

TEST_CASE("U2: a loaded truck that has not left is opened by its producer alone") {
    const auto facts = truck(State::loaded, {yard});
    CHECK(verdict(producer, facts) == "U2");
    CHECK(verdict(driver, facts) == "UNLOCK_STATE");
}

TEST_CASE("U3: the receiver opens what has arrived inside its fence") {
    const auto facts = truck(State::arrived, {gate});
    CHECK(verdict(receiver, facts) == "U3");
    CHECK(verdict(driver, facts) == "UNLOCK_STATE");
    CHECK(verdict(producer, facts) == "UNLOCK_STATE");
    CHECK(verdict(receiver, truck(State::in_transit, {gate})) == "UNLOCK_STATE");
}

TEST_CASE("U4: the producer opens a load that came back into its fence") {
    CHECK(verdict(producer, truck(State::returning, {yard})) == "U4");
    CHECK(verdict(producer, truck(State::returning, {gate})) == "UNLOCK_NOT_AT_ORIGIN");
    CHECK(verdict(receiver, truck(State::returning, {yard})) == "UNLOCK_STATE");
}

TEST_CASE("U5: a granted swap opens the truck at its place and within its time") {
    auto facts = truck(State::in_transit);
    CHECK(verdict(driver, facts) == "UNLOCK_NO_SWAP");
    facts.swaps = {{"s1", {"m1"}, {noon - 1h, noon + 5min}, true}};
    CHECK(verdict(driver, facts) == "U5");
    CHECK(verdict(carrier, facts) == "U5");
    CHECK(verdict(producer, facts) == "UNLOCK_STATE");
    const auto granted = may_unlock({driver, {}}, facts);
    REQUIRE(granted);
    CHECK(granted->grant == "s1");
    CHECK(granted->until == noon + 5min);
    facts.swaps[0].here = false;
    CHECK(verdict(driver, facts) == "UNLOCK_NOT_AT_SWAP_PLACE");
    facts.swaps[0].here = true;
    facts.swaps[0].during.until = noon;
    CHECK(verdict(driver, facts) == "UNLOCK_NO_SWAP");
    facts.swaps[0] = {"s2", {"m2"}, {noon - 1h, noon + 1h}, true};
    CHECK(verdict(driver, facts) == "UNLOCK_NO_SWAP");
}

TEST_CASE("U6: an authority opens under an inspection, wherever the truck is and whatever it has") {
    UnlockFacts facts;
    facts.now = noon;
    CHECK(verdict(police, facts) == "UNLOCK_NO_INSPECTION");
    facts.inspections = {{"i1", {noon - 1h, noon + 3min}}, {"i2", {noon - 1h, noon + 9min}}};
    const auto granted = may_unlock({police, {}}, facts);
    REQUIRE(granted);
    CHECK(granted->grant == "i2");
    CHECK(granted->until == noon + 9min);
    CHECK(granted->manifest.empty());
    auto held = truck(State::in_transit);
    held.aboard[0].held = true;
    held.inspections = facts.inspections;
    CHECK(verdict(police, held) == "U6");
    held.inspections = {{"i1", {noon + 1min, noon + 1h}}};
    CHECK(verdict(police, held) == "UNLOCK_NO_INSPECTION");
    CHECK(verdict(producer, facts) == "UNLOCK_NO_MANIFEST");
}

TEST_CASE("the operator opens nothing, even under an inspection") {
    auto facts = truck(State::carrier_assigned, {yard, gate});
    facts.inspections = {{"i1", {noon - 1h, noon + 1h}}};
    CHECK(verdict({Role::operator_, {}, "o"}, facts) == "UNLOCK_OPERATOR");
    CHECK(verdict({Role::system, {}, ""}, facts) == "UNLOCK_ROLE");
}

TEST_CASE("another organisation in the right role and place is refused") {
    const auto facts = truck(State::carrier_assigned, {yard});
    CHECK(verdict({Role::producer, {"rival"}, "x"}, facts) == "UNLOCK_NOT_PARTY");
    CHECK(verdict({Role::driver, {"rival"}, "wang"}, facts) == "UNLOCK_NOT_PARTY");
    CHECK(verdict({Role::producer, {}, "x"}, facts) == "UNLOCK_NOT_PARTY");
}

TEST_CASE("where a driver is named, no other driver of the firm opens") {
    auto facts = truck(State::carrier_assigned, {yard});
    facts.aboard[0].driver = "zhao";
    CHECK(verdict(driver, facts) == "UNLOCK_NOT_NAMED_DRIVER");
    CHECK(verdict({Role::driver, haulage, "zhao"}, facts) == "U1");
}

TEST_CASE("a fix proves a place for five minutes, a cell tower never") {
    auto facts = truck(State::carrier_assigned, {yard});
    facts.truck.fixed_at = noon - 5min;
    CHECK(verdict(producer, facts) == "U1");
    facts.truck.fixed_at = noon - 5min - 1s;
    CHECK(verdict(producer, facts) == "UNLOCK_STALE_POSITION");
    facts.truck.cell_at = noon - 1min;
    CHECK(verdict(producer, facts) == "UNLOCK_COARSE_POSITION");
    facts.truck.fixed_at.reset();
    CHECK(verdict(producer, facts) == "UNLOCK_COARSE_POSITION");
    facts.truck.cell_at.reset();
    CHECK(verdict(producer, facts) == "UNLOCK_NO_POSITION");
    facts.truck.fixed_at = noon + 6min;
    CHECK(verdict(producer, facts) == "UNLOCK_STALE_POSITION");
}

TEST_CASE("any manifest on the truck that allows it is enough, a named one has to be aboard") {
    auto facts = truck(State::in_transit, {{"second yard"}});
    facts.aboard.push_back(load(State::carrier_assigned, "m2"));
    facts.aboard[1].producer = {"second works"};
    facts.aboard[1].origin = {"second yard"};
    const Actor second{Role::producer, {"second works"}, "q"};
    CHECK(verdict(second, facts) == "U1");
    CHECK(may_unlock({second, {}}, facts)->manifest == ManifestId{"m2"});
    CHECK(verdict(producer, facts) == "UNLOCK_STATE");
    CHECK(verdict(second, facts, {"m1"}) == "UNLOCK_NOT_PARTY");
    CHECK(verdict(second, facts, {"m3"}) == "UNLOCK_NOT_ABOARD");
    facts.aboard[0].held = true;
    CHECK(verdict(second, facts) == "UNLOCK_HELD");
}

TEST_CASE("a lock on a shelf and a place without a fence open nothing") {
    auto facts = truck(State::carrier_assigned, {yard});
    facts.on_vehicle = false;
    CHECK(verdict(producer, facts) == "UNLOCK_NOT_MOUNTED");
    facts = truck(State::carrier_assigned, {SiteId{}});
    facts.aboard[0].origin = {};
    CHECK(verdict(producer, facts) == "UNLOCK_NOT_AT_ORIGIN");
}

TEST_CASE("a refusal tells the state it met and the rows open to the role") {
    const auto judged = may_unlock({driver, {}}, truck(State::loaded, {yard}));
    REQUIRE_FALSE(judged);
    CHECK(judged.error().state == State::loaded);
    std::set<std::string_view> needed;
    for (const auto* row : judged.error().needed) needed.insert(row->row);
    CHECK(needed == std::set<std::string_view>{"U1", "U5"});
    const auto nobody = may_unlock({{Role::operator_, {}, ""}, {}}, truck(State::loaded));
    CHECK(nobody.error().needed.size() == unlock_table().size());
}

TEST_CASE("every code of the table is written once, in both languages") {
    std::set<std::string_view> codes;
    for (const auto& text : unlock_refusals()) {
        CHECK(codes.insert(text.code).second);
        CHECK_FALSE(text.en.empty());
        CHECK_FALSE(text.zh.empty());
    }
}

namespace {

std::string states_of(const UnlockRow& row) {
    std::string text;
    for (std::size_t i = 0; i < static_cast<std::size_t>(State::count_); ++i) {
        const auto state = static_cast<State>(i);
        if (row.states.has(state)) text += (text.empty() ? "" : ", ") + std::string{code(state)};
    }
    return text.empty() ? "any, or none" : text;
}

std::string roles_of(const UnlockRow& row) {
    std::string text;
    for (std::size_t i = 0; i < static_cast<std::size_t>(Role::count_); ++i) {
        const auto role = static_cast<Role>(i);
        if (row.roles.has(role)) text += (text.empty() ? "" : ", ") + std::string{code(role)};
    }
    return text;
}

}  // namespace

TEST_CASE("the page of unlocking holds every row and every refusal as they are") {
    std::ifstream file{std::string{LIUHEN_SOURCE_DIR} + "/docs/unlocking.md"};
    std::stringstream page;
    page << file.rdbuf();
    for (const auto& row : unlock_table()) {
        const std::string line = "| " + std::string{row.row} + " | " +
                                 std::string{code(row.ground)} + " | " + states_of(row) + " | " +
                                 std::string{code(row.spot)} + " | " + roles_of(row) + " | " +
                                 std::string{row.because} + " |\n";
        INFO(line);
        CHECK(page.str().find(line) != std::string::npos);
    }
    for (const auto& text : unlock_refusals()) {
        const std::string line = "| `" + std::string{text.code} + "` | " +
                                 (text.kind == RefusalKind::forbidden ? "403"
                                  : text.kind == RefusalKind::held    ? "423"
                                                                      : "409") +
                                 " | " + std::string{text.en} + " | " + std::string{text.zh} +
                                 " |\n";
        INFO(line);
        CHECK(page.str().find(line) != std::string::npos);
    }
}
