// Field sealing: no field of a manifest is without a rule, and texts read back as they were.
#include "manifest/fields.hpp"

#include "manifest/field_texts.hpp"
#include "manifest/field_visit.hpp"
#include "tests/unit/manifest/ways.hpp"

#include <boost/pfr.hpp>
#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <map>
#include <set>

using namespace liuhen;
using namespace liuhen::test;

namespace {

/// Every record and every optional part there once.
Manifest everything() {
    Manifest m;
    m.parent = Link{};
    m.children.resize(1);
    m.lines.resize(1);
    m.containers.resize(1);
    m.legs.resize(1);
    m.signatures.resize(1);
    m.weigh_out = m.weigh_in = m.weigh_return = Weighing{};
    m.void_reason = m.carrier_refusal = m.rejection = Reason{};
    m.discrepancy = Discrepancy{};
    m.hold = Hold{};
    m.revision = Revision{};
    m.revision->changes.resize(1);
    m.backfill = Backfill{};
    m.treatments.resize(1);
    auto& o = m.overlays;
    o.held = o.receipt_overdue = o.difference = o.revision_pending = o.late_backfill = Mark{};
    return m;
}

std::string starred(const std::string& pointer) {
    std::string pattern = pointer;
    for (std::size_t at = 0; (at = pattern.find("/0", at)) != std::string::npos;) {
        pattern.replace(at, 2, "/*");
    }
    return pattern;
}

/// How many members are visited directly under a place.
std::size_t members_under(const std::string& place) {
    std::set<std::string> names;
    for (const auto& field : fields_of(everything())) {
        if (!field.pointer.starts_with(place + "/")) continue;
        const auto rest = field.pointer.substr(place.size() + 1);
        names.insert(rest.substr(0, rest.find('/')));
    }
    return names.size();
}

void randomise(std::string& value) {
    value = *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"abz 09-"}));
}
void randomise(bool& value) { value = *rc::gen::arbitrary<bool>(); }
template <std::unsigned_integral N>
void randomise(N& value) {
    value = *rc::gen::arbitrary<N>();
}
void randomise(Grams& value) { value.value = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000); }
void randomise(Instant& value) {
    value = eight + std::chrono::milliseconds{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000)};
}
template <Coded E>
void randomise(E& value) {
    value = static_cast<E>(*rc::gen::inRange(0, static_cast<int>(E::count_)));
}
template <class Of>
void randomise(Id<Of>&) {}
void randomise(std::optional<LatLon>&) {}
template <class Of>
void randomise(std::vector<Id<Of>>&) {}
template <class T>
void randomise(std::optional<T>& value) {
    value.reset();
    if (*rc::gen::arbitrary<bool>()) randomise(value.emplace());
}
template <class T>
void randomise(std::vector<T>& values) {
    values.resize(*rc::gen::inRange<std::size_t>(0, 4));
    for (auto& one : values) randomise(one);
}
/// In a list an empty text would be lost between the commas.
template <>
void randomise(std::vector<std::string>& values) {
    values.resize(*rc::gen::inRange<std::size_t>(0, 4));
    for (auto& one : values) {
        randomise(one);
        one += "x";
    }
}

/// Values of other kinds are never written: who, and where.
bool written_at_all(const std::string& pointer) {
    Manifest m = everything();
    bool writable = true;
    visit_fields(m, [&](const std::string& here, auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if (here != pointer) return;
        if constexpr (requires { value.text; }) writable = false;
        if constexpr (std::is_same_v<Value, std::optional<LatLon>>) writable = false;
        if constexpr (requires { value.front().text; }) writable = false;
    });
    return writable;
}

}  // namespace

TEST_CASE("every field has one sealing rule, and every rule a field") {
    std::map<std::string, int> rules;
    for (const auto& rule : field_rules()) {
        ++rules[std::string{rule.pointer}];
        CHECK_FALSE(rule.zh.empty());
    }
    std::set<std::string> seen;
    for (const auto& field : fields_of(everything())) {
        const auto pattern = starred(field.pointer);
        INFO(pattern);
        CHECK(seen.insert(pattern).second);
        CHECK(rules[pattern] == 1);
        const auto* rule = rule_of(field.pointer);
        REQUIRE(rule != nullptr);
        CHECK(rule->pointer == pattern);
    }
    for (const auto& [pointer, times] : rules) {
        INFO(pointer);
        CHECK(seen.contains(pointer));
    }
}

