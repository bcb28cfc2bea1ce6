#include "server/json/fields.hpp"

#include "server/crypto.hpp"
#include "server/json/nfc.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace liuhen::server {
namespace {

using nlohmann::json;

constexpr std::int64_t most_grams = 50'000'000'000;  // fifty thousand tonnes, a load by pipe
constexpr double grams_a_kilogram = 1000;

std::size_t code_points(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

// C0 and C1 of ISO/IEC 6429, but line breaks in prose.
bool has_control(std::string_view text, Wording wording) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte < 0x20 && !(byte == '\n' && wording == Wording::prose)) || byte == 0x7F)
            return true;
        const bool is_last = i + 1 == text.size();
        if (byte == 0xC2 && !is_last && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    }
    return false;
}

// "U+200B": what shows nothing is told by its number.
std::string name_of(char32_t point) {
    return fmt::format("U+{:04X}", static_cast<std::uint32_t>(point));
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

}  // namespace

std::optional<std::string> sound_text(const json& value, TextSize size, const std::string& pointer,
                                      Faults& faults) {
    if (!value.is_string()) {
        faults.push_back(fault("WRONG_TYPE", pointer, value.dump()));
        return std::nullopt;
    }
    std::string text = composed(value.get_ref<const std::string&>());
    const auto hidden = first_hidden(text, size.wording);
    if (is_blank(text) && !hidden && !has_control(text, size.wording)) text.clear();
    const std::size_t length = code_points(text);
    const std::string_view code = length < size.least               ? "TOO_SHORT"
                                  : length > size.most              ? "TOO_LONG"
                                  : has_control(text, size.wording) ? "CONTROL_CHARACTER"
                                  : hidden                          ? "INVISIBLE_CHARACTER"
                                                                    : "";
    if (code.empty()) return text;
    const bool shown = code != "INVISIBLE_CHARACTER";
    faults.push_back(fault(code, pointer, shown ? text : name_of(*hidden)));
    return std::nullopt;
}

Fields::Fields(const json& object, std::string pointer, Faults& faults)
    : object_(object), pointer_(std::move(pointer)), faults_(faults) {
    if (!object_.is_object()) faults_.push_back(fault("WRONG_TYPE", pointer_, object_.dump()));
}

std::string Fields::pointer(std::string_view name) const { return pointer_to(pointer_, name); }

void Fields::add(std::string_view code, std::string_view name, std::string_view value) {
    faults_.push_back(fault(code, pointer(name), value));
}

bool Fields::has(std::string_view name) const {
    return object_.is_object() && object_.contains(std::string{name}) &&
           !object_.at(std::string{name}).is_null();
}

const json* Fields::find(std::string_view name, Need need) {
    asked_.emplace(name);
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(std::string{name});
    if (found != object_.end() && !found->is_null()) return &*found;
    if (need == Need::required) add("MISSING", name);
    return nullptr;
}

const json* Fields::any(std::string_view name, Need need) { return find(name, need); }

std::string Fields::text(std::string_view name, TextSize size, Need need) {
    const json* value = find(name, need);
    if (value == nullptr) return {};
    return sound_text(*value, size, pointer(name), faults_).value_or("");
}

std::string Fields::one_of(std::string_view name, std::span<const std::string_view> codes,
                           Need need) {
    const std::size_t before = faults_.size();
    std::string code = text(name, {1, 64}, need);
    if (faults_.size() != before || code.empty()) return {};
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) return code;
    add("UNKNOWN_VALUE", name, code);
    return {};
}

std::string Fields::uuid(std::string_view name, Need need) {
    const std::size_t before = faults_.size();
    std::string id = text(name, {0, 64}, need);
    if (faults_.size() != before || !has(name)) return {};
    if (is_uuid(id)) return lower(std::move(id));
    add("NOT_A_UUID", name, id);
    return {};
}

