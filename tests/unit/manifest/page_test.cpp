// docs/manifest.md is printed from the table, but for its last part, which is kept by hand.
// LIUHEN_WRITE_DOCS=1 writes the printed part anew.
#include "manifest/fields.hpp"
#include "manifest/lifecycle.hpp"
#include "tests/unit/manifest/vector_rows.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

using namespace liuhen;
using namespace liuhen::manifest;

namespace {

template <class E>
std::vector<std::string> names(EnumSet<E> set) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < static_cast<std::size_t>(E::count_); ++i) {
        if (set.has(static_cast<E>(i))) all.emplace_back(code(static_cast<E>(i)));
    }
    return all;
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

std::string from_text(const From& from) {
    auto text = from.before_creation ? "(none)" : joined(names(from.states), ", ");
    if (!from.only_if.empty()) text += " (" + std::string{from.only_if} + ")";
    return text;
}

std::string to_text(const To& to) {
    if (!to.states.empty()) return joined(names(to.states), " or ");
    return to.remark == "removed" ? "(removed)"
           : to.remark.empty()    ? "(same)"
                                  : "(same, " + std::string{to.remark} + ")";
}

template <class Row>
std::string row_text(const Row& row) {
    std::vector<std::string> guards;
    for (const auto& guard : row.guards) {
        if (guard.check != nullptr) guards.emplace_back(guard.name);
    }
    std::vector<std::string> effects;
    for (const auto kind : row.effects) {
        if (kind != EffectKind::none) effects.emplace_back(code(kind));
    }
    std::string text = "| " + std::string{row.row};
    for (const auto& cell : {from_text(row.from), joined(names(row.events), ", "), to_text(row.to),
                             joined(names(row.actors), ", "), joined(guards, "; "),
                             std::string{row.limit}, joined(effects, ", ")}) {
        text += " | " + cell;
    }
    return text + " |\n";
}

/// The diagram: one arrow for each pair of states and row.
std::string diagram() {
    std::string text = "```mermaid\nstateDiagram-v2\n";
    for (const auto& row : lifecycle()) {
        if (row.to.states.empty()) continue;
        const auto events = joined(names(row.events), ", ");
        auto sources = names(row.from.states);
        if (row.from.before_creation) sources = {"[*]"};
        for (const auto& source : sources) {
            for (const auto& target : names(row.to.states)) {
                text += "    " + source + " --> " + target + ": " + events + "\n";
            }
        }
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(State::count_); ++i) {
        const auto state = static_cast<State>(i);
        if (is_final(state)) text += "    " + std::string{code(state)} + " --> [*]\n";
    }
    return text + "```\n";
}

std::string_view status_of(RefusalKind kind) {
    switch (kind) {
        case RefusalKind::forbidden:
            return "403";
        case RefusalKind::illegal_state:
            return "409";
        case RefusalKind::stale:
            return "412";
        case RefusalKind::unprocessable:
            return "422";
        case RefusalKind::held:
            return "423";
        case RefusalKind::unavailable:
            return "503";
    }
    return "";
}

std::string_view keeper(Keeper one) {
    switch (one) {
        case Keeper::producer:
            return "producer";
        case Keeper::carrier:
            return "carrier";
        case Keeper::receiver:
            return "receiver";
        case Keeper::nobody:
            break;
    }
    return "";
}

constexpr std::string_view introduction = R"(# The life of a manifest

This page is printed from the table in `manifest/transitions.cpp`; a test fails when they differ,
and `LIUHEN_WRITE_DOCS=1` before that test writes the page anew. Its last part, what other systems
have beside ours, is kept by hand.

A manifest has one of 18 states. Only an event changes it, and an event that is not in the table
for the present state is refused with `ILLEGAL_STATE`, the state, and the events that the caller
may send instead. What stands beside the state (held, difference, overdue, revision pending) is an
overlay and no state of its own.

- **Every fault at once.** A refused request lists every guard that failed, each with a stable code,
  a JSON pointer and words in English and Chinese. A wrong state or caller is answered alone.
- **Two signatures load a truck.** `load_sign` is called by the producer, with the weights; the
  state stays CARRIER_ASSIGNED. Then by the driver, whose lock must say "closed" (or seal numbers
  are given); the state becomes LOADED and the watch is armed. The driver may leave the weights out
  and may not change them.
- **Fences only record facts.** `depart` and `arrive` are also sent by the service, on leaving the
  producer's fence and after two minutes inside the receiver's. Whichever comes first counts.
- **Times are in order.** No event may bear a time before what is already signed or recorded, or
  more than five minutes ahead of the service's clock. A truck may be weighed up to ten minutes
  before the gate scan.
- **Weights are whole grams.** Net is gross minus tare. A net over several lines is shared to the
  gram by largest remainder. A difference beyond 3 % (and the scale's floor) is a warning; beyond
  10 %, or with another number of containers, `accept` is refused. These figures are the project's;
  the transfer rules give none.
- **Registers beside the manifest** (lists, plans, licences, approvals, permits, certificates,
  scales) answer the guards named after them; docs/registers.md and docs/lists.md say when an empty
  register warns and when it refuses.
- **What a signature seals.** Each field has a signature that vouches for it (table below). Until
  then its own event changes it; afterwards only a revision, asked for by the field's keeper and
  agreed to by every other organisation named. One revision is pending at a time; unanswered, it
  lapses after five working days. Fields kept by nobody say what happened and are never rewritten.
- **Unloading takes both.** The producer or the driver asks, the other agrees. A load that only the
  producer has signed is taken back by either alone.
- **Refused waste goes on.** A load refused whole returns to its producer, or is redirected: the
  child manifest starts LOADED on the same truck. A part refused is taken by manifests filed with
  `parent_no` and `relation`, and `settle_remainder` names them. At most ten hang on each other.
- **Authorities act in their area**: a department's digits must begin one of the manifest's
  divisions. A hold is released by the department that ordered it, one above it, or its end.

)";

