// What a transfer draws on: rows of the producer's management plan, of the receiver's licence and
// of a cross-province approval (Order 23 arts. 10, 14 and 27). The caller looks the rows up and
// holds their locks; which of them a manifest's weights fall on is decided here.
#pragma once

#include "manifest/enum_set.hpp"
#include "manifest/facts.hpp"
#include "manifest/manifest.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

/// The three registers, in the one order in which their rows are locked.
enum class Register : std::uint8_t { plan, licence, approval, count_ };
std::string_view code(Register one);  ///< "plan", "licence", "approval"

/// What receivers of a kind of licence may take waste for: a collector only stores it.
inline constexpr EnumSet<Purpose> any_purpose{Purpose::store, Purpose::use, Purpose::dispose};

/// One limit: so many grams of this waste, treated by this method.
struct QuotaRow {
    std::int64_t id{};
    Register of{};
    std::string paper;   ///< id of the plan, licence or approval
    std::string code;    ///< "900-041-49"; of a licence also a whole category, "HW49"
    std::string method;  ///< "D10"; empty: any
    EnumSet<Purpose> purposes = any_purpose;
    Grams limit;
    Grams held;                  ///< by other manifests
    std::chrono::sys_days from;  ///< days of validity in China, both included
    std::chrono::sys_days to;
};

/// So much of a line's weight is reserved on a row.
struct Holding {
    std::int64_t quota{};
    std::uint8_t line_no{};
    Grams weight;
    friend bool operator==(const Holding&, const Holding&) = default;
};

/// Which weight of a line counts, and how a refusal names it.
struct LineMeasure {
    std::optional<Grams> WasteLine::*weight = nullptr;
    std::string_view field;  ///< "planned_g"
};
inline constexpr LineMeasure planned{&WasteLine::planned_g, "planned_g"};
inline constexpr LineMeasure sent{&WasteLine::sent_g, "sent_g"};

/// What the registers say of a manifest, and what is to be reserved when it goes through.
struct Allotment {
    Check plan;                     ///< PLAN_MISSING, PLAN_EXCEEDED
    Check licence;                  ///< LICENCE_EXPIRED, LICENCE_SCOPE, LICENCE_EXCEEDED
    Check approval;                 ///< XPROV_MISSING, XPROV_EXPIRED, XPROV_EXCEEDED; without the
                                    ///< receiver's division DIVISION_UNKNOWN
    std::string plan_id;            ///< of the plan drawn on; empty: none was needed or found
    std::string approval_id;        ///< likewise
    std::vector<Holding> holdings;  ///< complete only when no check failed
    std::optional<std::chrono::sys_days> licence_ends;  ///< the first of the licences drawn on
};

/// Finds a row of each register needed for every line that has a code and the weight. Hazardous
/// waste needs plan and licence; any waste that leaves its province needs an approval (general
/// waste for use: a filing, which stands among the approvals; Solid Waste Law art. 22).
/// `licensed`: the receiver has some licence in force on the planned day.
Allotment allot(const Manifest& manifest, LineMeasure by, const std::vector<QuotaRow>& rows,
                bool licensed);

/// Producer's and receiver's divisions lie in two provinces. False while one is unknown.
bool leaves_province(const Manifest& manifest);
/// The civil day in China on which the manifest is to depart; it decides which papers must be in
/// force.
std::optional<std::chrono::sys_days> planned_day(const Manifest& manifest);

/// What of the holdings remains once the receiver kept `accepted_g` of each line: never more than
/// was held.
std::vector<Holding> kept_by_receiver(std::vector<Holding> held, const Manifest& manifest);

}  // namespace liuhen::manifest
