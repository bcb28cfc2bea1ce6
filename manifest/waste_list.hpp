// Editions of the waste lists as data: what a list's file must look like, and what the edition in
// force says of a manifest's codes, hazards and exemptions.
#pragma once

#include "manifest/facts.hpp"
#include "manifest/manifest.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

/// The hazardous-waste list, the general-waste catalogue, the list of transport exemptions;
/// `code()`: "HW", "GENERAL", "EXEMPTION".
enum class ListKind : std::uint8_t { hazardous, general, exemption, count_ };
std::string_view code(ListKind kind);
std::optional<ListKind> list_kind_from_code(std::string_view code);

/// One entry of a list of codes.
struct ListedWaste {
    std::string code;      ///< as `normal_waste_code` writes it, or NNN-NNN-SNN
    std::string category;  ///< "HW49", "S17"
    std::string category_name;
    std::vector<std::string> hazards;  ///< in the list's order; empty for general waste
    std::string name;                  ///< 0-1000 characters
    bool lock = false;                 ///< it travels under an electronic lock (T06)
    friend bool operator==(const ListedWaste&, const ListedWaste&) = default;
};
/// One row of the exemption list: what is exempt from the rules of dangerous-goods transport, when.
struct Exemption {
    std::string rule;       ///< how `WasteLine::exempt_rule` names the row, 1-40 characters
    std::string subject;    ///< code or category
    std::string condition;  ///< 1-1000 characters
    friend bool operator==(const Exemption&, const Exemption&) = default;
};

/// What is wrong with an entry; empty when nothing is. Codes: CODE_FORMAT, CODE_CATEGORY_MISMATCH,
/// HAZARD_UNKNOWN, FIELD_REQUIRED, FIELD_LENGTH; the pointer is the field's name.
std::vector<Finding> entry_faults(ListKind kind, const ListedWaste& entry);
std::vector<Finding> entry_faults(const Exemption& entry);

/// "T/C/I,R" as its letters; nullopt when one is none of T, C, I, R, In or comes twice.
std::optional<std::vector<std::string>> hazards_in(std::string_view text);

/// What the editions in force on the planned day hold of one manifest's lines. An edition that is
/// empty is not imported.
struct ListsInForce {
    std::string hazardous, general, exemption;  ///< editions
    std::vector<ListedWaste> listed;            ///< the codes named that are listed
    std::vector<Exemption> exemptions;          ///< the rules named that exist
};
/// True when a line's code travels under an electronic lock.
bool requires_lock(const ListsInForce& lists);

/// The opinion of the lists, for `Facts`.
struct ListOpinion {
    Check check;                     ///< CODE_UNKNOWN, EXEMPT_RULE_UNKNOWN, EXEMPT_RULE_MISMATCH
    std::vector<Finding> warnings;   ///< WASTE_LIST_MISSING, HAZARDS_NOT_LISTED
    std::string edition;             ///< that judged the codes; empty: none
    std::vector<std::string> names;  ///< by line, the code's name in the list
};
/// Judges every line. 900-000-xx is on no list: its hazards are those of its identification report.
ListOpinion judge_wastes(const Manifest& manifest, const ListsInForce& lists);

}  // namespace liuhen::manifest
