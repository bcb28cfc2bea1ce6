#include "server/jobs/register_form.hpp"

#include "manifest/custody/declaration.hpp"
#include "server/days.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace liuhen::server::jobs {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 2> formats{"xlsx", "csv"};
constexpr std::array<std::string_view, 2> languages{"zh", "en"};
constexpr std::array<std::string_view, 3> sides{"out", "in", "carried"};

// Midnight in China at the beginning of a day, or of the day after it.
std::string midnight(Fields& form, std::string_view name, std::chrono::days after) {
    const std::string said = form.text(name, {10, 10});
    if (said.empty()) return {};
    const auto day = parse_day(said);
    if (!day) form.add("NOT_A_DATE", name, said);
    return day ? to_iso(Instant{*day + after} - china_standard_time) : std::string{};
}

void read_filters(Fields& form, const RegisterSpec& spec, RegisterAsked& asked) {
    asked.from = midnight(form, "from", std::chrono::days{0});
    asked.until = midnight(form, "to", std::chrono::days{1});
    if (!asked.from.empty() && !asked.until.empty() && asked.until <= asked.from)
        form.add("TIME_ORDER", "to");
    if (spec.is_state != nullptr) {
        asked.state = form.text("state", {1, 32});
        if (!asked.state.empty() && !spec.is_state(asked.state))
            form.add("UNKNOWN_VALUE", "state", asked.state);
    }
    if (spec.has_sides) asked.side = form.one_of("side", sides);
}

}  // namespace

RegisterAsked read_register_form(Fields& form, std::string_view subject, const std::string& own) {
    RegisterAsked asked;
    asked.format = form.one_of("format", formats);
    if (asked.format.empty()) asked.format = "xlsx";
    asked.language =
        form.one_of("language", languages) == "en" ? Language::english : Language::chinese;
    asked.party = form.uuid("party");
    const auto* const spec = register_spec(subject);
    if (spec != nullptr) {
        read_filters(form, *spec, asked);
    } else {
        asked.period = form.text("period", {4, 7}, Need::required);
        if (!asked.period.empty() && !manifest::custody::period_from_text(asked.period))
            form.add("NOT_A_PERIOD", "period", asked.period);
    }
    const bool needs_party = spec == nullptr || !asked.side.empty();
    if (needs_party && asked.party.empty()) asked.party = own;
    if (needs_party && asked.party.empty()) form.add("MISSING", "party");
    form.finish();
    return asked;
}

json to_json(const RegisterAsked& asked) {
    json kept{{"format", asked.format},
              {"language", asked.language == Language::english ? "en" : "zh"}};
    const std::pair<const char*, const std::string*> texts[] = {
        {"from", &asked.from},   {"until", &asked.until}, {"state", &asked.state},
        {"party", &asked.party}, {"side", &asked.side},   {"period", &asked.period}};
    for (const auto& [name, text] : texts) {
        if (!text->empty()) kept[name] = *text;
    }
    return kept;
}

RegisterAsked register_asked(const json& kept) {
    const auto text = [&kept](const char* name) { return kept.value(name, std::string{}); };
    return {text("format"), text("language") == "en" ? Language::english : Language::chinese,
            text("from"),   text("until"),
            text("state"),  text("party"),
            text("side"),   text("period")};
}

}  // namespace liuhen::server::jobs
