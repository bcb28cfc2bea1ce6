// Forms of management plans, licences and applications to cross a province.
#pragma once

#include "server/json/fault.hpp"
#include "server/store/limits.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace liuhen::server {

inline constexpr std::size_t max_limits = 1'000;  ///< rows of one paper

/// `2026-03-01` of a day; empty when it is none.
std::string date_text(std::chrono::sys_days day);

struct PlanForm {
    int year{};
    std::vector<store::Limit> rows;
};
/// {year, rows: [{code, receiver, method, yearly_kg}]}; an edit or amendment names no year.
enum class PlanPart : std::uint8_t { whole, rows };
PlanForm read_plan(const nlohmann::json& body, PlanPart part, Faults& faults);

struct LicenceForm {
    std::string receiver, licence_no, kind;
    std::chrono::sys_days from, to;
    std::vector<store::Limit> rows;
    /// Calendar years that the licence touches: its limits are yearly.
    [[nodiscard]] std::vector<int> years() const;
};
/// {receiver, licence_no, kind, valid_from, valid_to, scope: [{code | category, method,
/// yearly_kg}]}; an amendment names no receiver and no number.
enum class LicencePart : std::uint8_t { whole, scope };
LicenceForm read_licence(const nlohmann::json& body, LicencePart part, Faults& faults);

struct ApplicationForm {
    std::string kind;  ///< "approval", "filing"
    std::string receiver;
    std::chrono::sys_days from, to;
    std::vector<store::Limit> rows;
};
/// {kind, receiver, wanted_from, wanted_to, rows: [{code, method, planned_kg}]}.
ApplicationForm read_application(const nlohmann::json& body, Faults& faults);

/// A date of the form, "2026-03-01"; the epoch when it is none.
class Fields;
std::chrono::sys_days read_date(Fields& form, std::string_view name);

}  // namespace liuhen::server
