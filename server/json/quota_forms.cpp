#include "server/json/quota_forms.hpp"

#include "manifest/codes.hpp"
#include "server/json/fields.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <set>
#include <tuple>

namespace liuhen::server {
namespace {

using nlohmann::json;
using std::chrono::sys_days;

constexpr std::int64_t grams_a_kilogram = 1'000;
constexpr std::int64_t most_grams = 100'000'000'000'000;  // a hundred million tonnes a year
constexpr std::string_view licence_kinds[] = {"comprehensive", "collection"};
constexpr std::string_view application_kinds[] = {"approval", "filing"};

bool is_category(const std::string& text) {
    const auto code =
        text.size() == 4 ? manifest::normal_waste_code("000-001-" + text.substr(2)) : std::nullopt;
    return code && manifest::category_of(*code) == text;
}

// The stored spelling of a hazardous or general code; empty and a fault when it is neither.
std::string read_code(Fields& row) {
    const std::string text = row.text("code", {1, 40}, Need::required);
    if (text.empty()) return {};
    if (auto code = manifest::normal_waste_code(text)) return *std::move(code);
    if (manifest::general_waste_class(text)) return text;
    row.add("NOT_A_WASTE_CODE", "code", text);
    return {};
}

std::string read_code_or_category(Fields& row) {
    if (!row.has("category")) return read_code(row);
    if (row.has("code")) row.add("EXCLUSIVE", "category");
    std::string category = row.text("category", {1, 10});
    if (!is_category(category)) row.add("NOT_A_WASTE_CODE", "category", category);
    return category;
}

/// How the rows of one kind of form are written.
struct RowForm {
    const char* list;    ///< name of the array
    const char* weight;  ///< stem: "yearly", "planned"
    bool to_receiver = false;
    bool by_category = false;
    Need method = Need::required;
};

// `<stem>_g`, or `<stem>_kg` as a whole number; a year's amount is larger than any one load.
Grams read_amount(Fields& row, const std::string& stem) {
    const std::string in_g = stem + "_g";
    const std::string in_kg = stem + "_kg";
    const auto grams = row.integer(in_g, 0, most_grams);
    const auto kilograms = row.integer(in_kg, 0, most_grams / grams_a_kilogram);
    if (row.has(in_g) && row.has(in_kg)) row.add("EXCLUSIVE", in_kg);
    if (!row.has(in_g) && !row.has(in_kg)) row.add("MISSING", in_g);
    return Grams{grams.value_or(kilograms.value_or(0) * grams_a_kilogram)};
}

std::vector<store::Limit> read_rows(Fields& form, const RowForm& kind) {
    std::vector<store::Limit> limits;
    const json* rows = form.array(kind.list, max_limits, Need::required);
    if (rows == nullptr) return limits;
    if (rows->empty()) form.add("TOO_SHORT", kind.list);
    std::set<std::tuple<std::string, std::string, std::string>> seen;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        Fields row{rows->at(i), pointer_to(form.pointer(kind.list), i), form.faults()};
        store::Limit limit;
        limit.code = kind.by_category ? read_code_or_category(row) : read_code(row);
        limit.method = row.text("method", {1, 20}, kind.method);
        if (kind.to_receiver) limit.receiver = row.uuid("receiver", Need::required);
        limit.grams = read_amount(row, kind.weight);
        row.finish();
        if (!seen.emplace(limit.code, limit.method, limit.receiver).second)
            form.faults().push_back(fault("DUPLICATE", row.here()));
        limits.push_back(std::move(limit));
    }
    return limits;
}

void check_period(Fields& form, sys_days from, sys_days to, const char* end,
                  std::chrono::years longest) {
    if (from == sys_days{} || to == sys_days{}) return;
    if (to < from) form.add("TIME_ORDER", end, date_text(to));
    auto limit = std::chrono::year_month_day{from} + longest;
    if (!limit.ok()) limit = limit.year() / std::chrono::March / 1;
    if (to >= sys_days{limit}) form.add("OUT_OF_RANGE", end, date_text(to));
}

}  // namespace

std::string date_text(sys_days day) {
    const std::chrono::year_month_day d{day};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()),
                       static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
}

sys_days read_date(Fields& form, std::string_view name) {
    const std::string text = form.text(name, {1, 20}, Need::required);
    if (text.empty()) return {};
    const auto midnight = text.size() == 10 ? parse_iso(text + "T00:00:00Z") : std::nullopt;
    if (midnight && *midnight > Instant{}) return std::chrono::floor<std::chrono::days>(*midnight);
    form.add("NOT_A_DATE", name, text);
    return {};
}

PlanForm read_plan(const json& body, PlanPart part, Faults& faults) {
    Fields form{body, "", faults};
    PlanForm plan;
    if (part == PlanPart::whole)
        plan.year = static_cast<int>(form.integer("year", 2022, 2100, Need::required).value_or(0));
    plan.rows = read_rows(form, {.list = "rows", .weight = "yearly", .to_receiver = true});
    form.finish();
    return plan;
}

std::vector<int> LicenceForm::years() const {
    std::vector<int> all;
    const auto year = [](sys_days day) {
        return static_cast<int>(std::chrono::year_month_day{day}.year());
    };
    for (int y = year(from); y <= year(to); ++y) all.push_back(y);
    return all;
}

LicenceForm read_licence(const json& body, LicencePart part, Faults& faults) {
    Fields form{body, "", faults};
    LicenceForm licence;
    if (part == LicencePart::whole) {
        licence.receiver = form.uuid("receiver", Need::required);
        licence.licence_no = form.text("licence_no", {5, 40}, Need::required);
    }
    licence.kind = form.one_of("kind", licence_kinds, Need::required);
    licence.from = read_date(form, "valid_from");
    licence.to = read_date(form, "valid_to");
    const std::chrono::years longest{licence.kind == "collection" ? 3 : 5};
    check_period(form, licence.from, licence.to, "valid_to", longest);
    licence.rows = read_rows(form, {.list = "scope", .weight = "yearly", .by_category = true});
    form.finish();
    return licence;
}

ApplicationForm read_application(const json& body, Faults& faults) {
    Fields form{body, "", faults};
    ApplicationForm application;
    application.kind = form.one_of("kind", application_kinds);
    if (application.kind.empty()) application.kind = "approval";
    application.receiver = form.uuid("receiver", Need::required);
    application.from = read_date(form, "wanted_from");
    application.to = read_date(form, "wanted_to");
    check_period(form, application.from, application.to, "wanted_to", std::chrono::years{5});
    application.rows =
        read_rows(form, {.list = "rows", .weight = "planned", .method = Need::optional});
    for (std::size_t i = 0; i < application.rows.size(); ++i) {
        const auto& row = application.rows[i];
        const bool general = manifest::general_waste_class(row.code).has_value();
        const std::string at = pointer_to(form.pointer("rows"), i);
        if (application.kind == "filing" && !general && !row.code.empty())
            faults.push_back(fault("NEEDS_APPROVAL", at + "/code", row.code));
        if (!general && row.method.empty()) faults.push_back(fault("MISSING", at + "/method"));
    }
    form.finish();
    return application;
}

}  // namespace liuhen::server
