#include "manifest/quotas.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::manifest;
using std::chrono::sys_days;

sys_days day(int y, unsigned m, unsigned d) {
    return std::chrono::year{y} / static_cast<int>(m) / static_cast<int>(d);
}

WasteLine line(std::uint8_t no, const char* code, std::int64_t grams) {
    WasteLine one;
    one.line_no = no;
    one.code = code;
    one.method_planned = "D10";
    one.purpose = Purpose::dispose;
    one.planned_g = Grams{grams};
    return one;
}

Manifest transfer(const char* receiver_division = "330100") {
    Manifest m;
    m.producer.id = {"p"};
    m.producer.division = "331102";
    m.receiver.id = {"r"};
    m.receiver.division = receiver_division;
    m.planned_depart_at = parse_iso("2026-06-30T16:30:00Z");  // the first of July in China
    m.lines = {line(1, "900-041-49", 1'000)};
    return m;
}

QuotaRow row(Register of, std::int64_t id, const char* code, std::int64_t limit) {
    return {.id = id,
            .of = of,
            .paper = std::string{manifest::code(of)} + std::to_string(id),
            .code = code,
            .method = "D10",
            .limit = Grams{limit},
            .held = Grams{},
            .from = day(2026, 1, 1),
            .to = day(2026, 12, 31)};
}

std::vector<QuotaRow> papers(std::int64_t limit = 1'000) {
    return {row(Register::plan, 1, "900-041-49", limit),
            row(Register::licence, 2, "900-041-49", limit),
            row(Register::approval, 3, "900-041-49", limit)};
}

std::vector<std::string> faults(const Check& check) {
    std::vector<std::string> all;
    for (const auto& one : check.findings) all.push_back(one.code + " " + one.pointer);
    return all;
}
using Faults = std::vector<std::string>;

TEST_CASE("hazardous waste draws on plan and licence, and on an approval when it leaves") {
    const auto inside = allot(transfer(), planned, papers(), true);
    CHECK(inside.licence_ends == day(2026, 12, 31));
    CHECK(inside.plan.outcome == Check::Outcome::satisfied);
    CHECK(inside.licence.outcome == Check::Outcome::satisfied);
    CHECK(inside.approval.outcome == Check::Outcome::not_required);
    CHECK(inside.plan_id == "plan1");
    CHECK(inside.holdings == std::vector<Holding>{{1, 1, {1'000}}, {2, 1, {1'000}}});
    const auto across = allot(transfer("320500"), planned, papers(), true);
    CHECK(across.approval_id == "approval3");
    CHECK(across.holdings.size() == 3);
}

TEST_CASE("a receiver that lies in no known province is not judged to lie in the producer's") {
    const auto nowhere = allot(transfer(""), planned, papers(), true);
    CHECK(faults(nowhere.approval) == Faults{"DIVISION_UNKNOWN /receiver/division"});
}

TEST_CASE("a gram more than is left is refused with what is left") {
    for (const auto of : {Register::plan, Register::licence, Register::approval}) {
        auto rows = papers();
        rows[static_cast<std::size_t>(of)].held = Grams{1};
        const auto said = allot(transfer("320500"), planned, rows, true);
        const Check* checks[] = {&said.plan, &said.licence, &said.approval};
        const char* codes[] = {"PLAN_EXCEEDED", "LICENCE_EXCEEDED", "XPROV_EXCEEDED"};
        for (std::size_t i = 0; i < 3; ++i) {
            if (i != static_cast<std::size_t>(of)) {
                CHECK(checks[i]->outcome == Check::Outcome::satisfied);
                continue;
            }
            CHECK(faults(*checks[i]) == Faults{std::string{codes[i]} + " /lines/0/planned_g"});
            CHECK(checks[i]->findings.front().value == "999");
        }
    }
}

TEST_CASE("two lines of one code share one row") {
    auto m = transfer();
    m.lines.push_back(line(2, "900-041-49", 600));
    CHECK(allot(m, planned, papers(1'600), true).plan.outcome == Check::Outcome::satisfied);
    const auto said = allot(m, planned, papers(1'599), true);
    CHECK(faults(said.plan) == Faults{"PLAN_EXCEEDED /lines/1/planned_g"});
}

TEST_CASE("no row, another method or no day of validity is told by register") {
    CHECK(faults(allot(transfer(), planned, {}, true).plan) == Faults{"PLAN_MISSING /lines/0"});
    CHECK(faults(allot(transfer(), planned, {}, true).licence) == Faults{"LICENCE_SCOPE /lines/0"});
    CHECK(faults(allot(transfer(), planned, {}, false).licence) ==
          Faults{"LICENCE_EXPIRED /receiver"});
    CHECK(faults(allot(transfer("320500"), planned, {}, true).approval) ==
          Faults{"XPROV_MISSING /lines/0"});
    auto rows = papers();
    for (auto& one : rows) one.method = "R4";
    const auto other = allot(transfer("320500"), planned, rows, true);
    CHECK(faults(other.plan) == Faults{"PLAN_MISSING /lines/0"});
    CHECK(faults(other.licence) == Faults{"LICENCE_SCOPE /lines/0"});
    CHECK(faults(other.approval) == Faults{"XPROV_MISSING /lines/0"});
}

TEST_CASE("the last day of a paper still counts, counted in China") {
    auto rows = papers();
    for (auto& one : rows) one.to = day(2026, 7, 1);
    const auto last = allot(transfer("320500"), planned, rows, true);
    CHECK(last.holdings.size() == 3);
    for (auto& one : rows) one.to = day(2026, 6, 30);
    const auto past = allot(transfer("320500"), planned, rows, true);
    CHECK(faults(past.licence) == Faults{"LICENCE_EXPIRED /lines/0"});
    CHECK(faults(past.approval) == Faults{"XPROV_EXPIRED /lines/0"});
    for (auto& one : rows) one.from = one.to = day(2026, 7, 2);
    CHECK(faults(allot(transfer("320500"), planned, rows, true).approval) ==
          Faults{"XPROV_EXPIRED /lines/0"});
}

TEST_CASE("a licence may name a whole category, and the code's own row goes first") {
    auto rows = papers();
    rows[1].code = "HW49";
    CHECK(allot(transfer(), planned, rows, true).licence.outcome == Check::Outcome::satisfied);
    rows.push_back(row(Register::licence, 9, "900-041-49", 1'000));
    CHECK(allot(transfer(), planned, rows, true).holdings.back().quota == 9);
    rows.back().held = Grams{500};
    CHECK(allot(transfer(), planned, rows, true).holdings.back().quota == 2);
    rows[0].code = "HW49";  // no plan does
    CHECK(faults(allot(transfer(), planned, rows, true).plan) == Faults{"PLAN_MISSING /lines/0"});
}

TEST_CASE("a collector may only store, and what was filed is for use") {
    auto rows = papers();
    rows[1].purposes = Purpose::store;
    CHECK(faults(allot(transfer(), planned, rows, true).licence) ==
          Faults{"LICENCE_SCOPE /lines/0"});
    auto m = transfer("320500");
    m.kind = Kind::general;
    m.lines = {line(1, "900-001-S17", 1'000)};
    auto filing = row(Register::approval, 4, "900-001-S17", 1'000);
    filing.purposes = Purpose::use;
    filing.method = "";
    CHECK(faults(allot(m, planned, {filing}, false).approval) == Faults{"XPROV_MISSING /lines/0"});
    m.lines[0].purpose = Purpose::use;
    const auto used = allot(m, planned, {filing}, false);
    CHECK(used.approval.outcome == Check::Outcome::satisfied);
    CHECK(used.plan.outcome == Check::Outcome::not_required);
    CHECK(used.licence.outcome == Check::Outcome::not_required);
}

TEST_CASE("a filing that names its plan draws on that one only") {
    auto m = transfer();
    m.plan_id = "plan1";
    CHECK(allot(m, planned, papers(), true).plan_id == "plan1");
    m.plan_id = "another";
    CHECK(faults(allot(m, planned, papers(), true).plan) == Faults{"PLAN_MISSING /lines/0"});
}

TEST_CASE("what a receiver kept of a load is all that stays reserved") {
    auto m = transfer();
    m.lines[0].accepted_g = Grams{700};
    CHECK(kept_by_receiver({{1, 1, {1'000}}, {2, 1, {650}}, {3, 5, {10}}}, m) ==
          std::vector<Holding>{{1, 1, {700}}, {2, 1, {650}}, {3, 5, {0}}});
}

}  // namespace
