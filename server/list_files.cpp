#include "server/list_files.hpp"

#include "manifest/codes.hpp"
#include "server/days.hpp"
#include "server/tools/replay_csv.hpp"

#include <algorithm>
#include <set>

namespace liuhen::server {
namespace {

using manifest::Exemption;
using manifest::Finding;
using manifest::ListedWaste;
using manifest::ListKind;
using replay::Csv;
using replay::CsvRow;

// Words for the faults of an entry, as the end of "column ... : cell".
struct Words {
    std::string_view code, text;
};
constexpr Words words[] = {
    {"CODE_FORMAT", "is no code or category of this list"},
    {"CODE_CATEGORY_MISMATCH", "contradicts the code"},
    {"HAZARD_UNKNOWN", "is not made of T, C, I, R, In, each once"},
    {"FIELD_REQUIRED", "is empty"},
    {"FIELD_LENGTH", "is too long or no plain text"},
};

std::string_view words_of(const std::string& code) {
    const auto* found = std::ranges::find(words, code, &Words::code);
    return found == std::end(words) ? std::string_view{code} : found->text;
}

void add_faults(FileFaults& faults, const Csv& csv, const CsvRow& row,
                const std::vector<Finding>& findings) {
    for (const auto& one : findings) {
        const bool described = one.pointer == "name" && csv.has("description");
        faults.push_back(
            csv.fault(row, described ? "description" : one.pointer, words_of(one.code)));
    }
}

ListedWaste entry_of(const Csv& csv, const CsvRow& row, ListKind kind, FileFaults& faults) {
    ListedWaste entry;
    entry.code = csv.cell(row, "code");
    if (kind == ListKind::hazardous)
        entry.code = manifest::normal_waste_code(entry.code).value_or(entry.code);
    entry.category = csv.cell(row, "category");
    entry.category_name = csv.cell(row, "category_name");
    entry.name = csv.cell(row, csv.has("name") ? "name" : "description");
    fill_category(kind, entry);
    auto hazards = manifest::hazards_in(csv.cell(row, "hazards"));
    if (!hazards) {
        faults.push_back(csv.fault(row, "hazards", words_of("HAZARD_UNKNOWN")));
        hazards = {"T"};  // so that its own fault is the only one of this cell
    }
    entry.hazards = *std::move(hazards);
    if (csv.has("lock")) {
        const std::string_view lock = csv.cell(row, "lock");
        entry.lock = lock == "yes";
        if (!entry.lock && lock != "no" && !lock.empty())
            faults.push_back(csv.fault(row, "lock", "is neither yes nor no"));
    }
    return entry;
}

template <class Key>
void note_repetition(std::set<Key>& seen, const Key& key, const Csv& csv, const CsvRow& row,
                     std::string_view column, FileFaults& faults) {
    if (!seen.insert(key).second) faults.push_back(csv.fault(row, column, "comes twice"));
}

void read_codes(const Csv& csv, store::WasteList& list, FileFaults& faults) {
    std::set<std::string> seen;
    for (const CsvRow& row : csv.rows()) {
        auto entry = entry_of(csv, row, list.kind, faults);
        add_faults(faults, csv, row, manifest::entry_faults(list.kind, entry));
        note_repetition(seen, entry.code, csv, row, "code", faults);
        list.codes.push_back(std::move(entry));
    }
}

void read_exemptions(const Csv& csv, store::WasteList& list, FileFaults& faults) {
    for (const CsvRow& row : csv.rows()) {
        list.exemptions.push_back({std::string{csv.cell(row, "rule")},
                                   std::string{csv.cell(row, "code_or_category")},
                                   std::string{csv.cell(row, "condition")}});
    }
    name_rules(list.exemptions);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list.exemptions.size(); ++i) {
        const CsvRow& row = csv.rows()[i];
        add_faults(faults, csv, row, manifest::entry_faults(list.exemptions[i]));
        note_repetition(seen, list.exemptions[i].rule, csv, row, "rule", faults);
    }
}

std::optional<ListKind> kind_of(const Csv& csv) {
    if (csv.has("code_or_category") && csv.has("condition")) return ListKind::exemption;
    if (!csv.has("code")) return std::nullopt;
    return csv.has("hazards") ? ListKind::hazardous : ListKind::general;
}

}  // namespace

