// Waste lists and calendars as files of comma-separated values: read whole or not at all, every
// fault with its line and column.
#pragma once

#include "base/result.hpp"
#include "server/store/calendars.hpp"
#include "server/store/waste_lists.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server {

/// "file:line:column: what", one a fault.
using FileFaults = std::vector<std::string>;

/// Edition and validity, which no file states itself.
struct EditionTerms {
    std::string edition;
    std::chrono::sys_days valid_from;
    std::optional<std::chrono::sys_days> valid_to;
};
inline constexpr std::size_t max_list_entries = 5'000;

/// Which list a file is stands in its heading: `code,category,hazards` is the hazardous-waste list,
/// `code_or_category,condition` the exemption list, `code,category` without hazards the
/// general-waste catalogue. Optional columns: `category_name`; `name`, or `description` for it;
/// `rule` of an exemption, else the code or category itself, numbered when it has several rows
/// ("HW01-1", "HW01-2"). `category` may be empty: it follows from the code.
Result<store::WasteList, FileFaults> read_list_file(const std::string& name, std::string_view text,
                                                    const EditionTerms& terms);

/// Columns `date` (2026-10-01) and `kind`: holiday, or workday for a Saturday or Sunday made up
/// for. By year; each year named is meant to be complete.
Result<std::map<int, store::YearDays>, FileFaults> read_calendar_file(const std::string& name,
                                                                      std::string_view text);

/// 1-20 of 0-9 A-Z a-z . _ -
bool is_edition(std::string_view text);
/// Years that a calendar may be imported for.
bool is_calendar_year(int year);

/// Exemptions without a rule get one from their subject.
void name_rules(std::vector<manifest::Exemption>& exemptions);
/// Categories that are empty are filled in from the code.
void fill_category(manifest::ListKind kind, manifest::ListedWaste& entry);

}  // namespace liuhen::server
