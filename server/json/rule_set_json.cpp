#include "server/json/rule_set_json.hpp"

#include "server/json/fields.hpp"
#include "server/json/rule_rows.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace liuhen::server {
namespace {

using geofence::FusionRules;
using geofence::Pairing;
using geofence::RuleSet;
using geofence::Sign;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr double most_weight = 100;
constexpr double most_amount = 1e7;  // metres or seconds
constexpr std::int64_t longest_fade = 86'400;
/// Of sets up to 2026-5: no detector ever told it, so that it weighs nothing.
constexpr std::string_view retired_sign = "met_truck";

template <class T>
ordered_json number_of(const T& value) {
    if constexpr (std::is_arithmetic_v<T>) {
        return value;
    } else if constexpr (std::is_same_v<T, std::chrono::seconds>) {
        return value.count();
    } else {
        return value.value;
    }
}

/// Reads a value of the field's type, if it is there and within its range.
template <class T>
void read_number(Fields& form, std::string_view name, T& value, double least, double most) {
    if constexpr (std::is_integral_v<T> || std::is_same_v<T, std::chrono::seconds>) {
        const auto read = form.integer(name, std::llround(least), std::llround(most));
        if (read) value = T{static_cast<T>(*read)};
    } else {
        if (const auto read = form.number(name, least, most)) value = T{*read};
    }
}

ordered_json to_json(const FusionRules& rules) {
    ordered_json fusion;
    for (const FusionRow& row : fusion_rows()) {
        std::visit([&](auto field) { fusion[std::string(row.name)] = number_of(rules.*field); },
                   row.field);
    }
    for (std::size_t i = 0; i < geofence::sign_count; ++i) {
        const geofence::SignRule& rule = rules.signs[i];
        ordered_json& sign = fusion["signs"][std::string(words_of(static_cast<Sign>(i)).code)];
        sign["weight"] = rule.weight;
        sign["none"] = rule.none;
        sign["full"] = rule.full;
        sign["fades"] = rule.fades.count();
    }
    for (std::size_t i = 0; i < geofence::pairing_count; ++i) {
        const auto name = std::string(code(static_cast<Pairing>(i)));
        fusion["pairings"][name] = rules.pairings[i];
    }
    return fusion;
}

void read_sign(const json& document, const std::string& pointer, geofence::SignRule& rule,
               Faults& faults) {
    Fields form{document, pointer, faults};
    read_number(form, "weight", rule.weight, 0, most_weight);
    read_number(form, "none", rule.none, -most_amount, most_amount);
    read_number(form, "full", rule.full, -most_amount, most_amount);
    if (const auto fades = form.integer("fades", 1, longest_fade)) {
        rule.fades = std::chrono::seconds{*fades};
    }
    if (rule.none == rule.full) form.add("OUT_OF_RANGE", "full");
    form.finish();
}

/// The object below a name; what is missing is as if it were empty.
template <class Read>
void read_object(Fields& form, std::string_view name, Faults& faults, const Read& read) {
    const json* object = form.any(name);
    if (object == nullptr) return;
    Fields inner{*object, form.pointer(name), faults};
    read(inner);
    inner.finish();
}

void read_fusion(Fields& form, FusionRules& rules, Faults& faults) {
    for (const FusionRow& row : fusion_rows()) {
        std::visit(
            [&](auto field) { read_number(form, row.name, rules.*field, row.least, row.most); },
            row.field);
    }
    if (rules.watch <= rules.intercept) form.add("OUT_OF_RANGE", "watch");
    if (rules.suspected <= rules.watch) form.add("OUT_OF_RANGE", "suspected");
    read_object(form, "signs", faults, [&](Fields& signs) {
        for (std::size_t i = 0; i < geofence::sign_count; ++i) {
            const std::string_view name = words_of(static_cast<Sign>(i)).code;
            const json* one = signs.any(name);
            if (one != nullptr) read_sign(*one, signs.pointer(name), rules.signs[i], faults);
        }
        if (const json* one = signs.any(retired_sign)) {
            geofence::SignRule ignored{.weight = 0, .none = 0, .full = 1};
            read_sign(*one, signs.pointer(retired_sign), ignored, faults);
        }
    });
    read_object(form, "pairings", faults, [&](Fields& pairings) {
        for (std::size_t i = 0; i < geofence::pairing_count; ++i) {
            const std::string_view name = code(static_cast<Pairing>(i));
            read_number(pairings, name, rules.pairings[i], 0, most_weight);
        }
    });
}

void read_thresholds(Fields& form, RuleSet& rules) {
    for (const ThresholdRow& row : threshold_rows()) {
        std::visit(
            [&](auto field) { read_number(form, row.name, rules.*field, row.least, row.most); },
            row.field);
    }
    if (rules.off_ceiling < rules.off_alarm) form.add("OUT_OF_RANGE", "off_ceiling");
    if (rules.stop_break < rules.stop_radius) form.add("OUT_OF_RANGE", "stop_break");
    if (rules.silent_serious < rules.silent) form.add("OUT_OF_RANGE", "silent_serious");
    if (rules.lock_lost_known > rules.lock_lost_window) form.add("OUT_OF_RANGE", "lock_lost_known");
}

bool is_version(const std::string& text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    };
    return std::ranges::all_of(text, fits);
}

}  // namespace

ordered_json to_json(const RuleSet& rules) {
    ordered_json document;
    document["version"] = rules.version;
    for (const ThresholdRow& row : threshold_rows()) {
        std::visit(
            [&](auto field) {
                document["thresholds"][std::string(row.name)] = number_of(rules.*field);
            },
            row.field);
    }
    document["fusion"] = to_json(rules.fusion);
    return document;
}

std::optional<RuleSet> read_rule_set(const json& document, const std::string& pointer,
                                     Faults& faults) {
    const std::size_t before = faults.size();
    RuleSet rules = RuleSet::standard();
    Fields form{document, pointer, faults};
    rules.version = form.text("version", {1, 40}, Need::required);
    if (!is_version(rules.version)) form.add("UNKNOWN_VALUE", "version", rules.version);
    read_object(form, "thresholds", faults, [&](Fields& one) { read_thresholds(one, rules); });
    read_object(form, "fusion", faults,
                [&](Fields& one) { read_fusion(one, rules.fusion, faults); });
    form.finish();
    if (faults.size() != before) return std::nullopt;
    return rules;
}

}  // namespace liuhen::server