std::string manifest_page() {
    std::string page{introduction};
    page += "## Diagram\n\n" + diagram() + "\n## Transitions\n\n";
    page += "| row | from | event | to | by | guards | time limit | effects |\n";
    page += "|---|---|---|---|---|---|---|---|\n";
    for (const auto& row : lifecycle()) page += row_text(row);
    page += "\n## Fields\n\n| field | 中文 | sealed by | revised by |\n|---|---|---|---|\n";
    for (const auto& rule : field_rules()) {
        page += "| `" + std::string{rule.pointer} + "` | " + std::string{rule.zh} + " | " +
                std::string{code(rule.sealed_by)} + " | " + std::string{keeper(rule.keeper)} +
                " |\n";
    }
    page += "\n## Codes of refusals\n\n| code | status | meaning | 中文 |\n";
    page += "|---|---|---|---|\n";
    for (const auto& text : refusal_catalogue()) {
        page += "| " + std::string{text.code} + " | " + std::string{status_of(text.kind)} + " | " +
                std::string{text.en} + " | " + std::string{text.zh} + " |\n";
    }
    page += "\n## Warnings beside success\n\n| code | meaning | 中文 |\n|---|---|---|\n";
    for (const auto& text : warning_catalogue()) {
        page += "| " + std::string{text.code} + " | " + std::string{text.en} + " | " +
                std::string{text.zh} + " |\n";
    }
    return page;
}

/// State codes that a cell of the shared table names, longest names first.
std::set<std::string> states_in(std::string cell) {
    auto all = names(EnumSet<State>{});
    for (std::size_t i = 0; i < static_cast<std::size_t>(State::count_); ++i) {
        all.emplace_back(code(static_cast<State>(i)));
    }
    std::ranges::sort(all, std::ranges::greater{}, &std::string::size);
    std::set<std::string> found;
    for (const auto& name : all) {
        for (auto at = cell.find(name); at != std::string::npos; at = cell.find(name)) {
            found.insert(name);
            cell.replace(at, name.size(), "-");
        }
    }
    return found;
}

std::set<std::string> as_set(const std::vector<std::string>& words) {
    return {words.begin(), words.end()};
}

}  // namespace

TEST_CASE("the page says what the table says") {
    const std::string path = std::string{LIUHEN_SOURCE_DIR} + "/docs/manifest.md";
    std::ifstream file{path};
    const std::string stored{std::istreambuf_iterator<char>{file}, {}};
    const auto by_hand = stored.find("\n## Beside other systems\n");
    REQUIRE(by_hand != std::string::npos);
    const auto page = manifest_page();
    if (std::getenv("LIUHEN_WRITE_DOCS") != nullptr)
        std::ofstream{path} << page << stored.substr(by_hand);
    else
        CHECK(stored.substr(0, by_hand) == page);
}

TEST_CASE("rows are T01 to T41, each once, with somebody to act") {
    std::size_t number = 0;
    for (const auto& row : lifecycle()) {
        ++number;
        CHECK(std::string{row.row} == (number < 10 ? "T0" : "T") + std::to_string(number));
        CHECK_FALSE(row.actors.empty());
    }
    CHECK(number == 41);
}

TEST_CASE("the table has the rows, states and events of the shared one") {
    const auto shared = test::shared_rows("data/proposed_manifest_transitions.csv");
    if (!shared) return;
    REQUIRE(shared->size() == lifecycle().size());
    const auto open = [] {
        std::set<std::string> all;
        for (std::size_t i = 0; i < static_cast<std::size_t>(State::count_); ++i) {
            if (!is_final(static_cast<State>(i))) all.emplace(code(static_cast<State>(i)));
        }
        return all;
    }();
    // The domain page says which states these words stand for.
    auto revisable = open;
    for (const auto* without : {"DRAFT", "REJECTED", "BACKFILL_PENDING", "RETURNING"}) {
        revisable.erase(without);
    }
    revisable.insert("COMPLETED");
    const std::map<std::string, std::set<std::string>> in_words{
        {"(none)", {}},
        {"any open state", open},
        {"SUBMITTED to COMPLETED", revisable},
        {"(revision pending)", revisable}};
    for (std::size_t i = 0; i < shared->size(); ++i) {
        auto theirs = (*shared)[i];
        const auto& ours = lifecycle()[i];
        INFO(theirs["id"] << " " << theirs["event"]);
        CHECK(ours.row == theirs["id"]);
        const auto words = in_words.find(theirs["from"]);
        auto from = words != in_words.end() ? words->second : states_in(theirs["from"]);
        // A load that the producer alone has signed can be taken back, else it were stuck.
        if (theirs["id"] == "T11") from.insert("CARRIER_ASSIGNED");
        if (theirs["id"] == "T36") from.erase("DRAFT");  // private to its maker; the page says so
        CHECK(as_set(names(ours.from.states)) == from);
        CHECK(as_set(names(ours.to.states)) == states_in(theirs["to"]));
        const auto events = as_set(names(ours.events));
        const bool revision = theirs["event"] == "approve, refuse or cancel revision";
        CHECK(events == (revision ? std::set<std::string>{"approve_revision", "refuse_revision",
                                                          "cancel_revision"}
                                  : std::set<std::string>{theirs["event"]}));
    }
}
