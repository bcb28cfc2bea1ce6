// Reads a JSON object field by field and remembers which fields were asked for, so that a
// misspelt one is a fault and not silently nothing.
#pragma once

#include "base/geo.hpp"
#include "base/time.hpp"
#include "simulators/scenario.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::simulators {

/// Thrown within the parser only; `parse_scenario` turns it into its value.
struct FormFault {
    ScenarioFault fault;
};
[[noreturn]] void refuse(std::string pointer, std::string text);

/// One object of the file and its JSON pointer. Every getter throws `FormFault`.
class Form {
public:
    Form(const nlohmann::json& object, std::string pointer);

    [[nodiscard]] bool has(std::string_view field) const;
    std::string text(std::string_view field);
    std::string text(std::string_view field, std::string fallback);
    std::string one_of(std::string_view field, std::span<const std::string_view> choices);
    double number(std::string_view field, double low, double high);
    double number(std::string_view field, double low, double high, double fallback);
    std::int64_t whole(std::string_view field, std::int64_t low, std::int64_t high,
                       std::int64_t fallback);
    LatLon place(std::string_view field);  ///< [longitude, latitude], as in GeoJSON
    Path places(std::string_view field, std::size_t at_least);
    std::vector<std::string> texts(std::string_view field);  ///< empty when absent
    Form object(std::string_view field);
    std::vector<Form> objects(std::string_view field);  ///< empty when absent
    /// Refuses what nobody asked for.
    void finish() const;
    [[nodiscard]] std::string at(std::string_view field) const;  ///< pointer of a field

private:
    const nlohmann::json& take(std::string_view field);
    const nlohmann::json* object_;
    std::string pointer_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace liuhen::simulators