TEST_CASE("every member of every record is a field: a new one without a rule fails here") {
    namespace pfr = boost::pfr;
    CHECK(members_under("") == pfr::tuple_size_v<Manifest>);
    CHECK(members_under("/parent") == pfr::tuple_size_v<Link>);
    CHECK(members_under("/children/0") == pfr::tuple_size_v<Link>);
    CHECK(members_under("/producer") == pfr::tuple_size_v<Party>);
    CHECK(members_under("/receiver") == pfr::tuple_size_v<Party>);
    CHECK(members_under("/lines/0") == pfr::tuple_size_v<WasteLine>);
    CHECK(members_under("/containers/0") == pfr::tuple_size_v<Container>);
    CHECK(members_under("/legs/0") == pfr::tuple_size_v<Leg>);
    CHECK(members_under("/legs/0/carrier") == pfr::tuple_size_v<Party>);
    CHECK(members_under("/legs/0/driver") == pfr::tuple_size_v<Person>);
    CHECK(members_under("/legs/0/escort") == pfr::tuple_size_v<Person>);
    CHECK(members_under("/signatures/0") == pfr::tuple_size_v<Signature>);
    for (const auto* place : {"/weigh_out", "/weigh_in", "/weigh_return"}) {
        CHECK(members_under(place) == pfr::tuple_size_v<Weighing>);
    }
    for (const auto* place : {"/void_reason", "/carrier_refusal", "/rejection"}) {
        CHECK(members_under(place) == pfr::tuple_size_v<Reason>);
    }
    CHECK(members_under("/discrepancy") == pfr::tuple_size_v<Discrepancy>);
    CHECK(members_under("/hold") == pfr::tuple_size_v<Hold>);
    CHECK(members_under("/revision") == pfr::tuple_size_v<Revision>);
    CHECK(members_under("/revision/changes/0") == pfr::tuple_size_v<FieldChange>);
    CHECK(members_under("/backfill") == pfr::tuple_size_v<Backfill>);
    CHECK(members_under("/treatments/0") == pfr::tuple_size_v<Treatment>);
    CHECK(members_under("/overlays") == pfr::tuple_size_v<Overlays>);
    CHECK(members_under("/overlays/held") == pfr::tuple_size_v<Mark>);
}

TEST_CASE("a place that is none has no rule and cannot be written") {
    Manifest m = everything();
    for (const auto* pointer : {"", "/", "/lines", "/lines/*/code", "/lines/0", "/lines/0/",
                                "/lines/x/code", "lines/0/code", "/lines/0/code/0"}) {
        INFO(pointer);
        CHECK(write_field(m, pointer, "x") == FieldWrite::unknown_field);
    }
    CHECK(rule_of("/lines/0/colour") == nullptr);
    CHECK(rule_of("/lines/12/code") == rule_of("/lines/0/code"));
    CHECK(write_field(m, "/lines/1/code", "x") == FieldWrite::unknown_field);
}

TEST_CASE("a value in another form is refused and changes nothing") {
    Manifest m = everything();
    const auto was = m;
    for (const auto& [pointer, text] : std::vector<std::pair<std::string, std::string>>{
             {"/lines/0/sent_g", "-1"},
             {"/lines/0/sent_g", "1.5"},
             {"/lines/0/sent_g", "9223372036854775808"},
             {"/lines/0/line_no", "256"},
             {"/lines/0/form", "s"},
             {"/lines/0/exempt_condition", "yes"},
             {"/planned_depart_at", "tomorrow"},
             {"/lines/0/differences", "NAME,WEIGHT"},
             {"/producer/id", "other"},
             {"/legs/0/handover_place", "28.1,119.6"}}) {
        INFO(pointer << " " << text);
        CHECK(write_field(m, pointer, text) == FieldWrite::bad_value);
    }
    CHECK(m == was);
}

TEST_CASE("whatever a field says, its text reads back as the same") {
    CHECK(rc::check([] {
        Manifest said = everything();
        visit_fields(said, [](const std::string&, auto& value) { randomise(value); });
        Manifest blank = everything();
        for (const auto& field : fields_of(said)) {
            if (!written_at_all(field.pointer)) continue;
            RC_ASSERT(write_field(blank, field.pointer, field.text) == FieldWrite::written);
        }
        for (const auto& change : changes_between(blank, said)) {
            RC_FAIL(change.pointer + ": " + change.before + " / " + change.after);
        }
        RC_ASSERT(blank == said);
    }));
}

TEST_CASE("differences are listed field by field, and those of a part that one side lacks") {
    auto way = Way{}.weighed();
    const auto before = way.m;
    CHECK(changes_between(before, before).empty());
    auto after = before;
    after.lines[0].note = "wet";
    after.rejection = Reason{"WET", "the load is wet"};
    CHECK(changes_between(before, after) ==
          std::vector<FieldChange>{{"/lines/0/note", "", "wet"},
                                   {"/rejection/code", "", "WET"},
                                   {"/rejection/text", "", "the load is wet"}});
    CHECK(changes_between(after, before)[1] == FieldChange{"/rejection/code", "WET", ""});
}
