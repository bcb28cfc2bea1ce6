#include "manifest/waste_list.hpp"

#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "tests/unit/manifest/journey.hpp"
#include "tests/unit/manifest/vector_rows.hpp"

using namespace liuhen;
using namespace liuhen::test;

namespace {

const ListedWaste listed{"900-041-49", "HW49", "其他废物", {"T", "In"}, "废弃包装物"};

Manifest draft_of(WasteLine line) {
    Manifest draft = before(submit_call);
    draft.lines = {std::move(line)};
    return draft;
}
WasteLine paint() { return before(submit_call).lines.at(0); }

std::vector<std::string> codes_of(const std::vector<Finding>& findings) {
    std::vector<std::string> all;
    for (const auto& one : findings) all.push_back(one.code + " " + one.pointer);
    return all;
}

/// What a filing makes of a code as typed: form and names, what submit misses, and the list.
std::vector<std::string> judged(const std::string& typed, Kind kind, ListsInForce lists) {
    Filing filing = good_filing();
    filing.kind = kind;
    filing.lines[0].code = typed;
    std::vector<std::string> said;
    for (const auto& one : form_faults(filing)) said.push_back(std::string{one.code});
    const Directory known{.producer = producer,
                          .carriers = {carrier},
                          .receiver = receiver,
                          .origin = {},
                          .destination = {},
                          .closed = {}};
    const Manifest draft = with_filing({}, filing, known);
    for (const auto& one : submission_faults(draft)) said.push_back(std::string{one.code});
    // As the server does: of the edition, the codes that the draft names.
    std::erase_if(lists.listed,
                  [&draft](const ListedWaste& entry) { return entry.code != draft.lines[0].code; });
    for (const auto& one : judge_wastes(draft, lists).check.findings) said.push_back(one.code);
    return said;
}

}  // namespace

TEST_CASE("hazard letters are read in the list's order and nothing else passes") {
    CHECK(hazards_in("T/C,In") == std::vector<std::string>{"T", "C", "In"});
    CHECK(hazards_in("")->empty());
    for (const char* wrong : {"X", "T/", "/T", "T/T", "t", "T C", "TC"}) {
        INFO(wrong);
        CHECK_FALSE(hazards_in(wrong));
    }
}

TEST_CASE("a code that is on the list in force passes and brings its name") {
    const auto said = judge_wastes(draft_of(paint()), {"2021", "", "", {listed}, {}});
    CHECK(said.check.outcome == Check::Outcome::satisfied);
    CHECK(said.warnings.empty());
    CHECK(said.edition == "2021");
    CHECK(said.names == std::vector<std::string>{"废弃包装物"});
}

TEST_CASE("a code that is not on the list in force is unknown, with its place") {
    const auto said = judge_wastes(draft_of(paint()), {"2021", "", "", {}, {}});
    CHECK(codes_of(said.check.findings) == Codes{"CODE_UNKNOWN /lines/0/code"});
}

TEST_CASE("waste identified by test is on no list and passes with any") {
    auto line = paint();
    line.code = "900-000-49";
    const auto said = judge_wastes(draft_of(line), {"2021", "", "", {}, {}});
    CHECK(said.check.outcome == Check::Outcome::satisfied);
    CHECK(said.warnings.empty());
}

TEST_CASE("hazards beyond the list's set are a warning, fewer are none") {
    auto line = paint();
    line.hazards = {"T", "C"};
    CHECK(codes_of(judge_wastes(draft_of(line), {"2021", "", "", {listed}, {}}).warnings) ==
          Codes{"HAZARDS_NOT_LISTED /lines/0/hazards"});
    line.hazards = {"T"};
    CHECK(judge_wastes(draft_of(line), {"2021", "", "", {listed}, {}}).warnings.empty());
}

TEST_CASE("without an edition nothing is refused and the answer says so") {
    auto line = paint();
    line.exempt_rule = "HW49";
    const auto said = judge_wastes(draft_of(line), {});
    CHECK(said.check.outcome == Check::Outcome::satisfied);
    CHECK(codes_of(said.warnings) ==
          Codes{"WASTE_LIST_MISSING /lines/0/code", "WASTE_LIST_MISSING /lines/0/exempt_rule"});
}

