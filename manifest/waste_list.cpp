#include "manifest/waste_list.hpp"

#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/names.hpp"

#include <algorithm>
#include <array>

namespace liuhen::manifest {
namespace {

constexpr Names<ListKind> kinds{"HW", "GENERAL", "EXEMPTION"};
constexpr std::array<std::string_view, 5> hazard_letters{"T", "C", "I", "R", "In"};
constexpr std::size_t longest_name = 1000;

bool is_hazard(const std::string& text) {
    return std::ranges::find(hazard_letters, text) != hazard_letters.end();
}

std::string pointer(std::size_t line, std::string_view field) {
    return "/lines/" + std::to_string(line) + "/" + std::string{field};
}

void length_faults(std::vector<Finding>& faults, std::string_view field, const std::string& value,
                   std::size_t least, std::size_t most) {
    const auto length = text_length(value);
    if (length && *length >= least && *length <= most) return;
    faults.push_back({value.empty() ? "FIELD_REQUIRED" : "FIELD_LENGTH", std::string{field},
                      length ? value : std::string{}});
}

/// "S17" of "900-001-S17".
std::string general_category(std::string_view code) { return std::string{code.substr(8)}; }

struct Judge {
    const ListsInForce& lists;
    ListOpinion opinion;

    void fail(std::string code, std::string at, std::string value) {
        opinion.check.outcome = Check::Outcome::failed;
        opinion.check.findings.push_back({std::move(code), std::move(at), std::move(value)});
    }
    void warn_of(std::string code, std::string at) {
        opinion.warnings.push_back({std::move(code), std::move(at), {}});
    }
    void code_of(std::size_t index, const WasteLine& line, bool hazardous) {
        opinion.names.emplace_back();
        const auto& edition = hazardous ? lists.hazardous : lists.general;
        if (edition.empty()) return warn_of("WASTE_LIST_MISSING", pointer(index, "code"));
        if (hazardous && is_identified_by_test(line.code)) return;
        const auto entry = std::ranges::find(lists.listed, line.code, &ListedWaste::code);
        if (entry == lists.listed.end())
            return fail("CODE_UNKNOWN", pointer(index, "code"), line.code);
        opinion.names.back() = entry->name;
        const bool beyond = std::ranges::any_of(line.hazards, [&](const std::string& one) {
            return std::ranges::find(entry->hazards, one) == entry->hazards.end();
        });
        if (hazardous && beyond) warn_of("HAZARDS_NOT_LISTED", pointer(index, "hazards"));
    }
    void exemption_of(std::size_t index, const WasteLine& line) {
        if (line.exempt_rule.empty()) return;
        const auto at = pointer(index, "exempt_rule");
        if (lists.exemption.empty()) return warn_of("WASTE_LIST_MISSING", at);
        const auto row = std::ranges::find(lists.exemptions, line.exempt_rule, &Exemption::rule);
        if (row == lists.exemptions.end()) return fail("EXEMPT_RULE_UNKNOWN", at, line.exempt_rule);
        if (row->subject != line.code && row->subject != line.category)
            fail("EXEMPT_RULE_MISMATCH", at, row->subject);
    }
};

}  // namespace

std::string_view code(ListKind kind) { return name_in(kinds, kind); }
std::optional<ListKind> list_kind_from_code(std::string_view code) { return find_in(kinds, code); }

std::optional<std::vector<std::string>> hazards_in(std::string_view text) {
    std::vector<std::string> found;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("/,"), text.size());
        std::string one{text.substr(0, end)};
        if (!is_hazard(one) || std::ranges::find(found, one) != found.end()) return std::nullopt;
        found.push_back(std::move(one));
        if (end == text.size()) return found;
        text.remove_prefix(end + 1);
        if (text.empty()) return std::nullopt;  // a separator with nothing behind it
    }
    return found;
}

std::vector<Finding> entry_faults(ListKind kind, const ListedWaste& entry) {
    std::vector<Finding> faults;
    const bool hazardous = kind == ListKind::hazardous;
    const auto normal = normal_waste_code(entry.code);
    const bool shaped =
        hazardous ? normal == entry.code : general_waste_class(entry.code).has_value();
    if (!shaped) {
        faults.push_back({"CODE_FORMAT", "code", entry.code});
    } else if (entry.category !=
               (hazardous ? category_of(entry.code) : general_category(entry.code))) {
        faults.push_back({"CODE_CATEGORY_MISMATCH", "category", entry.category});
    }
    if (hazardous && entry.hazards.empty()) faults.push_back({"FIELD_REQUIRED", "hazards", ""});
    for (const auto& one : entry.hazards) {
        const bool twice = std::ranges::count(entry.hazards, one) > 1;
        if (!is_hazard(one) || twice) {
            faults.push_back({"HAZARD_UNKNOWN", "hazards", one});
            break;
        }
    }
    length_faults(faults, "name", entry.name, 0, longest_name);
    length_faults(faults, "category_name", entry.category_name, 0, 200);
    return faults;
}

std::vector<Finding> entry_faults(const Exemption& entry) {
    std::vector<Finding> faults;
    const bool code = normal_waste_code(entry.subject) == entry.subject;
    const bool category = entry.subject.size() == 4 && entry.subject.starts_with("HW") &&
                          normal_waste_code("900000" + entry.subject.substr(2)).has_value();
    if (!code && !category) faults.push_back({"CODE_FORMAT", "code_or_category", entry.subject});
    length_faults(faults, "rule", entry.rule, 1, 40);
    length_faults(faults, "condition", entry.condition, 1, longest_name);
    return faults;
}

bool requires_lock(const ListsInForce& lists) {
    return std::ranges::any_of(lists.listed, &ListedWaste::lock);
}

ListOpinion judge_wastes(const Manifest& manifest, const ListsInForce& lists) {
    Judge judge{lists, {}};
    judge.opinion.check = Check::satisfied();
    bool any_hazardous = false;
    for (std::size_t i = 0; i < manifest.lines.size(); ++i) {
        const auto& line = manifest.lines[i];
        const bool hazardous = is_hazardous(manifest.kind, line.code);
        any_hazardous = any_hazardous || hazardous;
        judge.code_of(i, line, hazardous);
        judge.exemption_of(i, line);
    }
    judge.opinion.edition = any_hazardous ? lists.hazardous : lists.general;
    return std::move(judge.opinion);
}

}  // namespace liuhen::manifest