bool is_edition(std::string_view text) {
    constexpr std::string_view allowed =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-";
    return !text.empty() && text.size() <= 20 &&
           text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_calendar_year(int year) { return 2000 <= year && year <= 2200; }

void name_rules(std::vector<Exemption>& exemptions) {
    for (std::size_t i = 0; i < exemptions.size(); ++i) {
        auto& one = exemptions[i];
        if (!one.rule.empty()) continue;
        const auto begin = exemptions.begin();
        const auto here = begin + static_cast<std::ptrdiff_t>(i);
        const auto is_namesake = [&](const Exemption& x) { return x.subject == one.subject; };
        const auto all = std::count_if(begin, exemptions.end(), is_namesake);
        const auto before = std::count_if(begin, here, is_namesake);
        one.rule = all == 1 ? one.subject : one.subject + "-" + std::to_string(before + 1);
    }
}

void fill_category(ListKind kind, ListedWaste& entry) {
    if (!entry.category.empty()) return;
    if (kind == ListKind::hazardous && manifest::normal_waste_code(entry.code) == entry.code)
        entry.category = manifest::category_of(entry.code);
    if (kind == ListKind::general && manifest::general_waste_class(entry.code))
        entry.category = entry.code.substr(entry.code.rfind('-') + 1);
}

Result<store::WasteList, FileFaults> read_list_file(const std::string& name, std::string_view text,
                                                    const EditionTerms& terms) {
    const auto csv = Csv::parse(name, text, {});
    if (!csv) return fail(FileFaults{csv.error()});
    const auto kind = kind_of(*csv);
    if (!kind) {
        return fail(FileFaults{name +
                               ":1:1: the heading names neither code nor code_or_category and "
                               "condition"});
    }
    if (csv->rows().empty() || csv->rows().size() > max_list_entries) {
        return fail(FileFaults{name + ": a list has 1 to " + std::to_string(max_list_entries) +
                               " entries, this file " + std::to_string(csv->rows().size())});
    }
    store::WasteList list{*kind, terms.edition, terms.valid_from, terms.valid_to, {}, {}};
    FileFaults faults;
    if (*kind == ListKind::exemption) {
        read_exemptions(*csv, list, faults);
    } else {
        read_codes(*csv, list, faults);
    }
    if (!faults.empty()) return fail(std::move(faults));
    return list;
}

Result<std::map<int, store::YearDays>, FileFaults> read_calendar_file(const std::string& name,
                                                                      std::string_view text) {
    constexpr std::string_view columns[] = {"date", "kind"};
    const auto csv = Csv::parse(name, text, columns);
    if (!csv) return fail(FileFaults{csv.error()});
    std::map<int, store::YearDays> years;
    FileFaults faults;
    for (const CsvRow& row : csv->rows()) {
        const auto day = parse_day(csv->cell(row, "date"));
        const auto kind = store::day_kind_from_code(csv->cell(row, "kind"));
        const int year = day ? static_cast<int>(std::chrono::year_month_day{*day}.year()) : 0;
        if (!is_calendar_year(year)) {
            faults.push_back(csv->fault(row, "date", "is no day YYYY-MM-DD from 2000 to 2200"));
        } else if (!kind) {
            faults.push_back(csv->fault(row, "kind", "is neither holiday nor workday"));
        } else if (!years[year].emplace(*day, *kind).second) {
            faults.push_back(csv->fault(row, "date", "comes twice"));
        }
    }
    if (csv->rows().empty()) faults.push_back(name + ": the file names no day");
    if (!faults.empty()) return fail(std::move(faults));
    return years;
}

}  // namespace liuhen::server