TEST_CASE("an exemption must exist and fit the line's code or category") {
    auto line = paint();
    line.exempt_rule = "7";
    const auto with = [&](std::vector<Exemption> rules) {
        return codes_of(
            judge_wastes(draft_of(line), {"2021", "", "2021", {listed}, std::move(rules)})
                .check.findings);
    };
    CHECK(with({}) == Codes{"EXEMPT_RULE_UNKNOWN /lines/0/exempt_rule"});
    CHECK(with({{"7", "HW01", "sealed"}}) == Codes{"EXEMPT_RULE_MISMATCH /lines/0/exempt_rule"});
    CHECK(with({{"7", "HW49", "sealed"}}).empty());
    CHECK(with({{"7", "900-041-49", "sealed"}}).empty());
}

TEST_CASE("general waste is judged by the general catalogue") {
    auto line = paint();
    line.code = "900-001-S17";
    auto draft = draft_of(line);
    draft.kind = Kind::general;
    CHECK(judge_wastes(draft, {"2021", "", "", {}, {}}).warnings.size() == 1);
    const auto said = judge_wastes(draft, {"2021", "2024", "", {}, {}});
    CHECK(codes_of(said.check.findings) == Codes{"CODE_UNKNOWN /lines/0/code"});
    CHECK(said.edition == "2024");
}

TEST_CASE("waste codes of the shared vectors pass or fail a filing as they should") {
    const auto catalogue = shared_rows("data/hw_catalog_2021.csv");
    const auto rows = shared_rows("data/vectors/waste_code.csv");
    if (!catalogue || !rows) return;
    ListsInForce lists{
        .hazardous = "2021", .general = {}, .exemption = {}, .listed = {}, .exemptions = {}};
    for (auto row : *catalogue) {
        const auto hazards = hazards_in(row["hazards"]);
        REQUIRE(hazards);
        lists.listed.push_back({row["code"], category_of(row["code"]), "", *hazards, "", false});
    }
    for (auto row : *rows) {
        INFO("'" << row["value"] << "' " << row["reason"]);
        CHECK(judged(row["value"], Kind::hazardous, lists).empty() == (row["valid"] == "1"));
    }
    CHECK(judged("900-000-41", Kind::hazardous, lists) == Codes{"CODE_FORMAT"});
    CHECK(judged("123-456-08", Kind::hazardous, lists) == Codes{"CODE_UNKNOWN"});
    CHECK(judged("", Kind::hazardous, lists).front() == "FIELD_REQUIRED");
}

TEST_CASE("general waste codes of the shared vectors pass or fail a filing as they should") {
    const auto rows = shared_rows("data/vectors/general_waste_code.csv");
    if (!rows) return;
    ListsInForce lists{
        .hazardous = "2021", .general = "2024", .exemption = {}, .listed = {}, .exemptions = {}};
    for (auto row : *rows) lists.listed.push_back({row["value"], "", "", {}, "", false});
    for (const Kind kind : {Kind::general, Kind::sludge, Kind::construction}) {
        for (auto row : *rows) {
            INFO(code(kind) << " '" << row["value"] << "' " << row["reason"]);
            CHECK(judged(row["value"], kind, lists).empty() == (row["valid"] == "1"));
        }
    }
}

TEST_CASE("entries of a list are held to form, category and hazards") {
    const auto hazardous = [](ListedWaste entry) {
        return codes_of(entry_faults(ListKind::hazardous, entry));
    };
    CHECK(hazardous(listed).empty());
    CHECK(hazardous({"90004149", "HW49", "", {"T"}, ""}) == Codes{"CODE_FORMAT code"});
    CHECK(hazardous({"900-041-49", "HW08", "", {"T"}, ""}) ==
          Codes{"CODE_CATEGORY_MISMATCH category"});
    CHECK(hazardous({"900-041-49", "HW49", "", {}, ""}) == Codes{"FIELD_REQUIRED hazards"});
    CHECK(hazardous({"900-041-49", "HW49", "", {"T", "T"}, ""}) == Codes{"HAZARD_UNKNOWN hazards"});
    CHECK(hazardous({"900-041-49", "HW49", "", {"T"}, "a\x01"}) == Codes{"FIELD_LENGTH name"});
    CHECK(entry_faults(ListKind::general, {"900-001-S17", "S17", "", {}, ""}).empty());
    CHECK(codes_of(entry_faults(ListKind::general, {"900-001-17", "S17", "", {}, ""})) ==
          Codes{"CODE_FORMAT code"});
    CHECK(entry_faults({"1", "HW01", "sealed"}).empty());
    CHECK(codes_of(entry_faults(Exemption{"", "HW41", ""})) ==
          Codes{"CODE_FORMAT code_or_category", "FIELD_REQUIRED rule", "FIELD_REQUIRED condition"});
}