std::optional<Instant> Fields::instant(std::string_view name, Need need) {
    const json* value = find(name, need);
    if (value == nullptr) return std::nullopt;
    const auto time =
        value->is_string() ? parse_iso(value->get_ref<const std::string&>()) : std::nullopt;
    if (!time)
        add("NOT_A_TIME", name, value->is_string() ? value->get<std::string>() : value->dump());
    return time;
}

std::optional<std::int64_t> Fields::integer(std::string_view name, std::int64_t least,
                                            std::int64_t most, Need need) {
    const json* value = find(name, need);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_integer()) {
        add("WRONG_TYPE", name, value->dump());
        return std::nullopt;
    }
    const bool huge = value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX;
    const auto number = huge ? INT64_MAX : value->get<std::int64_t>();
    if (!huge && number >= least && number <= most) return number;
    add("OUT_OF_RANGE", name, value->dump());
    return std::nullopt;
}

std::optional<double> Fields::number(std::string_view name, double least, double most, Need need) {
    const json* value = find(name, need);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) {
        add("WRONG_TYPE", name, value->dump());
        return std::nullopt;
    }
    const double number = value->get<double>();
    if (number >= least && number <= most) return number;
    add("OUT_OF_RANGE", name, value->dump());
    return std::nullopt;
}

bool Fields::flag(std::string_view name, bool otherwise) {
    const json* value = find(name, Need::optional);
    if (value == nullptr) return otherwise;
    if (value->is_boolean()) return value->get<bool>();
    add("WRONG_TYPE", name, value->dump());
    return otherwise;
}

std::optional<Grams> Fields::weight(std::string_view stem, Need need) {
    const std::string in_g = std::string{stem} + "_g";
    const std::string in_kg = std::string{stem} + "_kg";
    if (has(in_g) && has(in_kg)) add("EXCLUSIVE", in_kg);
    if (!has(in_kg)) {
        asked_.insert(in_kg);
        const auto grams = integer(in_g, 0, most_grams, need);
        return grams ? std::optional{Grams{*grams}} : std::nullopt;
    }
    asked_.insert(in_g);
    const auto kilograms = number(in_kg, 0, static_cast<double>(most_grams) / grams_a_kilogram);
    if (!kilograms) return std::nullopt;
    const double grams = std::round(*kilograms * grams_a_kilogram);
    const bool vanished = grams == 0 && *kilograms != 0;
    if (vanished || std::abs(grams - *kilograms * grams_a_kilogram) > 1e-3)
        add("OUT_OF_RANGE", in_kg);
    return Grams{static_cast<std::int64_t>(grams)};
}

const json* Fields::array(std::string_view name, std::size_t most, Need need) {
    const json* value = find(name, need);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) {
        add("WRONG_TYPE", name, value->dump());
        return nullptr;
    }
    if (value->size() <= most) return value;
    add("TOO_MANY", name);
    return nullptr;
}

std::vector<std::string> Fields::texts(std::string_view name, std::size_t most, TextSize size,
                                       Need need) {
    return codes(
        name, most, size, [](const std::string&) { return true; }, need);
}

std::vector<std::string> Fields::codes(std::string_view name, std::size_t most, TextSize size,
                                       const IsKnown& is_known, Need need) {
    std::vector<std::string> many;
    const json* values = array(name, most, need);
    for (std::size_t i = 0; values != nullptr && i < values->size(); ++i) {
        const auto here = pointer_to(pointer(name), i);
        auto text = sound_text(values->at(i), size, here, faults_);
        if (!text) continue;
        if (!is_known(*text)) faults_.push_back(fault("UNKNOWN_VALUE", here, *text));
        many.push_back(*std::move(text));
    }
    return many;
}

void Fields::finish() {
    if (!object_.is_object()) return;
    for (const auto& [name, value] : object_.items()) {
        if (!asked_.contains(name)) add("UNKNOWN_FIELD", name, value.dump());
    }
}

}  // namespace liuhen::server
